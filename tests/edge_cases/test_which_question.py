"""Late, early, twice or at the wrong moment: which question does a reply answer?"""

from datetime import timedelta

import pytest

from gateway.store.database import Database
from gateway.store.tables import Person
from tests.edge_cases.people import answer_rows, answers, cases, read_as
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY


def test_a_reply_that_meets_a_new_question_is_asked_back(database: Database) -> None:
    """Edge case 2. "Did the doctor reach you?" came just as she typed her answer to the question of yesterday."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    assert talk.conversations()[1].flow == "doctor-reached"
    talk.now += timedelta(seconds=40)
    talk.text(AMINA, "1")
    assert talk.sent_to(AMINA)[-1].startswith("Your reply came just when this question left.")
    assert [case.level for case in cases(talk)] == ["red"]
    assert _of(talk, 1) == set()
    talk.leave()
    talk.now += timedelta(seconds=40)
    talk.text(AMINA, "1")
    assert len(_of(talk, 1)) == 1


def test_two_minutes_later_it_belongs_to_the_newest_question(database: Database) -> None:
    """Edge case 2."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    talk.answer("2")
    assert len(_of(talk, 1)) == 1


def test_a_danger_sign_is_never_asked_back(database: Database) -> None:
    """Edge case 2."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    talk.text(AMINA, "I can't breathe")
    assert [case.level for case in cases(talk)] == ["now"]


def test_two_texts_at_one_moment_are_read_in_turn(database: Database) -> None:
    """Edge cases 4 and 5. Two different answers come at once: each is read against what was open when it was read."""
    talk = begin(database).at(MONDAY)
    talk.answer("1")
    talk.text(AMINA, "2")
    talk.text(AMINA, "3")
    assert answers(talk) == {"danger": "no", "pain": 3}


def test_an_answer_that_fits_no_open_question_is_asked_again(database: Database) -> None:
    """Edge case 5. Her two texts came in the wrong order: what cannot be an answer here is none."""
    talk = begin(database).at(MONDAY)
    talk.answer("1")
    talk.text(AMINA, "7")
    assert answers(talk) == {}
    assert "7 is not an answer here" in talk.sent_to(AMINA)[-1]


def test_a_doubled_press_is_one_answer(database: Database) -> None:
    """Edge case 7. The next question had not even left: nothing is recorded, nothing is said."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.text(AMINA, "3")
    before = len(talk.sent_to(AMINA))
    talk.text(AMINA, "3")
    assert answers(talk) == {"danger": "no", "pain": 3}
    assert len(talk.sent_to(AMINA)) == before
    assert read_as(talk).count("twice") == 1


def test_the_same_number_to_the_next_question_counts_when_that_had_left(database: Database) -> None:
    """Edge case 7."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.text(AMINA, "3")
    talk.leave()
    talk.now += timedelta(seconds=20)
    talk.text(AMINA, "3")
    assert answers(talk) == {"danger": "no", "pain": 3, "tiredness": 3}


def test_a_doubled_press_never_wastes_a_try(database: Database) -> None:
    """Edge case 7. "5 or 6" pressed twice is one unclear reply, not two."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.text(AMINA, "5 or 6")
    talk.text(AMINA, "5 or 6")
    assert not any("could not read" in body for body in talk.sent_to(CHANDRA))


@pytest.mark.parametrize("body", ["7" + " thanks" * 400, "my week was long " * 90 + "7"])
def test_a_letter_is_no_number(database: Database, body: str) -> None:
    """Edge case 8. However long, it is taken whole, read strictly, and left to a person when it says nothing twice."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.text(AMINA, body)
    assert "pain" not in answers(talk)
    assert "could not read that" in talk.sent_to(AMINA)[-1]


@pytest.mark.parametrize("body", ["", "   ", "\u200b", "🙂"])
def test_an_empty_text_is_asked_again(database: Database, body: str) -> None:
    """Edge case 13. A picture or a sticker arrives as a text without words."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.text(AMINA, body)
    assert "pain" not in answers(talk)
    assert "Please send one number" in talk.sent_to(AMINA)[-1]


def test_out_of_range_twice_goes_to_a_person(database: Database) -> None:
    """Edge case 12."""
    talk = begin(database).at(MONDAY)
    said = talk.answer("1", "2", "11", "12")
    assert "11 is not on the scale" in said[2]
    assert "pain" not in answers(talk)
    assert any("could not read the answers" in body for body in talk.sent_to(CHANDRA))


def test_either_number_at_a_limit_opens_a_case_and_none_is_recorded(database: Database) -> None:
    """Edge case 11. The doctor reads both, and that it is not clear which."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "6 or 8")
    talk.later(minutes=3)
    assert "pain" not in answers(talk)
    assert [case.level for case in cases(talk)] == ["red"]
    assert "Pain 6 or 8, which one is not clear" in talk.sent_to(BARAKA)[0]


def test_two_small_numbers_open_nothing(database: Database) -> None:
    """Edge cases 3 and 11. They are asked again, always."""
    talk = begin(database).at(MONDAY)
    said = talk.answer("1", "2", "2-3")
    assert "You sent 2 and 3" in said[-1]
    assert cases(talk) == []


def test_a_new_language_midway_keeps_the_step_and_understands_both(database: Database) -> None:
    """Edge case 21. She was asked in English and is Chinese-speaking from now on."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    _speak(talk, "zh_CN")
    (said,) = talk.answer("three")
    assert "第2题" in said
    talk.answer("四")
    assert answers(talk) == {"danger": "no", "pain": 3, "tiredness": 4}


def test_a_reminder_after_a_change_of_language_speaks_the_new_one(database: Database) -> None:
    """Edge case 21."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    _speak(talk, "zh_CN")
    talk.later(hours=5)
    assert "疼" in talk.sent_to(AMINA)[-1]
    talk.answer("four")
    assert answers(talk)["pain"] == 4


def _speak(talk: Talk, language: str) -> None:
    with talk.database.write() as session:
        session.get_one(Person, talk.village.amina.id).language = language


def _of(talk: Talk, number: int) -> set[str]:
    """Which questions of the conversation with this number are answered."""
    conversation = talk.conversations()[number]
    return {row.question for row in answer_rows(talk) if row.conversation_id == conversation.id}
