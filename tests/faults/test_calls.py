"""A thousand calls that go every way: does nobody hear what is not theirs, and is nothing lost on the way?"""

import random

import pytest
from sqlalchemy.orm import Session

from gateway.enrolment.consent import consent_to
from gateway.store.database import Database
from gateway.store.queries.people import pin_index, seal_birth_year
from gateway.store.tables import Person, Role, Site
from tests.faults.callers import Crowd
from tests.talking import begin
from tests.village import MONDAY, add_person

SAMPLE, FULL = {"key": 24, "pin": 6, "birth year": 6}, 1000
DIGITS = {"key": "", "pin": "4711", "birth year": "1961"}  # what the site asks before anything is said


def crowd(database: Database, people: int, check: str) -> Crowd:
    talk = begin(database, "voice")
    with database.write() as session:
        session.get_one(Site, talk.village.clinic.id).ways = {"call_check": check}
        give_digits(session, session.get_one(Person, talk.village.amina.id))
        for number in range(1, people):
            one = add_person(
                session, talk.now, talk.village.clinic, f"p{number:02}", Role.PATIENT, "P", f"+2547550{number:05}"
            )
            one.channel, one.doctor_id, one.small_number = "voice", talk.village.baraka.id, str(100 + number)
            session.flush()
            consent_to(session, one, "messages", talk.now)
            give_digits(session, one)
    return Crowd(talk.at(MONDAY), random.Random(7), DIGITS[check])


def give_digits(session: Session, person: Person) -> None:
    person.pin = pin_index(session, person, DIGITS["pin"])
    person.birth_year = seal_birth_year(session, person, DIGITS["birth year"])


def go(database: Database, calls: int, people: int, check: str) -> Crowd:
    everybody = crowd(database, people, check)
    everybody.ring(calls)
    assert everybody.lost() == set()
    assert everybody.broken() == []
    print(f"\n{dict(sorted(everybody.figures.items()))}, answers kept: {len(everybody.answered)}")
    return everybody


@pytest.mark.parametrize("check", SAMPLE)
def test_a_few_calls_that_go_every_way(database: Database, check: str) -> None:
    assert go(database, SAMPLE[check], 3, check).figures["turns before she is known"] > 0


@pytest.mark.soak
@pytest.mark.parametrize("check", DIGITS)
def test_a_thousand_calls_that_go_every_way(database: Database, check: str) -> None:
    assert go(database, FULL, 20, check).figures["turns"] > FULL
