"""A person at the console puts a patient on a flow, gives it another day, or takes her off it: what may not be?"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.worded import Worded
from gateway.enrolment.questions import Times, enrol, misfits
from gateway.store import outbox
from gateway.store.database import lock
from gateway.store.queries.conversations import end_flow
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Enrolment, FlowVersion, Person

TAKEN_OFF = "taken off"


def put_on(session: Session, person: Person, version: FlowVersion, times: Times, now: datetime) -> list[Worded]:
    """What stands against it: then nothing has changed. On it already, she has the new day from the next time on."""
    person = lock(session, Person, person.id)
    whys = misfits(flow_of(version), version, person.language, person.channel)
    if not whys:
        of_the_doctor = select(func.count()).select_from(Person).where(Person.doctor_id == person.doctor_id)
        enrol(session, person, times, version, session.scalar(of_the_doctor) or 0, now)
    return whys


def take_off(session: Session, person: Person, enrolment_id: str, now: datetime) -> bool:
    """False for what has ended, is another's, or was planted by a case. What she is being asked by it ends, too."""
    person = lock(session, Person, person.id)
    row = session.get(Enrolment, enrolment_id, populate_existing=True)
    if row is None or row.person_id != person.id or row.case_id or row.ended_at:
        return False
    row.ended_at, row.ended_why, row.next_due = now, TAKEN_OFF, None
    for conversation_id in end_flow(session, person, row.flow, now, TAKEN_OFF):
        outbox.cancel(session, now, conversation_id=conversation_id)
    return True
