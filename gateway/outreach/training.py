"""Which clinician is due for a first training, or for a refresher after quiet weeks?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from gateway.core import rota, timetable
from gateway.store.ids import new_id
from gateway.store.queries.flows import newest
from gateway.store.tables import Conversation, Enrolment, Person, Role, Standing, Telling

KICK_OFF, REFRESHER = "training", "refresher"
QUIET = timedelta(weeks=8)  # without a case, and without an earlier refresher
SOON = timedelta(hours=1)  # the import that brought him in is looked over first


def plan(session: Session, now: datetime) -> int:
    """Plants what is due as enrolments, which the prompts' clock finds. Always 0: one look is enough."""
    active = (Person.role == Role.CLINICIAN, Person.standing == Standing.ACTIVE)
    for person in session.scalars(select(Person).where(*active).order_by(Person.id)):
        if not _has_begun(session, person, KICK_OFF):
            _plant(session, now, person, KICK_OFF, now + SOON)
        elif _is_quiet(session, now, person):
            _plant(session, now, person, REFRESHER, now)
    return 0


def _is_quiet(session: Session, now: datetime, person: Person) -> bool:
    """Whoever has no patients yet is left in peace: nothing is forgotten that was never needed."""
    patient = Person.doctor_id == person.id
    latest = [
        session.scalar(select(func.max(Telling.at)).where(Telling.person_id == person.id)),
        session.scalar(select(func.max(Enrolment.created_at)).where(Enrolment.person_id == person.id)),
        person.created_at,
    ]
    is_needed = session.scalar(select(exists().where(patient, Person.standing == Standing.ACTIVE)))
    return bool(is_needed) and now - max(at for at in latest if at) >= QUIET


def _has_begun(session: Session, person: Person, flow: str) -> bool:
    planted = select(Enrolment.id).where(Enrolment.person_id == person.id, Enrolment.flow == flow)
    asked = select(Conversation.id).where(Conversation.person_id == person.id, Conversation.flow == flow)
    return session.scalar(planted.limit(1)) is not None or session.scalar(asked.limit(1)) is not None


def _plant(session: Session, now: datetime, person: Person, flow: str, at: datetime) -> None:
    """In his duty, by day."""
    if newest(session, flow) is None:
        return
    duty, zone = rota.parse(person.duty), ZoneInfo(person.time_zone)
    due = timetable.in_window(rota.next_duty(duty, at, zone), person.time_zone)
    session.add(Enrolment(id=new_id(now), person_id=person.id, flow=flow, rule={}, next_due=due, created_at=now))
