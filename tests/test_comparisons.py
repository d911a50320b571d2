"""Does whoever wishes hear a word at the end of a weekly check, and nobody else?"""

from datetime import timedelta

import pytest

from gateway.core.flow import Purpose
from gateway.enrolment.consent import consent_to, refuse
from gateway.store.database import Database
from gateway.store.tables import Person
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY

WEEK = timedelta(days=7)
LAST, EASIER = ("3", "3", "3", "1", "1", "1"), ("1", "1", "3", "1", "1", "0")
EASIER_SAYS = "Compared with last time: better."


def wishes(talk: Talk, *, yes: bool) -> None:
    with talk.database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        (consent_to if yes else refuse)(session, amina, Purpose.COMPARISON, talk.now)


def weeks(talk: Talk, *answers: tuple[str, ...]) -> str:
    """The last text of the last of these weeks."""
    for number, replies in enumerate(answers):
        talk.at(MONDAY + number * WEEK)
        talk.answer("1", "2", *replies)
    return talk.sent_to(AMINA)[-1]


def test_whoever_wishes_it_reads_a_word_before_the_thanks(database: Database) -> None:
    talk = begin(database)
    wishes(talk, yes=True)
    said = weeks(talk, LAST, EASIER)
    assert said.startswith(f"{EASIER_SAYS}\nThank you. Answers received.")


@pytest.mark.parametrize("asked", [True, False])
def test_whoever_does_not_wish_it_or_was_never_asked_reads_nothing(database: Database, asked: bool) -> None:
    talk = begin(database)
    if asked:
        wishes(talk, yes=True)
        wishes(talk, yes=False)
    assert weeks(talk, LAST, EASIER).startswith("Thank you. Answers received.")


def test_while_a_case_is_open_nobody_is_told_that_it_is_better(database: Database) -> None:
    talk = begin(database)
    wishes(talk, yes=True)
    weeks(talk, LAST)
    talk.text(AMINA, "I have chest pain")
    talk.at(MONDAY + WEEK)
    said = talk.answer("1", "2", *EASIER)
    assert not [text for text in (*said, *talk.sent_to(AMINA)) if "Compared with last time" in text]
