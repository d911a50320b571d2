"""What waits in the outbox, since when, and what left last."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.store.tables import Call, Message, Sending

TABLES = (Message, Call)


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether something may leave now; what another process has claimed is not counted."""
    return any(
        session.scalar(select(table.id).where(table.state == Sending.PENDING, table.not_before <= now).limit(1))
        for table in TABLES
    )


def oldest_unsent(session: Session, now: datetime) -> datetime | None:
    """Since when the one that waits longest might have left; in doubt counts as waiting. None when nothing waits."""
    waiting = (Sending.PENDING, Sending.CLAIMED, Sending.DOUBT)
    moments = [
        session.scalar(select(func.min(table.not_before)).where(table.state.in_(waiting), table.not_before <= now))
        for table in TABLES
    ]
    return min((moment for moment in moments if moment), default=None)


def last_sent(session: Session) -> datetime | None:
    """When the provider last took something from us."""
    moments = [session.scalar(select(func.max(table.sent_at))) for table in TABLES]
    return max((moment for moment in moments if moment), default=None)


def count_by_state(session: Session) -> dict[tuple[str, str], int]:
    """(messages or calls, state) -> how many."""
    return {
        (table.__tablename__, str(state)): number
        for table in TABLES
        for state, number in session.execute(select(table.state, func.count()).group_by(table.state))
    }
