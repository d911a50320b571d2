"""What does a helper get, and only by her own yes: general messages and reminders, never an answer of hers?"""

from datetime import time, timedelta

import pytest

from gateway.core.flow import Purpose
from gateway.core.timetable import Rule
from gateway.enrolment.consent import consent_to
from gateway.store.database import Database
from gateway.store.tables import Person, Role
from tests.talking import EIGHT, Talk, begin
from tests.test_later_flows import enrol
from tests.village import AMINA, MONDAY, add_person

NEEMA = "+254799000007"
WEDNESDAY = timedelta(days=2, hours=2)


def helped(database: Database, *, copies: bool, agrees: bool = True, number: str = NEEMA) -> Talk:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        neema = add_person(session, EIGHT, talk.village.clinic, "amina-helper", Role.HELPER, "Neema", number)
        neema.helps_id = amina.id
        consent_to(session, amina, Purpose.HELPER, EIGHT)
        if agrees:
            consent_to(session, neema, Purpose.MESSAGES, EIGHT)
        if copies:
            consent_to(session, amina, Purpose.COPIES, EIGHT)
    return talk


def after_a_good_word(talk: Talk) -> list[str]:
    enrol(talk, "education", Rule(time(10), every_days=7, weekday=2), WEDNESDAY)
    talk.at(EIGHT + WEDNESDAY)
    assert "can be treated" in talk.sent_to(AMINA)[-1]
    return talk.sent_to(NEEMA)


def test_a_helper_reads_the_same_message_where_she_wished_it(database: Database) -> None:
    said = after_a_good_word(helped(database, copies=True))
    assert len(said) == 1
    assert "wished that you get this message, too:\nMuch of what troubles you can be treated." in said[0]


@pytest.mark.parametrize(("copies", "agrees"), [(False, True), (True, False)])
def test_without_her_yes_and_the_helpers_nothing_is_copied(database: Database, copies: bool, agrees: bool) -> None:
    assert after_a_good_word(helped(database, copies=copies, agrees=agrees)) == []


def test_a_helper_is_reminded_that_a_question_waits_and_hears_no_answer(database: Database) -> None:
    talk = helped(database, copies=True).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    told = talk.sent_to(NEEMA)
    talk.at(talk.now + timedelta(hours=4))
    assert told == []
    (said,) = talk.sent_to(NEEMA)
    assert "a message from us waits for" in said
    assert not any(word in said.lower() for word in ("pain", "tired", "9", "question"))


def test_what_a_case_asks_reminds_no_helper(database: Database) -> None:
    talk = helped(database, copies=True).at(MONDAY)
    talk.text(AMINA, "I have chest pain")
    talk.later(hours=5)
    assert not [text for text in talk.sent_to(NEEMA) if "waits for" in text]
