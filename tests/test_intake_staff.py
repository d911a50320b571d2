"""A telephone of several people, one of them a doctor: is his digit heard, and nobody's taken for his?"""

import pytest
from sqlalchemy import select

from gateway.store.database import Database
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import Case, Person, PersonPhone, Role
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, add_person

RED_FLAG = "I cannot breathe"
OTHER = "+254755000005"


def with_a_case(talk: Talk) -> str:
    talk.text(AMINA, RED_FLAG)
    talk.leave()
    return case_of(talk).code


def case_of(talk: Talk) -> Case:
    with talk.database.read() as session:
        return session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()


def put_on_barakas_phone(talk: Talk, code: str) -> None:
    """Somebody who is in the list already has his telephone from now on."""
    with talk.database.write() as session:
        person = session.scalars(select(Person).where(Person.code == code)).one()
        phone = phone_by_number(session, BARAKA)
        assert phone is not None
        held = session.scalars(select(PersonPhone).where(PersonPhone.person_id == person.id)).one()
        session.delete(held)
        session.flush()
        session.add(PersonPhone(person_id=person.id, phone_id=phone.id))


def add(talk: Talk, code: str, role: Role) -> Person:
    with talk.database.write() as session:
        return add_person(session, talk.now, talk.village.clinic, code, role, code.title(), OTHER)


@pytest.mark.parametrize("text", ["{0}1", "1"])
def test_a_coordinator_who_is_a_doctor_too_is_heard_as_the_doctor(database: Database, text: str) -> None:
    """Whichever of the two came into the list first."""
    talk = begin(database)
    with talk.database.write() as session:
        zuri = add_person(session, talk.now, talk.village.clinic, "zuri", Role.CLINICIAN, "Zuri", OTHER)
        amina = session.get_one(Person, talk.village.amina.id)
        amina.doctor_id = zuri.id
        session.flush()
        held = session.scalars(select(PersonPhone).where(PersonPhone.person_id == talk.village.chandra.id)).one()
        phone = phone_by_number(session, OTHER)
        assert phone is not None
        session.delete(held)
        session.flush()
        session.add(PersonPhone(person_id=talk.village.chandra.id, phone_id=phone.id))
    code = with_a_case(talk)
    talk.text(OTHER, text.format(code))
    assert case_of(talk).accepted_by == zuri.id


def test_of_two_doctors_on_one_telephone_the_code_tells_which(database: Database) -> None:
    talk = begin(database)
    zuri = add(talk, "zuri", Role.CLINICIAN)
    with talk.database.write() as session:
        session.get_one(Person, talk.village.amina.id).doctor_id = zuri.id
    put_on_barakas_phone(talk, "zuri")
    code = with_a_case(talk)
    assert any(body.endswith(f"Always send the number first, for example {code}1.") for body in talk.sent_to(BARAKA))
    talk.text(BARAKA, "1")
    assert case_of(talk).accepted_by is None
    assert talk.sent_to(BARAKA)[-1].startswith("Which case?")
    talk.text(BARAKA, f"1 {code}")
    assert case_of(talk).accepted_by == zuri.id


@pytest.mark.parametrize("text", ["{0}1", "{0} 1", "1 {0}", "1{0}", "ok {0}", "１　{0}"])
def test_the_doctor_who_helps_a_patient_may_write_the_code_before_or_behind(database: Database, text: str) -> None:
    talk = begin(database)
    add(talk, "juma", Role.HELPER)
    put_on_barakas_phone(talk, "juma")
    code = with_a_case(talk)
    talk.text(BARAKA, "1")
    assert case_of(talk).accepted_by is None
    talk.text(BARAKA, text.format(code))
    assert case_of(talk).accepted_by == talk.village.baraka.id


def test_a_doctor_who_had_stopped_is_told_again_after_start(database: Database) -> None:
    talk = begin(database)
    talk.text(BARAKA, "STOP")
    talk.text(BARAKA, "START")
    assert [body for body in talk.sent_to(CHANDRA) if "must read" in body] == []
    with_a_case(talk)
    assert talk.sent_to(BARAKA)[-1].startswith("URGENT")


def test_a_yes_takes_back_a_stop_and_accepts_nothing(database: Database) -> None:
    """The provider reads it as START; whoever means a case sends its number."""
    talk = begin(database)
    with_a_case(talk)
    talk.text(BARAKA, "STOP")
    talk.text(BARAKA, "yes")
    assert case_of(talk).accepted_by is None
    talk.text(BARAKA, "yes")
    assert case_of(talk).accepted_by == talk.village.baraka.id


@pytest.mark.parametrize("body", ["HELP", "info "])
def test_help_is_left_to_the_provider_for_staff_too(database: Database, body: str) -> None:
    talk = begin(database)
    for number in (BARAKA, CHANDRA):
        talk.text(number, body)
    assert talk.sent_to(BARAKA) + talk.sent_to(CHANDRA) == []


@pytest.mark.parametrize("number", [AMINA, BARAKA])
def test_whoever_writes_can_be_reached_again(database: Database, number: str) -> None:
    """Whatever the provider said of the number before: a doctor with a bad number is passed over."""
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, number)
        assert phone
        phone.bad_since = MONDAY
    talk.text(number, "7")
    with database.read() as session:
        phone = phone_by_number(session, number)
        assert phone
        assert phone.bad_since is None
