"""Something a patient or a doctor wrote makes our reading fail: who reads it instead?"""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.phone.twilio_in import SmsHeard
from gateway.store import inbound
from gateway.store.queries import conversations
from gateway.store.queries.people import on_phone, phone_by_number
from gateway.store.sealing import seal
from gateway.store.tables import Inbound, Person, Role
from gateway.talk.facts import called
from gateway.talk.telling import tell_about, tell_coordinator

READ_AS = "unreadable to us"

log = logging.getLogger(__name__)


def leave_to_person(session: Session, now: datetime, heard: SmsHeard) -> None:
    """Kept with its words, never tried again; the nearest coordinator is told to read it."""
    phone = phone_by_number(session, heard.sender)
    people = on_phone(session, phone) if phone else []
    person = people[0] if people else None
    inbound.is_first(session, heard.key, "sms", now)
    row = session.get_one(Inbound, heard.key)
    row.read_as, row.person_id, row.phone_id = READ_AS, person.id if person else None, phone.id if phone else None
    row.body = seal(session, heard.body, table="inbound", column="body", row=heard.key, person=person)
    if person:
        _tell(session, now, person)
    log.error("%s is left to a person", heard.message_id)


def _tell(session: Session, now: datetime, person: Person) -> None:
    if person.role in (Role.CLINICIAN, Role.COORDINATOR):
        doctor = {"doctor": called(session, person)}
        tell_coordinator(session, now, "coordinator_doctor_wrote", doctor, site_id=person.site_id, version=None)
    else:
        around = conversations.around(session, [person])[0]
        tell_about(session, now, "coordinator_free_text", around, around.version)
