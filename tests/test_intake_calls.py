"""A call: does nothing of note come before the first key, and does nothing get lost when it breaks off?"""

from sqlalchemy import select

from gateway.core.wording import HangUpNow
from gateway.phone.twilio_in import CallAnswered, KeysHeard
from gateway.store.database import Database
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import Answer, Call, Case
from tests.talking import OURS, Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, STRANGER

NO_SIGNS = ("2",) * 6


def called(database: Database) -> Talk:
    return begin(database, "voice").at(MONDAY)


def calls(talk: Talk) -> list[Call]:
    with talk.database.read() as session:
        return list(session.scalars(select(Call).order_by(Call.id)))


def test_a_week_by_keypad(database: Database) -> None:
    talk = called(database)
    assert talk.sent_to(AMINA) == []
    greeting = talk.pick_up()
    assert greeting.startswith("Hello. This is Baraka Baraka's clinic, calling for Amina")
    assert "how you are" not in greeting
    said = [talk.press(key) for key in ("1", *NO_SIGNS, "8", "1", "1", "2", "3", "3", "0", "0", "0")]
    assert said[0].startswith("Today: fever or shivering?")
    assert "You pressed 8." in said[7]
    assert said[-1].endswith("or 9 9 9 in an emergency. Goodbye.")
    assert talk.conversations()[0].outcome == "finished"
    assert "Pain 8" in talk.sent_to(BARAKA)[0]


def test_a_voicemail_hears_nothing_and_counts_as_no_answer(database: Database) -> None:
    """Edge case 36."""
    talk = called(database)
    assert talk.pick_up("machine_start") == ""
    (conversation,) = talk.conversations()
    assert conversation.state == "open"
    talk.later(hours=4)
    assert len(calls(talk)) == 2


def test_whoever_is_not_she_hears_no_more(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    assert "you are" not in talk.press("2")
    with database.read() as session:
        assert session.scalars(select(Answer)).all() == []


def test_what_was_pressed_before_a_hang_up_counts(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS, "9"):
        talk.press(key)
    talk.ends()
    talk.later(minutes=3)
    assert "Pain 9, not confirmed" in talk.sent_to(BARAKA)[0]
    assert talk.conversations()[0].state == "open"
    talk.later(minutes=2)
    assert talk.pick_up().startswith("Hello. This is Baraka Baraka's clinic")
    assert "Back to your questions" in talk.press("1")


def test_a_number_that_was_confirmed_is_told_without_a_doubt(database: Database) -> None:
    """The doctor's SMS waits for "is it that bad now?", to which nobody answers any more."""
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS, "9", "1"):
        talk.press(key)
    talk.ends()
    talk.later(minutes=3)
    (told,) = talk.sent_to(BARAKA)
    assert "Pain 9. " in told
    assert "not confirmed" not in told


def test_a_danger_sign_by_key_is_told_slowly_and_hangs_up(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    talk.press("1")
    assert talk.press("1").count("Call 9 9 9 now") == 2
    with database.read() as session:
        assert [case.level for case in session.scalars(select(Case))] == ["now"]


def test_a_patient_who_rings_goes_on_behind_the_greeting(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.call_id = f"CA{7:032x}"
    talk.hear(CallAnswered(talk.call_id, None, None, AMINA, OURS))
    said = talk.press("1")
    assert "pain" in said
    talk.press("3")
    with database.read() as session:
        assert "pain" in session.scalars(select(Answer.question)).all()


def test_whoever_rings_can_be_reached_again(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone
        phone.bad_since = MONDAY
    talk.hear(CallAnswered(f"CA{7:032x}", None, None, AMINA, OURS))
    with database.read() as session:
        phone = phone_by_number(session, AMINA)
        assert phone
        assert phone.bad_since is None


def test_a_stranger_who_rings_learns_nothing(database: Database) -> None:
    talk = begin(database)
    for number in (7, 8):
        said = talk.hear(CallAnswered(f"CA{number:032x}", None, None, STRANGER, OURS))
        assert said is not None
        assert "9 9 9" in str(said[0])
        assert said[-1] == HangUpNow()
    assert len(talk.sent_to(CHANDRA)) == 1
    assert talk.sent_to(STRANGER) == []


def test_a_key_on_a_call_that_we_do_not_know_hangs_up(database: Database) -> None:
    talk = begin(database)
    assert talk.hear(KeysHeard(f"CA{9:032x}", 1, None, None, None, "1")) == (HangUpNow(),)


def test_a_key_after_the_question_was_answered_by_sms_hears_the_open_one(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS):
        talk.press(key)
    talk.text(AMINA, "3")
    (row,) = talk.conversations()
    said = talk.hear(KeysHeard(talk.call_id, 99, row.id, "pain", None, "5"))
    assert said
    with database.read() as session:
        pains = session.scalars(select(Answer.number).where(Answer.question == "pain")).all()
    assert pains == [3]


def test_a_text_before_the_greeting_was_answered_is_asked_by_sms(database: Database) -> None:
    """She has heard no question yet, so "2" is no answer to the danger signs."""
    talk = called(database)
    talk.text(AMINA, "2")
    assert "good time" in talk.sent_to(AMINA)[0]
    with database.read() as session:
        assert session.scalars(select(Answer)).all() == []


def test_a_text_between_two_signs_is_asked_whole_by_sms(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    for key in ("1", "2", "2"):
        talk.press(key)
    talk.text(AMINA, "2")
    assert "Today, any of these" in talk.sent_to(AMINA)[0]
    with database.read() as session:
        assert session.scalars(select(Answer)).all() == []


def test_a_nine_by_sms_to_a_question_heard_on_the_call_counts(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS):
        talk.press(key)
    talk.text(AMINA, "9")
    with database.read() as session:
        assert [case.level for case in session.scalars(select(Case))] == ["red"]
    assert "Is it that bad now?" in talk.sent_to(AMINA)[0]
