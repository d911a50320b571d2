"""Where do conversations stand, what came before them, and who has the floor?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import Any, Literal

from sqlalchemy import Float as Number
from sqlalchemy import Row, Select, and_, bindparam, cast, exists, func, literal, or_, select, union_all, update
from sqlalchemy import String as Word
from sqlalchemy.orm import Session, aliased

from gateway.core.answers import History, Report, Respondent, Value
from gateway.core.flow import Purpose, Rank
from gateway.core.memory import Outcome
from gateway.store.tables import (
    Answer,
    Call,
    Case,
    Consent,
    Conversation,
    FlowVersion,
    Inbound,
    Person,
    PersonPhone,
    Phone,
    Score,
    Site,
    Turn,
)

MISSED = "missed_system"  # our fault, shown apart from her silence
LEARNING = "still learning"  # no answer in her first weeks: a friendly call, and no silence that counts
SILENT = (Outcome.GAVE_UP, LEARNING)  # what a late answer opens again
HELPER_ANSWERS = "helper answers"  # a purpose of consent
REPORTS_KEPT = 12  # the longest look back of a condition, and then some


@dataclass(frozen=True)
class Around:
    """One person with all that her next turn needs: her site and doctor, and the conversation that is open."""

    person: Person
    site: Site
    doctor: Person | None
    doctor_phone: Phone | None
    conversation: Conversation | None
    version: FlowVersion | None
    turns: int
    has_case: bool
    has_suspended: bool
    helper_answers: bool  # she agreed that somebody may answer for her
    wants_comparison: bool  # she said yes to hearing how this time was against the last


def around(session: Session, people: Iterable[Person]) -> list[Around]:
    """One for each person, in one statement. The people must be locked where something is to be changed."""
    return _arounds(session, [person.id for person in people], None)


def around_conversation(session: Session, conversation: Conversation) -> Around:
    """The same for a conversation in whatever state."""
    return _arounds(session, [conversation.person_id], conversation.id)[0]


def _arounds(session: Session, people: list[str], conversation_id: str | None) -> list[Around]:
    asked = {"people": people} | ({"conversation": conversation_id} if conversation_id else {})
    found = session.execute(_all_around(conversation_id is None), asked, execution_options={"populate_existing": True})
    return [
        Around(one, site, cared_by, rings, conversation, version, number or 0, *is_so)
        for one, site, cared_by, rings, conversation, version, number, *is_so in found.unique(lambda row: row[0].id)
    ]


@cache
def _all_around(the_open_one: bool) -> Select[Any]:
    """Kept, like the others here: putting such a question together takes longer than answering it."""
    doctor, held, phone = aliased(Person), aliased(PersonPhone), aliased(Phone)
    turns = select(func.max(Turn.number)).where(Turn.conversation_id == Conversation.id).scalar_subquery()
    case = exists().where(Case.patient_id == Person.id, Case.closed_at.is_(None))
    waiting = aliased(Conversation)
    suspended = exists().where(waiting.person_id == Person.id, waiting.state == "suspended")
    helper_answers, wants_comparison = (_agrees(purpose) for purpose in (HELPER_ANSWERS, Purpose.COMPARISON))
    which = Conversation.state == "open" if the_open_one else Conversation.id == bindparam("conversation")
    return (
        select(Person, Site, doctor, phone, Conversation, FlowVersion, turns, case, suspended)
        .add_columns(helper_answers, wants_comparison)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(doctor, doctor.id == Person.doctor_id)
        .outerjoin(held, held.person_id == doctor.id)
        .outerjoin(phone, phone.id == held.phone_id)
        .outerjoin(Conversation, and_(Conversation.person_id == Person.id, which))
        .outerjoin(FlowVersion, FlowVersion.id == Conversation.version_id)
        .where(Person.id.in_(bindparam("people", expanding=True)))
        .order_by(Person.id)
    )


def _agrees(purpose: str) -> Any:
    return exists().where(Consent.person_id == Person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))


def latest(session: Session, people: Iterable[Person]) -> Conversation | None:
    """The one that any of them was last in, whatever became of it."""
    return session.scalars(
        select(Conversation)
        .where(Conversation.person_id.in_([person.id for person in people]))
        .order_by(Conversation.started_at.desc(), Conversation.id.desc())
        .limit(1)
    ).first()


def has_floor(session: Session, person: Person) -> Conversation | None:
    """The question that is open on the person's phone: hers, or that of somebody who shares it."""
    return session.scalars(_floor(), {"person": person.id}).first()


