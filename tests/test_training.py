"""Is a clinician trained before his first case, refreshed after quiet weeks, and drilled without a patient?"""

from datetime import timedelta

import pytest

from gateway import outreach
from gateway.outreach import training
from gateway.outreach.asking import CannotAsk
from gateway.store.database import Database
from gateway.store.tables import Enrolment, Person
from tests.talking import EIGHT, Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA

WEEKS = timedelta(weeks=1)


def test_the_kick_off_comes_before_the_first_case_and_is_answered_by_digits(database: Database) -> None:
    talk = planned(begin(database)).at(EIGHT + timedelta(minutes=40))
    assert said(talk) == []
    talk.at(EIGHT + timedelta(hours=1))
    assert "when a patient is bad you get one SMS with a number such as 947. Two questions" in said(talk)[0]
    talk.text(BARAKA, "1")
    assert said(talk)[-1].startswith("Right.\nQuestion 2 of 2. You gave advice and changed the medicine.")
    talk.text(BARAKA, "３")
    assert "Not quite: 947 and then 46." in said(talk)[-1]
    assert "You decide in every case" in said(talk)[-1]
    planned(talk).at(talk.now + timedelta(hours=30))
    assert len(said(talk)) == 3
    assert [row.outcome for row in talk.conversations() if row.flow == "training"] == ["finished"]


def test_words_in_a_training_still_go_to_a_person(database: Database) -> None:
    talk = planned(begin(database)).at(EIGHT + timedelta(hours=1))
    talk.text(BARAKA, "I have chest pain")
    assert any("wrote something that a person must read" in text for text in talk.sent_to(CHANDRA))
    assert [text for text in talk.sent_to(CHANDRA) if "URGENT" in text or " now," in text] == []


def test_a_case_goes_first_and_every_digit_is_about_it(database: Database) -> None:
    talk = planned(begin(database)).at(EIGHT + timedelta(hours=1))
    talk.text(AMINA, "I can't breathe")
    talk.text(BARAKA, "1")
    assert "yours. Phone" in said(talk)[-1]
    with pytest.raises(CannotAsk, match="case open"), database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.baraka.id), "drill", talk.now)


def test_a_refresher_comes_after_eight_quiet_weeks_by_day(database: Database) -> None:
    talk = planned(begin(database)).at(EIGHT + timedelta(hours=1))
    talk.text(BARAKA, "1")
    talk.text(BARAKA, "2")
    talk.now = EIGHT + 7 * WEEKS
    assert flows(planned(talk)) == ["training"]
    talk.now = EIGHT + 8 * WEEKS + timedelta(hours=15)
    assert flows(planned(talk)) == ["training", "refresher"]
    assert due(talk) == EIGHT + 8 * WEEKS + timedelta(days=1)
    assert flows(planned(talk)) == ["training", "refresher"]


def test_a_drill_is_marked_and_opens_no_case(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.baraka.id), "drill", talk.now)
    (drill,) = said(talk)
    assert drill.startswith("DRILL, no patient:")
    assert "Reply 1 = I will call, 2 = I will visit, 3 = I cannot." in drill
    talk.text(BARAKA, "2")
    assert said(talk)[-1] == "DRILL over, nobody was ill. Thank you."
    assert talk.sent_to(CHANDRA) == []


def test_a_patient_is_never_sent_a_training(database: Database) -> None:
    talk = begin(database)
    with pytest.raises(CannotAsk, match="is no clinician"), database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.amina.id), "drill", talk.now)
    with pytest.raises(CannotAsk, match="is no patient"), database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.baraka.id), "weekly-check", talk.now)


def planned(talk: Talk) -> Talk:
    with talk.database.write() as session:
        assert training.plan(session, talk.now) == 0
    return talk


def said(talk: Talk) -> list[str]:
    return talk.sent_to(BARAKA)


def flows(talk: Talk) -> list[str]:
    with talk.database.read() as session:
        rows = session.query(Enrolment).filter(Enrolment.person_id == talk.village.baraka.id)
        return [row.flow for row in rows.order_by(Enrolment.id)]


def due(talk: Talk) -> object:
    with talk.database.read() as session:
        rows = session.query(Enrolment).filter(Enrolment.flow == "refresher")
        return rows.one().next_due
