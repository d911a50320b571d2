"""A patient rings without being asked anything: what can she choose, and who learns what before that?"""

from datetime import timedelta

from sqlalchemy import select

from gateway import outreach
from gateway.core.wording import TurnAway
from gateway.phone.twilio_in import CallAnswered
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.people import pin_index
from gateway.store.tables import Answer, Call, Consent, Person, Site
from tests.edge_cases.people import share
from tests.talking import OURS, Talk, _said, begin
from tests.village import AMINA, CHANDRA

NO_SIGNS = ("2",) * 6


def rings_us(talk: Talk, number: int = 7) -> str:
    talk.call_id = f"CA{number:032x}"
    return _said(talk.hear(CallAnswered(talk.call_id, None, None, AMINA, OURS)))


def test_she_reports_now_on_the_same_call(database: Database) -> None:
    """Edge case 46."""
    talk = begin(database)
    assert rings_us(talk).startswith("Hello. This is Baraka Baraka's clinic, calling for Amina")
    assert "To say how you are now, press 1" in talk.press("1")
    assert talk.press("1").startswith("Today: fever or shivering?")
    for key in NO_SIGNS:
        talk.press(key)
    talk.press("3")
    talk.ends()
    with database.read() as session:
        assert session.scalars(select(Answer.number).where(Answer.question == "pain")).one() == 3
    talk.later(minutes=5)
    assert talk.waiting_calls() == 1, "a hang-up midway is rung back"


def test_her_scores_are_behind_her_digits(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = pin_index(session, amina, "4711")
    rings_us(talk)
    talk.press("1")
    assert "4 digits" in talk.press("2")
    assert "Not quite" in talk.press("0000")
    assert "not two reports yet" in talk.press("4711")


def test_a_person_phones_and_an_emergency_is_told(database: Database) -> None:
    talk = begin(database)
    rings_us(talk)
    talk.press("1")
    assert "In an emergency call 9 9 9 now" in talk.press("4")
    assert "If no one phones by" in talk.press("3")
    assert "asks for a call" in talk.sent_to(CHANDRA)[0]


def test_the_sites_check_stands_before_the_choice(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        session.get_one(Site, talk.village.clinic.id).ways = {"call_check": "pin"}
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = pin_index(session, amina, "4711")
    rings_us(talk)
    assert talk.press("1") == "Please press your 4 digits."
    said = [talk.press("0000") for _ in range(5)]
    assert said[-1] == "Thank you. Goodbye."
    rings_us(talk, 8)
    talk.press("1")
    assert "Not quite" in talk.press("4711"), "locked for a day"


def test_not_she_and_nobody(database: Database) -> None:
    talk = begin(database)
    rings_us(talk)
    assert talk.press("2") == "Thank you. Goodbye."
    rings_us(talk, 8)
    assert [talk.press("") for _ in range(3)][-1] == "Thank you. Goodbye."


def test_a_missed_call_is_rung_back_at_once_and_once(database: Database) -> None:
    talk = begin(database)
    rings_us(talk)
    talk.ends()
    assert talk.waiting_calls() == 1
    assert talk.pick_up().startswith("Hello. This is")
    assert "To say how you are now, press 1" in talk.press("1")
    talk.ends()
    rings_us(talk, 8)
    talk.ends()
    assert talk.waiting_calls() == 0, "one ring back in ten minutes"
    talk.now += timedelta(minutes=11)
    rings_us(talk, 9)
    talk.ends()
    assert talk.waiting_calls() == 1
    with database.read() as session:
        assert len(session.scalars(select(Call).where(Call.direction == "in")).all()) == 3


def test_whoever_wishes_so_reports_by_a_missed_call(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).wishes = {"missed_call": "report"}
    rings_us(talk)
    talk.ends()
    assert talk.waiting_calls() == 1
    assert talk.pick_up().startswith("Hello. This is"), "nothing before it is she"
    assert talk.press("1").startswith("Today: fever or shivering?")
    for key in NO_SIGNS:
        talk.press(key)
    talk.press("3")
    with database.read() as session:
        assert session.scalars(select(Answer.number).where(Answer.question == "pain")).one() == 3


def test_a_language_that_nobody_can_speak_is_turned_away_and_a_person_phones(database: Database) -> None:
    """Swahili has neither a voice nor recordings: no other language is tried on her."""
    talk = begin(database)
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).language = "sw"
    talk.call_id = f"CA{7:032x}"
    assert talk.hear(CallAnswered(talk.call_id, None, None, AMINA, OURS)) == (TurnAway(),)
    talk.ends()
    assert talk.waiting_calls() == 0, "nor is she rung back into the same silence"
    assert "asks for a call" in talk.sent_to(CHANDRA)[0]


def test_by_a_call_that_is_taken_she_chooses_all_the_same(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).wishes = {"missed_call": "report"}
    rings_us(talk)
    assert "To say how you are now, press 1" in talk.press("1")


def test_what_was_put_while_she_was_choosing_is_what_she_goes_on_with(database: Database) -> None:
    talk = begin(database)
    rings_us(talk)
    talk.press("1")
    talk.later(hours=2)  # Monday at nine her weekly questions come
    (asked,) = [row for row in talk.conversations() if row.state == "open"]
    assert talk.press("1").startswith("Hello. This is Baraka Baraka's clinic, calling for Amina"), "no second question"
    assert talk.press("1").startswith("Today: fever or shivering?")
    assert [row.id for row in talk.conversations() if row.state == "open"] == [asked.id]


def test_the_question_of_somebody_who_shares_the_phone_is_not_hers_to_hear(database: Database) -> None:
    talk = begin(database)
    rings_us(talk)
    talk.press("1")
    bahati = share(talk)
    with database.write() as session:
        consent = Consent(id=new_id(talk.now), person_id=bahati, purpose="messages", version="1")
        consent.language, consent.channel, consent.given_at = "en", "paper", talk.now
        session.add(consent)
        outreach.ask(session, session.get_one(Person, bahati), "weekly-check", talk.now)
    assert talk.press("1").startswith("There are no questions for you now. Thank you. If no one phones by")
    assert [row.person_id for row in talk.conversations() if row.state == "open"] == [bahati]
