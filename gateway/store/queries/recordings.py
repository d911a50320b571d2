"""Which texts have been recorded, and what do they sound like?"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from gateway.core.aloud import digest
from gateway.store.tables import Recording


def addresses(session: Session, language: str, texts: Iterable[str]) -> Mapping[str, str]:
    """Text -> address of its newest recording, for those that have one."""
    wanted = {digest(text): text for text in texts}
    rows = select(Recording.digest, Recording.address).where(
        Recording.language == language, Recording.digest.in_(wanted), Recording.withdrawn_at.is_(None)
    )
    return {wanted[found]: address for found, address in session.execute(rows.order_by(Recording.id))}


def recordings_in(session: Session, language: str) -> list[Recording]:
    """All that stand, oldest first; without their sound."""
    stands = select(Recording).where(Recording.language == language, Recording.withdrawn_at.is_(None))
    return list(session.scalars(stands.order_by(Recording.id)))


def by_address(session: Session, address: str) -> Recording | None:
    """With its sound."""
    wanted = select(Recording).where(Recording.address == address, Recording.withdrawn_at.is_(None))
    return session.scalars(wanted.options(undefer(Recording.sound))).first()
