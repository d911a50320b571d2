"""How long are words kept, and how do those go whose time is over?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.keeping.erasing import GONE, NOTHING_REMEMBERED, lose_number
from gateway.store.database import Database
from gateway.store.tables import (
    ActionItem,
    Answer,
    Call,
    Case,
    Conversation,
    Inbound,
    Message,
    Note,
    PersonPhone,
    Phone,
    Turn,
)

BATCH = 200
Told = Callable[[str, int], object]
Ill = Select[str]  # of patients with an open case


@dataclass(frozen=True)
class Periods:
    """Days. Answers as numbers, scores, cases and their times are the record of care and stay."""

    words: int
    strangers: int


@dataclass(frozen=True)
class Sweep:
    """One kind of words whose time is over: which rows, and what they look like without them."""

    called: str
    row: InstrumentedAttribute[str]
    over: ColumnElement[bool]
    without: dict[str, Any]


def overdue(session: Session, periods: Periods, now: datetime) -> dict[str, int]:
    """What would go, by what it is called."""
    counts = {sweep.called: session.scalar(_counted(sweep)) or 0 for sweep in _sweeps(periods, now)}
    old = select(func.count()).select_from(_old_strangers(periods, now).subquery())
    return {**counts, "strangers' numbers": session.scalar(old) or 0}


def take_away(database: Database, periods: Periods, now: datetime, told: Told = lambda called, rows: None) -> int:
    """In short batches beside a running gateway; begun again it goes on. How many rows. Raises DatabaseAway."""
    gone = 0
    for sweep in _sweeps(periods, now):
        gone += _until_none(database, sweep.called, lambda session, sweep=sweep: _blank(session, sweep), told)  # type: ignore[misc]  # a default in a lambda has no type for mypy
    return gone + _until_none(
        database, "strangers' numbers", lambda session: _forget_strangers(session, periods, now), told
    )


def _sweeps(periods: Periods, now: datetime) -> Sequence[Sweep]:
    """Of people with an open case everything stays: a doctor may ask what was said."""
    over = now - timedelta(days=periods.words)
    ill = select(Case.patient_id).where(Case.closed_at.is_(None))
    return (*_on_the_road(over, ill), *_in_the_record(over, ill))


def _on_the_road(over: datetime, ill: Ill) -> Iterator[Sweep]:
    body = and_(Message.created_at < over, _has(Message.body), func.coalesce(Message.subject_id, "").not_in(ill))
    yield Sweep("words of messages", Message.id, body, {"body": GONE})
    reply = and_(Call.created_at < over, Call.last_reply.is_not(None))
    yield Sweep("words of calls", Call.id, reply, {"last_reply": None})
    came = and_(Inbound.received_at < over, Inbound.body.is_not(None), func.coalesce(Inbound.person_id, "").not_in(ill))
    yield Sweep("words that came in", Inbound.key, came, {"body": None})


def _in_the_record(over: datetime, ill: Ill) -> Iterator[Sweep]:
    note = and_(Note.at < over, _has(Note.words), Note.person_id.not_in(ill))
    yield Sweep("notes about patients", Note.id, note, {"words": GONE})
    item = and_(ActionItem.closed_at < over, _has(ActionItem.words))
    yield Sweep("what had to change", ActionItem.id, item, {"words": GONE})
    of_the_ill = select(Conversation.id).where(Conversation.person_id.in_(ill))
    line = and_(Turn.at < over, _has(Turn.words), Turn.conversation_id.not_in(of_the_ill))
    yield Sweep("lines of conversations", Turn.id, line, {"words": GONE})
    typed = and_(Answer.answered_at < over, _has(Answer.raw), Answer.person_id.not_in(ill))
    yield Sweep("answers as they were typed", Answer.id, typed, {"raw": GONE})
    holds_answers = cast(Conversation.memory, String).like('%"answers"%')
    kept = and_(Conversation.ended_at < over, holds_answers, Conversation.person_id.not_in(ill))
    yield Sweep("what conversations remembered", Conversation.id, kept, {"memory": NOTHING_REMEMBERED})


def _has(words: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return func.length(words) > 0


def _counted(sweep: Sweep) -> Any:
    return select(func.count()).select_from(sweep.row.class_).where(sweep.over)


def _until_none(database: Database, called: str, work: Callable[[Session], int], told: Told) -> int:
    gone = 0
    while done := database.again(work):
        gone += done
        told(called, gone)
    return gone


def _blank(session: Session, sweep: Sweep) -> int:
    ids = select(sweep.row).where(sweep.over).limit(BATCH)
    taken = update(sweep.row.class_).where(sweep.row.in_(ids)).values(**sweep.without).returning(sweep.row)
    return len(session.scalars(taken, execution_options={"synchronize_session": False}).all())


def _old_strangers(periods: Periods, now: datetime) -> Any:
    """Phones that nobody on the list has, silent for as long."""
    over = now - timedelta(days=periods.strangers)
    held = select(PersonPhone.phone_id)
    heard = select(Inbound.phone_id).where(Inbound.phone_id.is_not(None), Inbound.received_at >= over)
    told = select(Message.phone_id).where(Message.created_at >= over)
    return select(Phone.id).where(
        func.length(Phone.number) > 0,
        Phone.created_at < over,
        *(Phone.id.not_in(others) for others in (held, heard, told)),
    )


def _forget_strangers(session: Session, periods: Periods, now: datetime) -> int:
    old = _old_strangers(periods, now).limit(BATCH)
    phones = session.scalars(select(Phone).where(Phone.id.in_(session.scalars(old).all()))).all()
    for phone in phones:
        lose_number(session, phone)
    session.flush()
    return len(phones)
