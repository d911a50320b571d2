"""A thousand calls that go every way: does nobody hear what is not theirs, and is nothing lost on the way?"""

import random

import pytest

from gateway.enrolment.consent import consent_to
from gateway.store.database import Database
from gateway.store.tables import Role
from tests.faults.callers import Crowd
from tests.talking import begin
from tests.village import MONDAY, add_person

SAMPLE, FULL = 24, 1000


def crowd(database: Database, people: int) -> Crowd:
    talk = begin(database, "voice")
    with database.write() as session:
        for number in range(1, people):
            one = add_person(
                session, talk.now, talk.village.clinic, f"p{number:02}", Role.PATIENT, "P", f"+2547550{number:05}"
            )
            one.channel, one.doctor_id, one.small_number = "voice", talk.village.baraka.id, str(100 + number)
            session.flush()
            consent_to(session, one, "messages", talk.now)
    return Crowd(talk.at(MONDAY), random.Random(7))


def go(database: Database, calls: int, people: int) -> Crowd:
    everybody = crowd(database, people)
    everybody.ring(calls)
    assert everybody.lost() == set()
    assert everybody.broken() == []
    print(f"\n{dict(sorted(everybody.figures.items()))}, answers kept: {len(everybody.answered)}")
    return everybody


def test_a_few_calls_that_go_every_way(database: Database) -> None:
    assert go(database, SAMPLE, 3).figures["turns before a key"] > 0


@pytest.mark.soak
def test_a_thousand_calls_that_go_every_way(database: Database) -> None:
    assert go(database, FULL, 20).figures["turns"] > FULL
