"""What is pressed on a call is read back: does the doctor read it as she said it, and is he told if she hangs up?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.policy import READ_BACK
from gateway.store.database import Database
from gateway.store.tables import Case, Message
from tests.talking import Talk, begin
from tests.village import BARAKA, MONDAY

NO_SIGNS = ("2",) * 6
UP_TO_BREATH = ("1", *NO_SIGNS, "2", "3")  # it is she; pain 2, tiredness 3: neither is read back
RIGHT, AGAIN = "1", "2"


@pytest.fixture
def talk(database: Database) -> Talk:
    talk = begin(database, "voice").at(MONDAY)
    talk.pick_up()
    for key in UP_TO_BREATH:
        talk.press(key)
    return talk


def waits(talk: Talk) -> timedelta:
    """How long the newest SMS about a case is still held."""
    with talk.database.read() as session:
        row = session.scalars(select(Message).where(Message.case_id.is_not(None)).order_by(Message.id.desc())).first()
        assert row
        return row.not_before - talk.now


def test_what_she_says_right_to_leaves_at_once_and_without_a_doubt(talk: Talk) -> None:
    assert "You pressed 8." in talk.press("8")
    assert waits(talk) == READ_BACK
    talk.press(RIGHT)
    assert waits(talk) == timedelta(0)
    (told,) = talk.sent_to(BARAKA)
    assert "Short of breath 8. " in told


def test_without_a_word_of_hers_it_leaves_as_not_confirmed(talk: Talk) -> None:
    talk.press("8")
    talk.ends()
    talk.later(minutes=1)
    assert waits(talk) < timedelta(0)
    assert "Short of breath 8, not confirmed" in talk.sent_to(BARAKA)[0]


def test_a_right_that_comes_after_it_has_left_changes_no_sms(talk: Talk) -> None:
    talk.press("8")
    talk.later(minutes=1)
    talk.press(RIGHT)
    (told,) = talk.sent_to(BARAKA)
    assert "not confirmed" in told
    with talk.database.read() as session:
        ((_, known),) = session.scalars(select(Case)).one().frozen["symptoms"]
    assert "unconfirmed" not in known  # what he reads from now on


def test_a_worse_number_the_second_time_is_the_one_he_reads(talk: Talk) -> None:
    for key in ("8", AGAIN, "9", RIGHT):
        talk.press(key)
    (told,) = talk.sent_to(BARAKA)
    assert "Short of breath 9. " in told


def test_a_lower_number_the_second_time_keeps_the_case(talk: Talk) -> None:
    for key in ("8", AGAIN, "3"):
        talk.press(key)
    assert "Short of breath 8, not confirmed" in talk.sent_to(BARAKA)[0]
    assert waits(talk) == READ_BACK


def test_a_danger_sign_waits_for_nothing(database: Database) -> None:
    talk = begin(database, "voice").at(MONDAY)
    talk.pick_up()
    talk.press("1")
    talk.press("1")
    assert waits(talk) == timedelta(0)
