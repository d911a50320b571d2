"""Behind the greeting's key: does nobody but she hear a word of what the call is about?"""

import pytest

from gateway.core.wording import HangUpNow
from gateway.store.database import Database
from gateway.store.queries.people import pin_index, seal_birth_year
from gateway.store.tables import Person, Site
from tests.talking import Talk, begin
from tests.village import MONDAY

PRIVATE = ("pain", "fever", "tired", "symptom", "Today", "how are you")


def checked(database: Database, check: str) -> Talk:
    talk = begin(database, "voice")
    with database.write() as session:
        session.get_one(Site, talk.village.clinic.id).ways = {"call_check": check}
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = pin_index(session, amina, "4711")
        amina.birth_year = seal_birth_year(session, amina, "1961")
    return talk.at(MONDAY)


@pytest.mark.parametrize(("check", "asks", "digits"), [("pin", "4 digits", "4711"), ("birth year", "born", "1961")])
def test_her_digits_open_the_call(check: str, asks: str, digits: str, database: Database) -> None:
    talk = checked(database, check)
    talk.pick_up()
    assert asks in talk.press("1")
    assert asks in talk.press("*")
    said = [talk.press("1999"), talk.press("")]
    assert "Not quite" in said[0]
    assert "No key yet" in said[1]
    assert not [word for word in PRIVATE for line in said if word in line]
    assert talk.press(digits).startswith("Today: fever or shivering?")


def test_five_wrong_ones_are_a_neutral_goodbye(database: Database) -> None:
    """And for a day the right ones are wrong as well. Nobody is rung again before the reminder."""
    talk = checked(database, "pin")
    talk.pick_up()
    talk.press("1")
    said = [talk.press("0000") for _ in range(5)]
    assert said[-1] == "Thank you. Goodbye."
    assert not [word for word in PRIVATE for line in said if word in line]
    talk.ends()
    talk.later(minutes=70)
    assert talk.waiting_calls() == 0
    talk.later(hours=3)
    talk.pick_up()
    talk.press("1")
    assert "Not quite" in talk.press("4711")


def test_three_silences_at_the_check_end_the_call(database: Database) -> None:
    talk = checked(database, "pin")
    talk.pick_up()
    talk.press("1")
    assert [talk.press("") for _ in range(3)][-1] == "Thank you. Goodbye."


def test_without_digits_the_key_is_enough(database: Database) -> None:
    talk = checked(database, "pin")
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = amina.birth_year = None
    talk.pick_up()
    assert talk.press("1").startswith("Today: fever")


def test_a_call_that_ended_says_nothing_more(database: Database) -> None:
    talk = checked(database, "pin")
    talk.pick_up()
    with database.write() as session:
        (row,) = talk.conversations()
        session.merge(row).state = "ended"
    from gateway.phone.twilio_in import KeysHeard

    assert talk.hear(KeysHeard(talk.call_id, 90, row.id, None, None, "1")) == (HangUpNow(),)
