"""A number that is somebody else's, nobody's, or speaks in somebody's name: what does it hear, and what does it do?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from gateway.store.database import Database
from gateway.store.tables import Message, Standing
from gateway.talk.recycled import WRONG_NUMBER
from tests.edge_cases.people import cases
from tests.talking import begin
from tests.village import AMINA, CHANDRA, MONDAY


@pytest.mark.parametrize("body", ["wrong number", "not me"])
def test_a_wrong_number_falls_silent_at_once(database: Database, body: str) -> None:
    """Edge cases 28 and 29. A person finds out whose it is; until then whoever holds that phone learns nothing."""
    talk = begin(database).at(MONDAY)
    talk.answer(body)
    amina = talk.person("amina")
    assert (amina.standing, amina.standing_why) == (Standing.PAUSED, WRONG_NUMBER)
    assert talk.conversations()[0].state == "ended"
    assert "the phone says wrong number" in talk.sent_to(CHANDRA)[-1]
    before = len(talk.sent_to(AMINA))
    talk.answer("stop writing to me or tell me your name", "START", "HELP", "1")
    assert len(talk.sent_to(AMINA)) == before
    assert AMINA[-6:] not in " ".join(talk.sent_to(CHANDRA))
    talk.answer("I can't breathe")
    assert [case.level for case in cases(talk)] == ["now"]


def test_sixty_days_of_silence_put_the_number_in_question(database: Database) -> None:
    """Edge case 28. Telephone companies give a silent number to somebody else."""
    talk = begin(database)
    for week in range(9):
        assert talk.person("amina").standing == Standing.ACTIVE
        talk.at(MONDAY + timedelta(weeks=week))
        talk.later(days=4)
    talk.at(MONDAY + timedelta(weeks=9))
    assert talk.person("amina").standing_why == WRONG_NUMBER
    assert any("nothing heard from this phone for 60 days" in body for body in talk.sent_to(CHANDRA))
    before = len(talk.sent_to(AMINA))
    talk.at(MONDAY + timedelta(weeks=10))
    assert len(talk.sent_to(AMINA)) == before


def test_who_answers_now_and_then_is_not_in_question(database: Database) -> None:
    """Edge case 28."""
    talk = begin(database)
    for week in range(10):
        talk.at(MONDAY + timedelta(weeks=week))
        if week == 5:
            talk.answer("2")
        talk.later(days=4)
    assert talk.person("amina").standing == Standing.ACTIVE


def test_a_number_that_the_network_does_not_know_is_in_question(database: Database) -> None:
    """Edge case 28. Found before the next prompt; a person asks."""
    talk = begin(database).at(MONDAY)
    with database.write() as session:
        session.execute(update(Message).values(receipt="undelivered", error=30005))
    talk.at(MONDAY + timedelta(days=7))
    assert talk.person("amina").standing_why == WRONG_NUMBER
