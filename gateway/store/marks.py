"""Which moments do all processes share: how far something has been read, until when a channel rests?"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.store.tables import Mark

CHANNELS = {"sms": "channel sms", "calls": "channel calls"}


def mark(session: Session, name: str, at: datetime, why: str | None = None) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Mark).values(name=name, at=at, why=why)
    session.execute(row.on_conflict_do_update(index_elements=[Mark.name], set_={"at": at, "why": why}))


def marked(session: Session, name: str) -> datetime | None:
    return session.scalar(select(Mark.at).where(Mark.name == name))


def why_marked(session: Session, name: str) -> str | None:
    return session.scalar(select(Mark.why).where(Mark.name == name))


def unmark(session: Session, name: str) -> None:
    session.execute(delete(Mark).where(Mark.name == name))


def is_my_turn(session: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Whether nobody did it within `every`; whoever is told so has taken the turn."""
    taken = update(Mark).where(Mark.name == name, Mark.at <= now - every).values(at=now).returning(Mark.name)
    if session.scalar(taken):
        return True
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Mark).values(name=name, at=now).on_conflict_do_nothing().returning(Mark.name)
    return session.scalar(first) is not None


def stop_channel(session: Session, channel: str, until: datetime, why: str) -> None:
    """Real time. Until then only what cannot wait tries to leave, and the audit says so until something has left."""
    mark(session, CHANNELS[channel], until, why)


def open_channel(session: Session, channel: str) -> None:
    unmark(session, CHANNELS[channel])


def stopped_channels(session: Session) -> dict[str, Mark]:
    """Those where the last try was told that the account is wrong; `at` may have passed, then a prompt tries."""
    rows = {row.name: row for row in session.scalars(select(Mark).where(Mark.name.in_(CHANNELS.values())))}
    return {channel: rows[name] for channel, name in CHANNELS.items() if name in rows}