def suspended(session: Session, person_id: str, flow: str, rank: str, case_id: str | None) -> list[Conversation]:
    """Of one kind, interrupted and not yet back."""
    mine = (Conversation.person_id == person_id, Conversation.flow == flow, Conversation.rank == rank)
    same_case = Conversation.case_id.is_(None) if case_id is None else Conversation.case_id == case_id
    return list(session.scalars(select(Conversation).where(*mine, same_case, Conversation.state == "suspended")))


@cache
def _floor() -> Select[Any]:
    mine, theirs, person = aliased(PersonPhone), aliased(PersonPhone), bindparam("person", type_=Word)
    sharing = select(theirs.person_id).join(mine, mine.phone_id == theirs.phone_id).where(mine.person_id == person)
    whose = or_(Conversation.person_id == person, Conversation.person_id.in_(sharing))
    return select(Conversation).where(Conversation.state == "open", whose)


def interrupted(session: Session, conversation: Conversation, since: datetime) -> bool:
    """Whether she had another question open, without an answer, when this one was put: suspended, or given up then."""
    waits = Conversation.state == "suspended"
    given_up = and_(Conversation.outcome.in_(SILENT), Conversation.ended_at >= since)
    other = (Conversation.person_id == conversation.person_id, Conversation.id != conversation.id)
    return session.scalar(select(Conversation.id).where(*other, or_(waits, given_up)).limit(1)) is not None


def asked_in_vain_since(session: Session, person: Person) -> datetime | None:
    """When she was first asked after we last heard anything from her, by SMS or by key."""
    heard = select(func.max(Inbound.received_at)).where(Inbound.person_id == person.id, Inbound.read_as != "machine")
    last = session.scalar(heard)
    asked = select(func.min(Conversation.started_at)).where(Conversation.person_id == person.id)
    asked = asked.where(Conversation.outcome.is_distinct_from(MISSED))
    return session.scalar(asked.where(Conversation.started_at > last) if last else asked)


def hold_person(session: Session, person_id: str) -> Person | None:
    """Held until the commit. None while somebody else works on her: the next tick looks again."""
    mine = select(Person).where(Person.id == person_id).with_for_update(skip_locked=True, key_share=True)
    return session.scalars(mine, execution_options={"populate_existing": True}).first()


def wake_suspended(session: Session, person: Person, now: datetime) -> None:
    """The floor is free: whatever was interrupted is due."""
    session.flush()
    session.execute(
        update(Conversation)
        .where(Conversation.person_id == person.id, Conversation.state == "suspended")
        .values(due_at=now)
    )


def silent_prompts(session: Session, conversation: Conversation) -> int:
    """How many prompts of this flow in a row, up to this one, got no answer at all. What we missed doesn't count."""
    answered = exists().where(Answer.conversation_id == Conversation.id)
    rows = session.execute(
        select(Conversation.outcome, answered)
        .where(
            Conversation.person_id == conversation.person_id,
            Conversation.flow == conversation.flow,
            Conversation.id <= conversation.id,
            Conversation.outcome != MISSED,
        )
        .order_by(Conversation.id.desc())
        .limit(REPORTS_KEPT)
    )
    return len(list(takewhile(lambda row: row[0] == Outcome.GAVE_UP and not row[1], rows)))


def ranks_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    rows = session.execute(select(Conversation.id, Conversation.rank).where(Conversation.id.in_(list(ids))))
    return {name: rank for name, rank in rows}  # noqa: C416 - rows, not pairs


def call_by_provider(session: Session, provider_id: str) -> Call | None:
    return session.scalars(select(Call).where(Call.provider_id == provider_id)).first()


