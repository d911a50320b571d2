"""A doctor picks up: what does he hear before his code, what behind it, and what does each key do?"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.core.life import State
from gateway.intake import pins
from gateway.phone.twilio_in import Dialled, KeysHeard
from gateway.store.database import Database
from gateway.store.tables import Inbound, Kind, Message, Person
from tests.cases.story import begin
from tests.cases.telephone import CODE, Telephone, give_codes
from tests.village import AMINA

HELLO = "Hello. This is Baiyun clinic, calling for Baraka Baraka."
SECRET = re.compile(r"case|patient|pain|urgent|\b12\b|baiyun\.", re.IGNORECASE)


@pytest.fixture
def telephone(database: Database) -> Telephone:
    """A red case, and Dr Baraka's phone rings."""
    story = begin(database)
    give_codes(story)
    story.breach()
    story.passes(minutes=1)
    return Telephone(story)


def picked_up(telephone: Telephone, answered_by: str = "human") -> str:
    return telephone.pick_up(telephone.story.village.baraka, answered_by)


def ledger(telephone: Telephone) -> list[str]:
    return [event.kind for event in telephone.story.ledger()]


def test_nothing_but_a_neutral_greeting_stands_before_the_code(telephone: Telephone) -> None:
    assert picked_up(telephone) == f"{HELLO} Please press your 4-digit code."
    for digits in ("", "0000", "*", "1"):
        assert not SECRET.search(telephone.press(digits))


def test_whose_language_nobody_can_speak_aloud_is_spoken_to_in_that_of_the_house(database: Database) -> None:
    """The provider has no voice for Swahili. The SMS stays in his language."""
    story = begin(database)
    give_codes(story)
    with story.writing() as session:
        session.get_one(Person, story.village.baraka.id).language = "sw"
    story.breach()
    story.passes(minutes=1)
    assert "mgonjwa" in story.heard(story.village.baraka)[0].lower()
    telephone = Telephone(story)
    assert telephone.pick_up(story.village.baraka) == f"{HELLO} Please press your 4-digit code."
    assert "Patient 12, Baiyun. Pain 8." in telephone.press(CODE)


def test_a_voicemail_hears_nothing(telephone: Telephone) -> None:
    assert picked_up(telephone, "machine_start") == ""


def test_behind_the_code_the_case_is_read_out_and_a_star_repeats_it(telephone: Telephone) -> None:
    picked_up(telephone)
    code = " ".join(telephone.story.code)
    case = (
        f"Urgent. Case {code}. Patient 12, Baiyun. Pain 8. To be connected to the patient now, press 1. "
        "If you visit, press 2. If you cannot, press 3."
    )
    assert telephone.press(CODE) == case
    assert telephone.press("*") == case
    assert telephone.press("").endswith(case)
    assert telephone.press("7").endswith(case)


def test_three_wrong_codes_end_in_a_goodbye_and_count_as_no_answer(telephone: Telephone) -> None:
    picked_up(telephone)
    said = [telephone.press(digits) for digits in ("0000", "1111", "2222")]
    assert said[0] == "That code was not right. Please press your 4-digit code."
    assert said[-1] == "Goodbye."
    assert telephone.press(CODE) == "", "the right one is too late"
    telephone.put_down()
    (rung,) = [event for event in telephone.story.ledger() if event.kind == "rung"]
    assert rung.facts["heard"] is False
    assert telephone.story.life.state is State.TOLD


def test_five_wrong_codes_on_two_calls_lock_his_own_for_an_hour(telephone: Telephone) -> None:
    baraka = telephone.story.village.baraka.id
    picked_up(telephone)
    for digits in ("0000", "1111", "2222"):
        telephone.press(digits)
    telephone.story.passes(minutes=1)
    with telephone.story.writing() as session:
        now, doctor = telephone.story.now, session.get_one(Person, baraka)
        assert not pins.is_his_code(session, doctor, "3333", now)
        assert not pins.is_his_code(session, doctor, "*", now)
        assert not pins.is_his_code(session, doctor, "4444", now)
        assert not pins.is_his_code(session, doctor, CODE, now), "the sixth, and the right one"
        assert pins.is_his_code(session, doctor, CODE, now + timedelta(hours=1, seconds=1))
        assert pins.is_his_code(session, doctor, CODE, now), "forgotten"


def test_one_accepts_as_by_sms_and_connects(telephone: Telephone) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    assert telephone.press("1") == f"We are connecting you. Please stay on the line. [to {AMINA}]"
    story = telephone.story
    assert (story.life.state, story.case.accepted_by) == (State.ACCEPTED, story.village.baraka.id)
    accepts = next(event for event in story.ledger() if event.kind == "accepts")
    assert accepts.facts["digits"] == "1"
    assert f": yours. Phone 0{AMINA.removeprefix('+254')}." in story.latest(story.village.baraka)


