"""Does a first report come before the first weekly check, and does REPORT go on with what is open?"""

from datetime import timedelta

from sqlalchemy import delete, select

from gateway.store.database import Database
from gateway.store.queries.flows import newest
from gateway.store.queries.reports import DONE_BEFORE
from gateway.store.tables import Answer, Enrolment
from tests.talking import EIGHT, Talk, begin
from tests.test_first_flows import ask, last, send
from tests.village import AMINA, CHANDRA, MONDAY


def begin_anew(database: Database) -> Talk:
    """Nobody noted that Amina's first report was given before."""
    talk = begin(database)
    with database.write() as session:
        session.execute(delete(Enrolment).where(Enrolment.ended_why == DONE_BEFORE))
    return talk


def test_whoever_has_no_first_report_is_asked_it_in_place_of_the_first_weekly_check(database: Database) -> None:
    talk = begin_anew(database).at(MONDAY)
    assert (last(talk).flow, last(talk).rank) == ("baseline", "baseline")
    talk.answer("2", "1", "3", "1", "1", "1", "1", "0")
    talk.at(MONDAY + timedelta(days=7))
    assert last(talk).flow == "weekly-check"


def test_a_first_report_that_stays_unanswered_keeps_no_third_week_back(database: Database) -> None:
    talk = begin_anew(database)
    for week, flow in enumerate(("baseline", "baseline", "weekly-check")):
        talk.at(MONDAY + timedelta(days=7 * week))
        assert (last(talk).flow, last(talk).outcome) == (flow, None)
        talk.later(days=1, hours=2).later(days=2, hours=2)
    assert sum("no answer to our questions" in body for body in talk.sent_to(CHANDRA)) == 3


def test_a_paused_first_report_keeps_no_week_back(database: Database) -> None:
    talk = begin_anew(database)
    with database.write() as session:
        version = newest(session, "baseline")
        assert version
        version.paused_at = EIGHT
    assert last(talk.at(MONDAY)).flow == "weekly-check"


def test_the_first_report_comes_before_the_first_weekly_check(database: Database) -> None:
    talk = begin_anew(database)
    ask(talk, "baseline")
    talk.later(days=6)  # nobody answered, it was given up
    talk.at(MONDAY + timedelta(days=7))
    assert (last(talk).flow, last(talk).rank) == ("baseline", "baseline")
    assert "at the beginning" in talk.sent_to(AMINA)[-1]
    talk.answer("2", "1", "3", "1", "1", "1", "1", "0")
    with database.read() as session:
        rows = session.scalars(select(Answer).where(Answer.flow == "baseline").order_by(Answer.id)).all()
        assert {row.question: row.respondent for row in rows}["pain"] == "assisted"
    talk.at(MONDAY + timedelta(days=14))
    assert last(talk).flow == "weekly-check"


def test_report_in_the_middle_of_the_weekly_check_goes_on_with_it(database: Database) -> None:
    """Not asked the same questions twice, the second time with "Back to your questions."."""
    talk = begin(database).at(MONDAY)
    assert send(talk, "report")[-1].startswith("Today, any of these")
    talk.answer("2")
    assert send(talk, "REPORT")[-1].startswith("Back to your questions.\nIn the last 7 days, how bad was your pain")
    talk.answer("3", "1", "1", "1", "1", "0")
    talk.later(hours=1)
    assert [(row.flow, row.outcome) for row in talk.conversations()] == [("weekly-check", "finished")]


def test_report_after_an_interruption_takes_up_what_was_interrupted(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(hours=3))
    talk.answer("1")
    assert "Where is the pain?" in send(talk, "report")[-1]
    assert [row.flow for row in talk.conversations()] == ["weekly-check", "doctor-reached"]
