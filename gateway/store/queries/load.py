"""How much lies before a clinician, and what has just been sent?"""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gateway.core.life import State
from gateway.store.tables import Case, Kind, Message, Sending, Telling

HIS = (State.ACCEPTED, State.OVERDUE)


def open_cases_before(session: Session, clinician_id: str) -> int:
    """Cases that wait for him: his own without a contact, and those that climb and were told to him last."""
    told = select(Telling.id).where(
        Telling.case_id == Case.id, Telling.person_id == clinician_id, Telling.tier == Case.tier
    )
    waits = or_((Case.state.in_(HIS)) & (Case.accepted_by == clinician_id), (Case.state == State.TOLD) & told.exists())
    return session.scalar(select(func.count(Case.id)).where(Case.closed_at.is_(None), waits)) or 0


def told_alone_since(session: Session, clinician_id: str, since: datetime) -> int:
    """Of how many cases he got an SMS of its own."""
    alone = (Telling.person_id == clinician_id, Telling.at > since, Telling.digest.is_(None))
    return session.scalar(select(func.count(Telling.case_id.distinct())).where(*alone)) or 0


def gathering(session: Session, now: datetime, clinician_id: str, level: str) -> Message | None:
    """The digest of this level that has not left yet. Nothing claims it before its time."""
    waits = (Message.state == Sending.PENDING, Message.not_before > now, Message.kind == Kind.CASE)
    of_level = select(Telling.message_id).where(Telling.person_id == clinician_id, Telling.digest == level)
    mine = select(Message).where(Message.to_id == clinician_id, *waits, Message.id.in_(of_level))
    return session.scalars(mine.order_by(Message.id.desc()).limit(1).with_for_update()).first()


def told_by(session: Session, message_id: str) -> list[Case]:
    """Cases of one SMS that still wait for somebody, in the order in which they came."""
    of_it = select(Telling.case_id).where(Telling.message_id == message_id)
    waits = (Case.closed_at.is_(None), Case.accepted_by.is_(None))
    return list(session.scalars(select(Case).where(Case.id.in_(of_it), *waits).order_by(Case.opened_at, Case.id)))
