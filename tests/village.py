"""Three people and a stranger: Amina (patient), Dr Baraka (village doctor), Chandra (coordinator). Two are canaries."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from gateway.store.ids import new_id
from gateway.store.queries.people import seal_name, seal_number
from gateway.store.queries.reports import DONE_BEFORE
from gateway.store.sealing import keys_of
from gateway.store.tables import Enrolment, Person, PersonPhone, Phone, Role, Site
from tests import canaries

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # 09:00 in Nairobi
AMINA = canaries.PHONE
BARAKA = "+254722000002"
CHANDRA = "+254733000003"
STRANGER = "+254744000004"


@dataclass(frozen=True)
class Village:
    clinic: Site
    amina: Person
    baraka: Person
    chandra: Person


def settle(session: Session, now: datetime = MONDAY) -> Village:
    clinic = Site(
        id=new_id(now), code="baiyun", name="Baiyun", kind="clinic", parent_id=None, time_zone="Africa/Nairobi",
        emergency_number="999", created_at=now,
    )  # fmt: skip
    session.add(clinic)
    baraka = add_person(session, now, clinic, "baraka", Role.CLINICIAN, "Baraka", BARAKA)
    chandra = add_person(session, now, clinic, "chandra", Role.COORDINATOR, "Chandra", CHANDRA)
    amina = add_person(session, now, clinic, "amina", Role.PATIENT, canaries.NAME, AMINA)
    amina.doctor_id, amina.small_number = baraka.id, "12"
    session.flush()
    return Village(clinic, amina, baraka, chandra)


def add_person(
    session: Session, now: datetime, site: Site, code: str, role: Role, last_name: str, number: str
) -> Person:
    person = Person(
        id=new_id(now), code=code, role=role, site_id=site.id, language="en", time_zone=site.time_zone, created_at=now
    )
    person.key = keys_of(session).new_person_key(person.id)
    person.name = seal_name(session, person, code.title(), last_name)
    phone = add_phone(session, now, number)
    session.add_all([person, PersonPhone(person_id=person.id, phone_id=phone.id)])
    return person


def report_before(session: Session, person: Person) -> None:
    """Her first report was given on paper: the weekly check begins."""
    session.add(
        Enrolment(
            id=new_id(MONDAY), person_id=person.id, flow="baseline", rule={}, created_at=MONDAY, ended_at=MONDAY,
            ended_why=DONE_BEFORE,
        )
    )  # fmt: skip


def add_phone(session: Session, now: datetime, number: str) -> Phone:
    phone_id = new_id(now)
    phone = Phone(
        id=phone_id,
        lookup=keys_of(session).index(number),
        number=seal_number(session, phone_id, number),
        created_at=now,
    )
    session.add(phone)
    return phone


@dataclass(frozen=True)
class Tiers:
    """Who stands above the clinic: a township centre with Dr Zhao, a county hospital with Dr Odera."""

    township: Site
    county: Site
    zhao: Person
    odera: Person


def raise_tiers(session: Session, village: Village, now: datetime = MONDAY) -> Tiers:
    county = add_site(session, now, "county", "Nanshan", "hospital", None)
    township = add_site(session, now, "township", "Qingshan", "centre", county)
    village.clinic.parent_id = township.id
    zhao = add_person(session, now, township, "zhao", Role.CLINICIAN, "Zhao", "+254755000005")
    odera = add_person(session, now, county, "odera", Role.CLINICIAN, "Odera", "+254766000006")
    session.flush()
    return Tiers(township, county, zhao, odera)


def add_site(session: Session, now: datetime, code: str, name: str, kind: str, parent: Site | None) -> Site:
    site = Site(
        id=new_id(now), code=code, name=name, kind=kind, parent_id=parent.id if parent else None,
        time_zone="Africa/Nairobi", emergency_number="999", created_at=now,
    )  # fmt: skip
    session.add(site)
    return site
