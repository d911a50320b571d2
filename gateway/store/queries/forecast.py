"""What left, what came in and which cases opened in a district that is only counted?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.store.queries.reports import FINISHED
from gateway.store.tables import Call, Case, CaseEvent, Conversation, Inbound, Message, Person, Role, Sending

LEFT = Message.state == Sending.ACCEPTED


def reports(session: Session, flow: str) -> tuple[int, int]:
    """How often its questions were put, and how often answered to the end. Re-checks are none."""
    of_it = (Conversation.flow == flow, Conversation.case_id.is_(None))
    begun = session.scalar(select(func.count()).select_from(Conversation).where(*of_it)) or 0
    done = select(func.count()).select_from(Conversation).where(*of_it, Conversation.outcome.in_(FINISHED))
    return begun, session.scalar(done) or 0


def sent(session: Session) -> Sequence[tuple[datetime, int, Role]]:
    """When each SMS left, its parts, and to whom."""
    rows = select(Message.sent_at, Message.segments, Person.role).join(Person, Person.id == Message.to_id).where(LEFT)
    return [(at, parts, role) for at, parts, role in session.execute(rows) if at]


def received(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Inbound).where(Inbound.kind == "sms")) or 0


def call_seconds(session: Session) -> list[int]:
    """Of each call that was tried."""
    return [seconds or 0 for seconds in session.scalars(select(Call.seconds).where(Call.sent_at.is_not(None)))]


def opened(session: Session) -> list[tuple[datetime, str | None, str]]:
    """When, to which doctor's patient, and at which level."""
    rows = (
        select(Case.opened_at, Person.doctor_id, CaseEvent.facts)
        .join(Person, Person.id == Case.patient_id)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(CaseEvent.kind == "opened")
    )
    return [(at, doctor, facts["level"]) for at, doctor, facts in session.execute(rows)]


def village_doctors(session: Session) -> list[str]:
    doctors = select(Person.doctor_id).where(Person.role == Role.PATIENT).distinct().order_by(Person.doctor_id)
    return [doctor for doctor in session.scalars(doctors) if doctor]
