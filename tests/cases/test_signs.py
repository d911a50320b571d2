"""After a yes to six signs at once: is it asked which, told to whom it helps, and does nothing wait for it?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.life import Life
from gateway.store.database import Database
from gateway.store.queries.cases import cases_without_next_action, events_of
from gateway.store.tables import Case, Enrolment
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY


@pytest.fixture
def talk(database: Database) -> Iterator[Talk]:
    """She has said yes at the gate by SMS, at two minutes past nine."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "1")
    yield talk
    with talk.database.read() as session:
        assert cases_without_next_action(session, talk.now) == []


def case_of(talk: Talk) -> Case:
    with talk.database.read() as session:
        return session.scalars(select(Case)).one()


def life(talk: Talk) -> Life:
    return Life.from_json(case_of(talk).progress["life"])


def test_one_minute_later_she_is_asked_which(talk: Talk) -> None:
    talk.later(seconds=59)
    assert "Which of these" not in talk.sent_to(AMINA)[-1]
    talk.later(seconds=1)
    assert talk.sent_to(AMINA)[-1] == (
        "Reply 1 to 6.\nWhich of these do you have? 1 = fever or shivering, 2 = bleeding, 3 = cannot keep water down, "
        "4 = new weak legs, 5 = hard to breathe, 6 = confused"
    )


def test_the_doctor_who_was_told_hears_it_and_nothing_else_changes(talk: Talk) -> None:
    talk.later(minutes=1)
    before, code = life(talk), case_of(talk).code
    (thanks,) = talk.answer("5")
    assert "Call 999 now" in thanks
    assert talk.sent_to(BARAKA)[-1] == f"{code}: patient 12 says: hard to breathe."
    assert life(talk) == before
    with talk.database.read() as session:
        named = [event for event in events_of(session, case_of(talk).id) if event.kind == "danger sign"]
    assert [event.facts["choice"] for event in named] == [5]
    assert case_of(talk).frozen["symptoms"][0][1]["sign"][1] == "hard to breathe"


def test_only_the_doctor_who_accepted_hears_it(talk: Talk) -> None:
    talk.text(BARAKA, "1")
    talk.later(minutes=1)
    talk.answer("2")
    assert talk.sent_to(BARAKA)[-1].endswith("says: bleeding.")
    assert case_of(talk).state == "accepted"


def test_her_own_words_instead_of_a_number_reach_the_doctor_too(talk: Talk) -> None:
    talk.later(minutes=1)
    talk.answer("I can't breathe")
    assert talk.sent_to(BARAKA)[-1].endswith("patient 12 says: hard to breathe.")


def test_words_before_the_question_make_it_needless(talk: Talk) -> None:
    talk.text(AMINA, "I can't breathe")
    talk.later(minutes=5)
    assert not any("Which of these" in text for text in talk.sent_to(AMINA))
    assert talk.sent_to(BARAKA)[-1].endswith("patient 12 says: hard to breathe.")


def test_no_answer_is_left_alone_after_one_reminder(talk: Talk) -> None:
    for minutes in (1, 10, 110):
        talk.later(minutes=minutes)
    asked = [text for text in talk.sent_to(AMINA) if "Which of these" in text]
    assert len(asked) == 2
    assert [row.outcome for row in talk.conversations() if row.flow == "danger-sign"] == ["given up"]
    assert not any("no answer to our questions" in text for text in talk.sent_to(CHANDRA))
    assert life(talk).results == 0


def test_the_re_checks_stay_planted_and_the_answer_is_none_of_them(talk: Talk) -> None:
    talk.later(minutes=1)
    talk.answer("5")
    with talk.database.read() as session:
        waiting = session.scalars(
            select(Enrolment.flow).where(Enrolment.case_id.is_not(None), Enrolment.next_due.is_not(None))
        )
        assert sorted(waiting) == ["doctor-reached", "re-check", "re-check"]
    assert life(talk).results == 0


def test_it_is_asked_at_night_as_well_since_she_has_just_written(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.now = MONDAY + timedelta(hours=14)  # 23:00
    talk.answer("1", "1")
    talk.later(minutes=1)
    assert "Which of these" in talk.sent_to(AMINA)[-1]
    sent = len(talk.sent_to(AMINA))
    talk.later(hours=2)
    assert len(talk.sent_to(AMINA)) == sent
    assert talk.conversations()[-1].outcome == "given up"


def test_after_an_outage_of_hours_it_is_not_asked_any_more(talk: Talk) -> None:
    talk.later(hours=3)
    assert not any("Which of these" in text for text in talk.sent_to(AMINA))


def test_by_voice_the_doctor_reads_the_sign_at_once_and_nothing_is_asked(database: Database) -> None:
    talk = begin(database, "voice").at(MONDAY)
    talk.pick_up()
    for key in ("1", "2", "2", "2", "2", "1"):
        talk.press(key)
    assert "Danger sign: hard to breathe." in talk.sent_to(BARAKA)[0]
    talk.later(minutes=5)
    assert talk.sent_to(AMINA) == []


def test_each_reads_it_in_the_own_language(database: Database) -> None:
    talk = begin(database, language="zh_CN").at(MONDAY)
    talk.answer("1", "1")
    talk.later(minutes=1)
    assert "5喘不上气" in talk.sent_to(AMINA)[-1]
    talk.answer("5")
    assert talk.sent_to(BARAKA)[-1].endswith("says: hard to breathe.")