def was_rung_since(session: Session, person_id: str, since: datetime) -> bool:
    rung = select(Call.id).where(Call.to_id == person_id, Call.direction == "out", Call.created_at > since)
    return session.scalar(rung.limit(1)) is not None


def end_all(session: Session, person: Person, now: datetime, outcome: str) -> None:
    """Whatever is asked of this person, or waits to be, ends here."""
    session.flush()
    session.execute(
        update(Conversation)
        .where(Conversation.person_id == person.id, Conversation.state != "ended")
        .values(state="ended", outcome=outcome, ended_at=now, due_at=None)
    )


def end_flow(session: Session, person: Person, flow: str, now: datetime, outcome: str) -> list[str]:
    """What she is asked by this flow, or waits to be, ends here; not what a case asks. The conversations' ids."""
    session.flush()
    hers = (Conversation.person_id == person.id, Conversation.flow == flow, Conversation.case_id.is_(None))
    running = (*hers, Conversation.state != "ended")
    ended = update(Conversation).where(*running).values(state="ended", outcome=outcome, ended_at=now, due_at=None)
    return list(session.scalars(ended.returning(Conversation.id)))


def history(session: Session, conversation: Conversation) -> History:
    """Earlier reports of this flow, newest first, and where the person began. Practice and re-checks don't count."""
    asked = {"person": conversation.person_id, "before": conversation.id, "same": conversation.flow}
    rows = list(session.execute(_reports_before(), asked))
    reports = _reports(rows)
    same = sorted({row.conversation for row in rows if row.flow == conversation.flow}, reverse=True)
    first = next((reports[row.conversation] for row in rows if row.oldest == 1), None)
    return History(tuple(reports[name] for name in same), first)


@cache
def _reports_before() -> Any:
    return _values(_earlier())


def _earlier() -> Any:
    """The newest ones by `newest`; `oldest` 1 is the baseline, or where there is none the first report."""
    is_baseline, same = Conversation.rank == Rank.BASELINE, Conversation.flow == bindparam("same", type_=Word)
    return (
        select(
            Conversation.id,
            Conversation.flow,
            func.row_number().over(order_by=Conversation.id.desc()).label("newest"),
            func.row_number().over(order_by=(is_baseline.desc(), Conversation.id)).label("oldest"),
        )
        .where(
            Conversation.person_id == bindparam("person", type_=Word),
            Conversation.id < bindparam("before", type_=Word),
            or_(is_baseline, and_(same, Conversation.rank != Rank.PRACTICE)),
            exists().where(Answer.conversation_id == Conversation.id),
        )
        .subquery()
    )


def _values(earlier: Any) -> Any:
    kept = or_(earlier.c.newest <= REPORTS_KEPT, earlier.c.oldest == 1)
    whence = (earlier.c.id.label("conversation"), earlier.c.flow, earlier.c.oldest)
    answers = (
        select(
            *whence,
            Answer.question.label("name"),
            cast(Answer.number, Number).label("number"),
            Answer.word.label("word"),
            Answer.respondent.label("respondent"),
        )
        .join(Answer, Answer.conversation_id == earlier.c.id)
        .where(kept, Answer.superseded_at.is_(None))
    )
    scores = (
        select(*whence, Score.name, cast(Score.value, Number), cast(literal(None), Word), cast(literal(None), Word))
        .join(Score, Score.conversation_id == earlier.c.id)
        .where(kept)
    )
    return union_all(answers, scores)


def _reports(rows: Iterable[Row[Any]]) -> dict[str, Report]:
    values: dict[str, dict[str, Value]] = {}
    respondents: dict[str, Respondent] = {}
    for row in rows:
        values.setdefault(row.conversation, {})[row.name] = _value(row.number, row.word)
        if row.respondent:
            respondents[row.conversation] = Respondent(row.respondent)
    return {name: Report(values[name], respondents.get(name, Respondent.PATIENT)) for name in values}


def _value(number: float | None, word: Literal["yes", "no", "skipped"]) -> Value:
    if number is None:
        return word
    return int(number) if number == int(number) else number