def test_being_connected_is_an_attempt_and_he_says_what_was_done(telephone: Telephone) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    telephone.press("1")
    assert telephone.other_puts_down("completed", 90).startswith("What was done? For advice, press 4.")
    (connected,) = [event for event in telephone.story.ledger() if event.kind == "connected"]
    assert connected.facts == {"how": "by call", "status": "completed", "seconds": 90}
    assert telephone.story.case.contacted_at is None, "whoever picked up may have been a voicemail"
    assert telephone.press("46") == "Noted. Thank you."
    case = telephone.story.case
    assert (case.state, case.contact_doctor, case.done) == ("contacted", "by call", "46")


def test_a_patient_who_is_not_reached_leaves_the_clock_running(telephone: Telephone) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    telephone.press("1")
    assert telephone.other_puts_down("no-answer", 0).startswith("The patient did not answer.")
    assert "not connected" in ledger(telephone)
    assert telephone.story.life.state is State.ACCEPTED
    telephone.story.passes(hours=2)
    assert telephone.story.life.state is State.OVERDUE


def test_two_is_a_visit_and_three_passes_the_case_on(telephone: Telephone) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    assert telephone.press("2").startswith("You visit.")
    assert telephone.story.life.state is State.ACCEPTED
    telephone.story.sends(telephone.story.village.baraka, "9")
    telephone.put_down()
    telephone.story.passes(minutes=30)
    telephone.pick_up(telephone.story.tiers.zhao)
    telephone.press(CODE)
    assert telephone.press("3") == "Noted, you cannot. Nothing more for you to do."
    assert len(telephone.story.heard(telephone.story.tiers.odera)) == 1


@pytest.mark.parametrize("digits", ["13", "48", "9", "0", "44444", "#"])
def test_what_is_no_answer_does_nothing(telephone: Telephone, digits: str) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    telephone.press("1")
    telephone.other_puts_down()
    before = telephone.story.case.progress
    assert telephone.press(digits).startswith("That key is not in use here. What was done?")
    assert telephone.story.case.progress == before


def test_a_case_that_is_anothers_by_now_needs_nothing_from_him(telephone: Telephone) -> None:
    story = telephone.story
    story.passes(minutes=20)
    picked_up(telephone)
    story.sends(story.tiers.zhao, "1")
    assert telephone.press(CODE) == "This case needs nothing more from you now."


def test_a_key_that_came_too_late_changes_nothing(telephone: Telephone) -> None:
    story = telephone.story
    story.passes(minutes=20)
    picked_up(telephone)
    telephone.press(CODE)
    story.sends(story.tiers.zhao, "1")
    assert telephone.press("1") == "This case needs nothing more from you now."
    assert story.case.accepted_by == story.tiers.zhao.id


def test_without_a_code_he_is_sent_to_the_sms(telephone: Telephone) -> None:
    with telephone.story.writing() as session:
        session.get_one(Person, telephone.story.village.baraka.id).call_code = None
    assert picked_up(telephone).endswith("Please read it and reply to it now.")
    assert telephone.press(CODE) == ""


def test_the_patient_sees_our_number_and_a_doubled_request_changes_nothing(telephone: Telephone) -> None:
    story = telephone.story
    telephone.turn(telephone.left(story.village.baraka))
    keys = [KeysHeard(telephone.call_id, turn, None, None, None, digits) for turn, digits in ((1, CODE), (2, "1"))]
    said = [telephone.turn(heard) for heard in keys]
    assert 'callerId="+15005550006"' in said[1]
    assert f"<Number>{AMINA}</Number></Dial>" in said[1]
    assert "https://here.example/twilio/dialled/3#" in said[1]
    assert telephone.turn(keys[1]) == said[1]
    ended = Dialled(telephone.call_id, 3, "completed", 12)
    assert telephone.turn(ended) == telephone.turn(ended)
    assert ledger(telephone).count("connected") == 1


def test_a_doctor_who_rings_us_hears_the_most_urgent_case_behind_his_code(telephone: Telephone) -> None:
    """He missed our call, and cannot answer an SMS."""
    assert telephone.rings_us() == f"{HELLO} Please press your 4-digit code."
    assert telephone.press(CODE).startswith("Urgent. Case")
    assert "[to +" in telephone.press("1")
    telephone.put_down()
    assert telephone.story.case.accepted_by == telephone.story.village.baraka.id
    assert ledger(telephone)[-1] == "rang us"


def test_who_has_no_case_or_no_code_hears_a_goodbye(telephone: Telephone) -> None:
    telephone.story.closes()
    assert telephone.rings_us() == "Goodbye."


def test_the_code_is_kept_nowhere(telephone: Telephone) -> None:
    picked_up(telephone)
    telephone.press(CODE)
    with telephone.story.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbound).where(Inbound.body.is_not(None))) == 0
        assert session.get_one(Person, telephone.story.village.baraka.id).call_code != CODE.encode()
        to_him = select(func.count()).where(Message.kind == Kind.CASE)
        assert session.scalar(to_him) == 1
