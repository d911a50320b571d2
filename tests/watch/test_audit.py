"""Does the audit find each kind of promise that nobody keeps, and nothing else?"""

from datetime import timedelta

from gateway import watch
from gateway.store.database import Database
from gateway.store.tables import Case, Message, Sending
from gateway.watch import Broken
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY


def broken(talk: Talk, **later: float) -> list[Broken]:
    with talk.database.read() as session:
        return [finding.broken for finding in watch.audit(session, talk.now + timedelta(**later))]


def test_a_village_at_rest_has_no_findings(database: Database) -> None:
    assert broken(begin(database)) == []


def test_a_prompt_that_nobody_asks_is_found_after_five_minutes(database: Database) -> None:
    talk = begin(database)
    talk.now = MONDAY
    assert broken(talk, minutes=5) == []
    assert broken(talk, minutes=6) == [Broken.UNASKED]


def test_a_message_that_waits_and_a_reminder_that_is_forgotten_are_found(database: Database) -> None:
    talk = begin(database).unsent(MONDAY)
    assert broken(talk, minutes=2) == []
    assert broken(talk, minutes=3) == [Broken.UNSENT]
    assert broken(talk, hours=4, minutes=6) == [Broken.LAPSE]  # the message is past its worth, the follow-up is not


def test_a_message_that_stays_in_doubt_is_found(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    with database.write() as session:
        session.query(Message).one().state = Sending.DOUBT
    assert broken(talk, minutes=2) == []  # a look at the provider settles most within a minute
    assert broken(talk, minutes=3) == [Broken.DOUBT]


def test_a_case_that_nothing_moves_is_found(database: Database) -> None:
    talk = begin(database)
    talk.text(AMINA, "I can't breathe")
    assert Broken.CASE not in broken(talk, minutes=2)
    with database.write() as session:
        session.query(Case).one().due_at = None
    assert Broken.CASE in broken(talk)


def test_a_site_that_no_coordinator_hears_is_found(database: Database) -> None:
    talk = begin(database)
    talk.text("+254733000003", "STOP")
    assert broken(talk) == [Broken.NO_COORDINATOR]


def test_a_finding_names_nobody(database: Database) -> None:
    talk = begin(database).unsent(MONDAY)
    with database.read() as session:
        sentences = [finding.sentence for finding in watch.audit(session, MONDAY + timedelta(minutes=3))]
    assert sentences
    assert not any("Amina" in sentence or AMINA[-4:] in sentence for sentence in sentences)
    assert talk.now == MONDAY
