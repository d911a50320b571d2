"""When did each long-running process last say that it lives?"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.store.tables import Process

PROVIDER = "provider"  # its last answer that was no error: remembered like a process's sign of life


def beat(session: Session, name: str, real_now: datetime) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Process).values(name=name, beat_at=real_now)
    session.execute(row.on_conflict_do_update(index_elements=[Process.name], set_={"beat_at": real_now}))


def beats(session: Session) -> dict[str, datetime]:
    return {process.name: process.beat_at for process in session.scalars(select(Process))}
