"""By whose hours is a patient's case counted?"""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gateway.core import rota
from gateway.core.policy import Hours
from gateway.store.tables import Person


def hours_of(session: Session, patient: Person) -> Hours:
    """The duty of the patient's doctor, by which amber is counted; without one, always."""
    doctor = session.get(Person, patient.doctor_id) if patient.doctor_id else None
    if doctor is None:
        return Hours(rota.Duty(), ZoneInfo(patient.time_zone))
    return Hours(rota.parse(doctor.duty), ZoneInfo(doctor.time_zone))
