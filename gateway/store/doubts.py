"""Which rows may or may not have left, since when, and when does somebody look at the provider?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.store.tables import Call, Message, Sending

TABLES: tuple[type[Message], type[Call]] = (Message, Call)


def into_doubt(session: Session, real_now: datetime) -> None:
    """A lease has run out: whoever held it is dead, or so late that nobody may rely on it."""
    for table in TABLES:
        overdue = and_(table.state == Sending.CLAIMED, table.lease_until <= real_now)
        session.execute(update(table).where(overdue).values(**doubted(table, real_now)))


def doubted(table: type[Message] | type[Call], real_now: datetime | None) -> dict[str, Any]:
    """What a row becomes when it falls into doubt. An earlier doubt of it is not forgotten: that one may yet appear."""
    since = func.coalesce(table.doubted_at, table.claimed_at)
    return {"state": Sending.DOUBT, "lease_until": None, "doubted_at": since, "looks": 0, "look_at": real_now}


def doubts(session: Session, real_now: datetime) -> list[Message | Call]:
    """Whatever may or may not have been sent: nothing here is ever sent again before a look at the provider."""
    session.flush()
    into_doubt(session, real_now)
    found: list[Message | Call] = []
    for table in TABLES:
        found += session.scalars(select(table).where(table.state == Sending.DOUBT).order_by(table.id))
    return found


def due_for_look(
    session: Session, real_now: datetime, limit: int, *, settled_after: timedelta, lease: timedelta
) -> list[Message | Call]:
    """Most urgent first. Whoever gets a row looks alone: for the length of `lease` nobody else is given it."""
    into_doubt(session, real_now)
    taken: list[Message | Call] = []
    for table in TABLES:
        ready = or_(
            table.look_at.is_(None),
            and_(table.looks == 0, table.look_at <= real_now - settled_after),
            and_(table.looks > 0, table.look_at <= real_now),
        )
        wanted = select(table.id).where(table.state == Sending.DOUBT, ready).order_by(table.urgency, table.id)
        ids = wanted.limit(limit).with_for_update(skip_locked=True)
        later = update(table).where(table.id.in_(ids), table.state == Sending.DOUBT).values(look_at=real_now + lease)
        taken += session.scalars(later.returning(table), execution_options={"populate_existing": True})
    return sorted(taken, key=lambda row: (row.urgency, row.id))


def looked(session: Session, row: Message | Call, look_at: datetime, *, counts: bool) -> None:
    """Nothing was found, or (not `counts`) the provider did not say."""
    table = type(row)
    still = (table.id == row.id, table.attempt == row.attempt, table.state == Sending.DOUBT)
    session.execute(update(table).where(*still).values(looks=table.looks + int(counts), look_at=look_at))


def held(session: Session, table: type[Message] | type[Call], provider_ids: Iterable[str]) -> set[str]:
    """Those of the provider's ids that belong to rows of ours."""
    known = session.scalars(select(table.provider_id).where(table.provider_id.in_(list(provider_ids))))
    return {provider_id for provider_id in known if provider_id}


def next_claim(session: Session, row: Message | Call) -> datetime | None:
    """When the next one to the same phone was claimed (story time): what was made after that may be that one."""
    table = type(row)
    later = and_(table.phone_id == row.phone_id, table.id != row.id, table.claimed_at > row.claimed_at)
    return session.scalar(select(func.min(table.claimed_at)).where(later)) if row.claimed_at else None
