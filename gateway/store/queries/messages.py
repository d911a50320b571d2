"""What waits in the outbox, since when, and what left last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from gateway.store.claims import URGENT
from gateway.store.tables import Call, Message, Person, Phone, Sending

TABLES = (Message, Call)
ON_THE_WAY = ("accepted", "scheduled", "queued", "sending", "sent")
NOT_ARRIVED = ("undelivered", "failed")
RINGING = ("queued", "initiated", "ringing")
NOT_OLDER = timedelta(days=2)  # what ended so long ago without a word is of no use to anybody


@dataclass(frozen=True)
class Unended:
    """From what age on a message or a call without an end is asked after, and how often."""

    urgent: timedelta
    others: timedelta
    rings: timedelta
    talks: timedelta
    looks: int


@dataclass(frozen=True)
class Claimed:
    """What a send needs of a row that is still claimed, and by which attempt."""

    attempt: int
    phone: Phone
    to: Person | None


def claimed(session: Session, rows: Iterable[Message | Call]) -> dict[str, Claimed]:
    """Row -> what it needs; without those that a receipt or another process has settled. Subjects are loaded, too."""
    found, ids = {}, [row.id for row in rows]
    for table in {type(row) for row in rows}:
        for row_id, attempt, phone, to, _ in session.execute(_claimed(table), {"ids": ids}):
            found[row_id] = Claimed(attempt, phone, to)
    return found


@cache
def _claimed(table: type[Message] | type[Call]) -> Select[str, int, Phone, Person, Person]:
    to, subject = aliased(Person), aliased(Person)
    return (
        select(table.id, table.attempt, Phone, to, subject)
        .join(Phone, Phone.id == table.phone_id)
        .outerjoin(to, to.id == table.to_id)
        .outerjoin(subject, subject.id == table.subject_id)
        .where(table.id.in_(bindparam("ids", expanding=True)), table.state == Sending.CLAIMED)
    )


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether something may leave now; what another process has claimed is not counted."""
    return any(
        session.scalar(select(table.id).where(table.state == Sending.PENDING, table.not_before <= now).limit(1))
        for table in TABLES
    )


def newest_of(session: Session, conversation_id: str) -> Message | None:
    """What was said last by SMS in a conversation, whether or not it has left."""
    said = select(Message).where(Message.conversation_id == conversation_id, Message.state != Sending.CANCELLED)
    return session.scalars(said.order_by(Message.id.desc()).limit(1)).first()


def newest_to(session: Session, person: Person) -> Message | None:
    """The last SMS to somebody of which the provider has told the end."""
    ended = select(Message).where(Message.to_id == person.id, Message.receipt.in_(("delivered", *NOT_ARRIVED)))
    return session.scalars(ended.order_by(Message.id.desc()).limit(1)).first()


def oldest_unsent(session: Session, now: datetime) -> datetime | None:
    """Since when the one that waits longest might have left; in doubt counts as waiting. None when nothing waits."""
    waiting = (Sending.PENDING, Sending.CLAIMED, Sending.DOUBT)
    moments = [
        session.scalar(select(func.min(table.not_before)).where(table.state.in_(waiting), table.not_before <= now))
        for table in TABLES
    ]
    return min((moment for moment in moments if moment), default=None)


def count_in_doubt(session: Session) -> int:
    """How many may or may not have been sent."""
    return sum(session.scalar(select(func.count()).where(table.state == Sending.DOUBT)) or 0 for table in TABLES)


def without_end(
    session: Session, story_now: datetime, real_now: datetime, ages: Unended, limit: int
) -> list[Message | Call]:
    """What the provider took and never told the end of, most urgent first; locked, for one process at a time."""
    found: list[Message | Call] = []
    for table, is_late in ((Message, _is_late_sms(story_now, ages)), (Call, _is_late_call(story_now, ages))):
        ready = or_(table.look_at.is_(None), table.look_at <= real_now)
        sent = and_(table.state == Sending.ACCEPTED, table.sent_at > story_now - NOT_OLDER)
        wanted = select(table).where(sent, is_late, ready, table.looks < ages.looks, table.provider_id.is_not(None))
        wanted = wanted.order_by(table.urgency, table.id).limit(limit).with_for_update(skip_locked=True)
        found += session.scalars(wanted)
    return found


def _is_late_sms(now: datetime, ages: Unended) -> ColumnElement[bool]:
    is_under_way = or_(Message.receipt.is_(None), Message.receipt.in_(ON_THE_WAY))
    urgent = and_(Message.kind.in_(URGENT), Message.sent_at <= now - ages.urgent)
    return and_(is_under_way, or_(urgent, Message.sent_at <= now - ages.others))


def _is_late_call(now: datetime, ages: Unended) -> ColumnElement[bool]:
    since = func.coalesce(Call.receipt_at, Call.sent_at)
    rings = and_(or_(Call.receipt.is_(None), Call.receipt.in_(RINGING)), since <= now - ages.rings)
    return or_(rings, and_(Call.receipt == "in-progress", since <= now - ages.talks))


def count_by_state(session: Session) -> dict[tuple[str, str], int]:
    """(messages or calls, state) -> how many."""
    return {
        (table.__tablename__, str(state)): number
        for table in TABLES
        for state, number in session.execute(select(table.state, func.count()).group_by(table.state))
    }
