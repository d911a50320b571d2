"""A patient moves to another site or doctor: what goes along, and what must be settled first?"""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.database import lock
from gateway.store.queries.cases import open_case_of
from gateway.store.tables import Person, Role, Site


class Not(StrEnum):
    """Why nobody was moved."""

    CASE = "case"  # its tiers are those of the old site: close it, or hand it over and close it
    NUMBER = "number"  # of somebody else at the new site
    CHANGED = "changed"  # somebody moved her meanwhile


def move(
    session: Session, person: Person, site: Site, doctor: Person, number: str, seen: tuple[str, str]
) -> Not | None:
    """`seen`: the site and the doctor that the page showed. Her zone stays: she may live where she lived."""
    person = lock(session, Person, person.id)
    if seen != (person.site_id, person.doctor_id or ""):
        return Not.CHANGED
    if open_case_of(session, person.id) is not None and site.id != person.site_id:
        return Not.CASE
    number = number or person.small_number or ""
    if not (number.isascii() and number.isdigit() and len(number) <= 4) or _is_taken(session, person, site, number):
        return Not.NUMBER
    person.site_id, person.doctor_id, person.small_number = site.id, doctor.id, number
    return None


def _is_taken(session: Session, person: Person, site: Site, number: str) -> bool:
    same = (Person.role == Role.PATIENT, Person.site_id == site.id, Person.small_number == number)
    return session.scalar(select(Person.id).where(*same, Person.id != person.id).limit(1)) is not None
