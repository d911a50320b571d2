"""Has this thing of the provider's been taken in before?"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.store.tables import Inbound


def is_first(session: Session, key: str, kind: str, now: datetime) -> bool:
    """Whether it comes for the first time; of two at once the second waits for the first's commit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Inbound).values(key=key, kind=kind, received_at=now).on_conflict_do_nothing().returning(Inbound.key)
    return session.scalar(row) is not None


def known(session: Session, keys: Iterable[str]) -> set[str]:
    return set(session.scalars(select(Inbound.key).where(Inbound.key.in_(list(keys)))))
