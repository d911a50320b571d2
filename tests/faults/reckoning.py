"""Ledger against database: what was lost, what was doubled, what is visibly undecided?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.demo.network import Entry, Network
from gateway.store.database import Database
from gateway.store.tables import Answer, Call, Conversation, Inbound, Message, Person, Sending, Turn
from tests.faults import crowd

UNDECIDED = (Sending.PENDING, Sending.CLAIMED)


@dataclass(frozen=True)
class Reckoning:
    """Numbers of messages. All but those of the first line must be 0 while the look-up works."""

    sent_in: int
    answered_2xx: int
    at_the_provider: int
    rows_out: int
    in_doubt: int
    given_up: int  # expired, cancelled, refused: visible, and nobody is surprised

    inbound_lost: int  # answered with 2xx, and no row
    never_fetched: int  # given up by the provider, and not fetched from it later
    heard_twice: int  # more answers noted than messages came
    answers_wrong: int  # not what that patient meant
    outbound_lost: int  # a row that claims an id the provider doesn't know, or never left
    unknown_to_us: int  # at the provider, and in no row
    prompts_twice: int
    cases_twice: int

    def lines(self) -> str:
        return "\n".join(f"    {name.replace('_', ' '):18}{number:8}" for name, number in asdict(self).items())


# What must never be anything but 0.
FAULTS = (
    "inbound_lost", "never_fetched", "heard_twice", "answers_wrong", "outbound_lost", "unknown_to_us",
    "prompts_twice", "cases_twice",
)  # fmt: skip


def faults(found: "Reckoning") -> dict[str, int]:
    """Only those that are not 0."""
    return {name: getattr(found, name) for name in FAULTS if getattr(found, name)}


def reckon(database: Database, network: Network) -> Reckoning:
    entries = network.ledger()
    came = [one["sid"] for one in entries if one["kind"] == "sms_in"]
    taken = {one["sid"] for one in entries if _is_taken(one)}
    out = [one for one in entries if one["kind"] == "sms_out" and one["sid"]]
    with database.read() as session:
        rows = list(session.scalars(select(Message)))
        known = {key.rsplit(":", 1)[1] for key in session.scalars(select(Inbound.key).where(Inbound.kind == "sms"))}
        ours = {row.provider_id for row in rows if row.provider_id}
        there = {one["sid"] for one in out}
        twice = _twice(rows, out)
        return Reckoning(
            sent_in=len(came),
            answered_2xx=len(taken),
            at_the_provider=len(out),
            rows_out=len(rows),
            in_doubt=sum(row.state is Sending.DOUBT for row in rows),
            given_up=sum(row.state in (Sending.EXPIRED, Sending.CANCELLED, Sending.REFUSED) for row in rows),
            inbound_lost=len(taken - known),
            never_fetched=len(set(came) - known),
            heard_twice=_heard_twice(session),
            answers_wrong=_answers_wrong(session),
            outbound_lost=len(ours - there) + sum(row.state in UNDECIDED for row in rows),
            unknown_to_us=len(there - ours),
            prompts_twice=twice["prompt"] + twice["reply"],
            cases_twice=sum(number for kind, number in twice.items() if kind not in ("prompt", "reply")),
        )


def undecided(session: Session) -> int:
    """Rows of the outbox of which something is still to come."""
    waiting = (*UNDECIDED, Sending.DOUBT)
    return sum(
        session.scalar(select(func.count()).select_from(table).where(table.state.in_(waiting))) or 0
        for table in (Message, Call)
    )


def _is_taken(entry: Entry) -> bool:
    return entry["kind"] == "webhook" and entry["purpose"] == "sms" and entry["status"] in range(200, 300)


def _twice(rows: Iterable[Message], out: Iterable[Entry]) -> Counter[str]:
    """Nobody in this story is asked the same thing twice, so the same words to the same phone are one too many."""
    kind_of = {row.provider_id: str(row.kind) for row in rows}
    said: dict[tuple[str, str], list[str]] = {}
    for one in out:
        said.setdefault((one["to"], one["body"]), []).append(one["sid"])
    twice: Counter[str] = Counter()
    for sids in said.values():
        kinds = {kind_of[sid] for sid in sids if sid in kind_of} or {"prompt"}
        twice[kinds.pop()] += len(sids) - 1
    return twice


def _heard_twice(session: Session) -> int:
    """Every answer that was noted has its own message; a correction would supersede one, and nobody corrects."""
    read = session.scalar(select(func.count()).select_from(Inbound).where(Inbound.kind == "sms")) or 0
    heard = session.scalar(select(func.count()).select_from(Turn).where(Turn.direction == "heard")) or 0
    superseded = select(func.count()).select_from(Answer).where(Answer.superseded_at.is_not(None))
    return max(0, heard - read) + (session.scalar(superseded) or 0)


def _answers_wrong(session: Session) -> int:
    asked = (
        select(Person.code, Answer)
        .join(Conversation, Answer.conversation_id == Conversation.id)
        .join(Person, Answer.person_id == Person.id)
        .where(Conversation.flow == "weekly-check")
    )
    return sum(
        crowd.meant(int(code.removeprefix("p"))).get(answer.question) != (answer.word or answer.number)
        for code, answer in session.execute(asked)
        if code.startswith("p") and code[1:].isdigit()
    )
