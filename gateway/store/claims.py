"""Which rows of the outbox may leave now: by urgency, one at a time to a phone, as fast as the sender may."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from gateway.store.budgets import Budget, held
from gateway.store.doubts import into_doubt
from gateway.store.marks import stopped_channels
from gateway.store.tables import Call, Kind, Message, Sender, Sending
from gateway.store.types import UtcTime

Sent = TypeVar("Sent", Message, Call)

LEASE = timedelta(seconds=45)  # connect 3 s, read 10 s, and 30 s for a slow machine
AHEAD = timedelta(seconds=1)  # a claim takes what the sender may send within this time
TO_ONE_PHONE = (
    10  # how many rows of a claim may wait behind another for the same phone before the claim comes out short
)
# What cannot wait: it passes an older one in doubt, and it tries while the account is known to be wrong.
URGENT = (Kind.CASE, Kind.COORDINATOR, Kind.SAFETY)
LOOKS = 3  # at what a budget lets through, in one claim
UNFINISHED = ("queued", "initiated", "ringing", "in-progress")


@dataclass(frozen=True)
class Rates:
    """What the sender may send: segments a second, calls a second, and in a day."""

    sender: str
    sms_per_second: float = 1
    calls_per_second: float = 1
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class _Candidate:
    id: str
    phone_id: str
    segments: int


def claim(session: Session, real_now: datetime, story_now: datetime, limit: int, rates: Rates) -> list[Message | Call]:
    """Most urgent first, each under a lease and with its attempt counted. Commit before anything is sent.

    The senders' rows are held until the commit: two claims at once would each send to the same phone.
    """
    session.flush()
    lines = _hold_senders(session, real_now, rates)
    into_doubt(session, real_now)
    _expire(session, story_now)
    resting = {channel for channel, stop in stopped_channels(session).items() if stop.at > real_now}
    messages = _affordable(session, Message, story_now, limit, rates, only_urgent="sms" in resting)
    leaving = _as_fast_as_allowed(messages, lines["sms"], rates.sms_per_second, real_now)
    busy = {candidate.phone_id for candidate in messages}  # its SMS goes first, its call with the next claim
    ready = _affordable(session, Call, story_now, limit, rates, only_urgent="calls" in resting)
    calls = [call for call in ready if call.phone_id not in busy]
    ringing = _as_fast_as_allowed(calls, lines["calls"], rates.calls_per_second, real_now)
    claimed: list[Message | Call] = [
        *_take(session, Message, leaving, real_now, story_now),
        *_take(session, Call, ringing, real_now, story_now),
    ]
    return sorted(claimed, key=lambda row: (row.urgency, row.not_before, row.id))


def _hold_senders(session: Session, real_now: datetime, rates: Rates) -> dict[str, Sender]:
    names = {"calls": f"calls {rates.sender}", "sms": f"sms {rates.sender}"}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    wanted = select(Sender).where(Sender.name.in_(names.values())).order_by(Sender.name).with_for_update()
    held = {sender.name: sender for sender in session.scalars(wanted)}
    if len(held) < len(names):
        rows = [{"name": name, "free_at": real_now} for name in names.values()]
        session.execute(insert(Sender).values(rows).on_conflict_do_nothing())
        held = {sender.name: sender for sender in session.scalars(wanted)}
    return {line: held[name] for line, name in names.items()}


def _expire(session: Session, story_now: datetime) -> None:
    for table in (Message, Call):
        late = and_(table.state == Sending.PENDING, table.valid_until <= story_now)
        session.execute(update(table).where(late).values(state=Sending.EXPIRED))


def _affordable(
    session: Session, table: type[Sent], story_now: datetime, limit: int, rates: Rates, *, only_urgent: bool
) -> list[_Candidate]:
    """What a budget holds is not due any more: then whoever stood behind it on the same phone is looked at."""
    candidates, over = _candidates(session, table, story_now, limit, only_urgent=only_urgent), frozenset[str]()
    for _ in range(LOOKS):
        over = held(session, table, [candidate.id for candidate in candidates], story_now, rates.budget)
        if not over:
            break
        candidates = _candidates(session, table, story_now, limit, only_urgent=only_urgent)
    return [candidate for candidate in candidates if candidate.id not in over]


def _candidates(
    session: Session, table: type[Message] | type[Call], story_now: datetime, limit: int, *, only_urgent: bool
) -> list[_Candidate]:
    """The most urgent one of each phone that has nothing under way."""
    asked = {"story_now": story_now, "rows": limit * TO_ONE_PHONE}
    first: dict[str, _Candidate] = {}
    for row in session.execute(_waiting(table, only_urgent), asked):
        first.setdefault(row.phone_id, _Candidate(row.id, row.phone_id, row[2]))
    return list(first.values())[:limit]


@cache
def _waiting(table: type[Message] | type[Call], only_urgent: bool) -> Select[str, str, int]:
    """Kept, since putting this question together takes longer than answering it."""
    size, story_now = Message.segments if table is Message else literal(1), bindparam("story_now", type_=UtcTime())
    due = and_(table.state == Sending.PENDING, table.not_before <= story_now, table.valid_until > story_now)
    if only_urgent:
        due = and_(due, table.kind.in_(URGENT))
    order = (table.urgency, table.not_before, table.id)
    wanted = select(table.id, table.phone_id, size).where(due, ~_under_way(table, story_now)).order_by(*order)
    return wanted.limit(bindparam("rows", type_=Integer()))


def _under_way(table: type[Message] | type[Call], story_now: BindParameter[datetime]) -> ColumnElement[bool]:
    """One at a time to a phone, so that order holds and a doubt can be looked up. What cannot wait passes a doubt."""
    message, call = aliased(Message), aliased(Call)
    still = and_(call.state == Sending.ACCEPTED, or_(call.receipt.is_(None), call.receipt.in_(UNFINISHED)))
    doubted_sms = and_(message.state == Sending.DOUBT, message.valid_until > story_now, table.kind.not_in(URGENT))
    doubted_call = and_(call.state == Sending.DOUBT, call.valid_until > story_now, table.kind.not_in(URGENT))
    sms_blocks = or_(message.state == Sending.CLAIMED, doubted_sms)
    call_blocks = call.state == Sending.CLAIMED
    if table is Call:
        sms_blocks = message.state == Sending.CLAIMED
        call_blocks = or_(call_blocks, doubted_call, and_(still, call.valid_until > story_now))
    return or_(
        exists().where(message.phone_id == table.phone_id, sms_blocks),
        exists().where(call.phone_id == table.phone_id, call_blocks),
    )


def _as_fast_as_allowed(candidates: list[_Candidate], line: Sender, per_second: float, real_now: datetime) -> list[str]:
    """A token bucket as one moment (GCRA): `free_at` is when the line has sent all that was let through."""
    free_at, allowed = max(line.free_at, real_now), []
    for candidate in candidates:
        if free_at >= real_now + AHEAD:
            break
        free_at += timedelta(seconds=candidate.segments / per_second)
        allowed.append(candidate.id)
    line.free_at = free_at
    return allowed


def _take(session: Session, table: type[Sent], ids: list[str], real_now: datetime, story_now: datetime) -> list[Sent]:
    """A conditional UPDATE; a row that a receipt or a cancel holds right now is left for the next claim."""
    free = select(table.id).where(table.id.in_(ids), table.state == Sending.PENDING).with_for_update(skip_locked=True)
    taken = (
        update(table)
        .where(table.id.in_(free), table.state == Sending.PENDING)
        .values(
            state=Sending.CLAIMED,
            attempt=table.attempt + 1,
            lease_until=real_now + LEASE,
            claimed_at=story_now,
        )
        .returning(table)
    )
    return list(session.scalars(taken, execution_options={"populate_existing": True})) if ids else []
