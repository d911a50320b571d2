"""What does silence mean in somebody's first weeks: a friendly call, and when is it still a breach?"""

from datetime import timedelta

from sqlalchemy import select, update

from gateway.store.database import Database
from gateway.store.tables import Case, Enrolment
from tests.talking import EIGHT, Talk, begin
from tests.village import AMINA, CHANDRA, MONDAY

WEEK, GIVEN_UP = timedelta(days=7), timedelta(days=3, hours=4)


def newly_enrolled(database: Database) -> Talk:
    talk = begin(database)
    with database.write() as session:
        session.execute(update(Enrolment).where(Enrolment.flow == "weekly-check").values(created_at=EIGHT))
    return talk


def is_silent(talk: Talk, week: int) -> None:
    for wait in (timedelta(0), timedelta(hours=4), timedelta(days=1), timedelta(days=2), GIVEN_UP):
        talk.at(MONDAY + week * WEEK + wait)


def outcomes(talk: Talk) -> list[str | None]:
    return [row.outcome for row in talk.conversations()]


def levels(talk: Talk) -> list[str]:
    with talk.database.read() as session:
        return [case.level for case in session.scalars(select(Case).order_by(Case.id))]


def test_in_her_first_weeks_silence_brings_a_friendly_call_and_no_case(database: Database) -> None:
    talk = newly_enrolled(database)
    for week in range(3):
        is_silent(talk, week)
    assert outcomes(talk) == ["still learning"] * 3
    assert levels(talk) == []
    told = talk.sent_to(CHANDRA)
    assert len(told) == 3
    assert all("new, still learning" in text for text in told)


def test_after_them_two_silent_weeks_are_a_breach_as_ever(database: Database) -> None:
    talk = newly_enrolled(database)
    for week in range(4):
        is_silent(talk, week)
    assert levels(talk) == []
    is_silent(talk, 4)
    assert outcomes(talk) == ["still learning"] * 3 + ["given up"] * 2
    assert levels(talk) == ["amber"]


def test_silence_after_a_severe_report_is_not_taken_for_learning(database: Database) -> None:
    talk = newly_enrolled(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    is_silent(talk, 1)
    assert outcomes(talk)[-1] == "given up"
    told = talk.sent_to(CHANDRA)
    assert any("no answer to our questions" in text for text in told)
    assert not any("still learning" in text for text in told)


def test_a_late_answer_of_somebody_who_is_learning_counts(database: Database) -> None:
    talk = newly_enrolled(database)
    is_silent(talk, 0)
    talk.answer("1")
    assert "Today, any of these" in talk.sent_to(AMINA)[-1]
    assert talk.conversations()[0].state == "open"
