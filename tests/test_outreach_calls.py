"""A call reached nobody, or broke off: when is she rung again, and who is told?"""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from gateway import delivery
from gateway.phone.twilio_in import Receipt
from gateway.store.database import Database
from gateway.store.tables import Answer, Call, Sending
from tests.talking import Talk, begin
from tests.village import AMINA, CHANDRA, MONDAY

NO_SIGNS = ("2",) * 6


def called(database: Database) -> Talk:
    return begin(database, "voice").at(MONDAY)


def waits(talk: Talk) -> list[float]:
    """Minutes between one ring and the next."""
    with talk.database.read() as session:
        at = list(session.scalars(select(Call.not_before).order_by(Call.not_before)))
    return [(after - before) / timedelta(minutes=1) for before, after in pairwise(at)]


def rest(talk: Talk) -> None:
    """To the next moment at which she is rung."""
    (conversation,) = talk.conversations()
    assert conversation.due_at
    talk.at(conversation.due_at)


@pytest.mark.parametrize("end", ["busy", "no-answer"])
def test_nobody_picks_up(end: str, database: Database) -> None:
    """Edge case 44. Rung again after 10, 30 and 60 minutes, then the next day; then a person is asked to phone."""
    talk = called(database)
    for _ in range(4):
        talk.rings(end)
        rest(talk)
    assert waits(talk) == [10, 30, 60, 24 * 60]
    talk.rings(end)
    assert talk.waiting_calls() == 0
    assert [body for body in talk.sent_to(CHANDRA) if "5 calls reached nobody" in body]
    (conversation,) = talk.conversations()
    assert conversation.state == "open"
    assert len([body for body in talk.sent_to(AMINA) if "good time" in body]) == 1, "one SMS, before the next day"


def test_each_end_has_its_own_next_step(database: Database) -> None:
    """Edge case 44. A phone that is off is not on in ten minutes; what never rang is rung soon."""
    talk = called(database)
    talk.rings("failed")
    rest(talk)
    talk.rings("canceled")
    rest(talk)
    assert waits(talk) == [60, 10]


def test_a_number_that_the_provider_refuses_goes_to_a_person_at_once(database: Database) -> None:
    talk = called(database)
    with database.write() as session:
        session.scalars(select(Call)).one().state = Sending.REFUSED
    talk.tick()
    assert [body for body in talk.sent_to(CHANDRA) if "calls reached nobody" in body]


def test_a_call_that_could_not_leave_in_time_is_rung_again(database: Database) -> None:
    talk = called(database)
    with database.write() as session:
        session.scalars(select(Call)).one().state = Sending.EXPIRED
    talk.tick()
    rest(talk)
    assert waits(talk) == [10]


@pytest.mark.parametrize("kind", ["machine_start", "machine_end_beep", "fax"])
def test_a_machine_is_no_answer(kind: str, database: Database) -> None:
    """Edge cases 36 and 37. It hears nothing; in case it was she, taken for a machine, a neutral SMS goes at once."""
    talk = called(database)
    assert talk.pick_up(kind) == ""
    talk.ends("completed", kind)
    (text,) = talk.sent_to(AMINA)
    assert "Is now a good time?" in text
    assert "pain" not in text
    rest(talk)
    assert waits(talk) == [10]
    assert talk.answer("1")[0].startswith("Today, any of these")


def test_a_question_that_was_put_on_a_call_is_not_shown_by_sms(database: Database) -> None:
    """Whoever holds the phone when a machine has picked up would read it."""
    talk = called(database)
    talk.pick_up()
    talk.press("1")
    talk.ends()
    rest(talk)
    talk.rings("completed", "machine_start")
    assert talk.sent_to(AMINA) == []
    assert talk.conversations()[0].due_at


def test_quiet_hours_hold_for_calls_that_are_tried_again(database: Database) -> None:
    talk = called(database).at(MONDAY + timedelta(hours=11, minutes=40))
    talk.rings("busy")
    (conversation,) = talk.conversations()
    rest(talk)
    talk.rings("busy")
    (conversation,) = talk.conversations()
    assert conversation.due_at == MONDAY + timedelta(hours=23), "at eight in the morning"


def test_a_hang_up_midway_is_rung_back_once_at_the_open_question(database: Database) -> None:
    """Edge case 40."""
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS, "3"):
        talk.press(key)
    talk.ends()
    talk.later(minutes=5)
    assert talk.pick_up().startswith("Hello. This is")
    assert "Back to your questions. Think of the last seven days. How tired" in talk.press("1")
    talk.ends()
    talk.later(minutes=30)
    assert talk.waiting_calls() == 0, "once"
    with database.read() as session:
        assert session.scalars(select(Answer.number).where(Answer.question == "pain")).one() == 3
    talk.later(hours=4)
    assert talk.waiting_calls() == 1, "her times run on"


def test_somebody_who_presses_nothing_was_not_reached(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    talk.ends()
    rest(talk)
    assert waits(talk) == [10]


def test_later_is_not_rung_before_it_was_promised(database: Database) -> None:
    talk = called(database)
    talk.pick_up()
    talk.press("2")
    talk.ends()
    talk.later(minutes=70)
    assert talk.waiting_calls() == 0
    talk.at(MONDAY + timedelta(hours=4))
    assert talk.waiting_calls() == 1


def test_a_call_that_reached_nobody_uses_up_no_try(database: Database) -> None:
    """Two wrong keys before the line breaks and after it are not three."""
    talk = called(database)
    talk.pick_up()
    for key in ("1", *NO_SIGNS, "99", "99"):
        talk.press(key)
    talk.ends()
    rest(talk)
    talk.rings("no-answer")
    rest(talk)
    talk.pick_up()
    talk.press("1")
    for key in ("99", "99"):
        assert "That is not a number" in talk.press(key)
    talk.press("3")
    with database.read() as session:
        assert session.scalars(select(Answer.number).where(Answer.question == "pain")).one() == 3


def test_one_call_at_a_time(database: Database) -> None:
    """Edge case 47. While one waits, rings or talks no other is planted."""
    talk = called(database)
    talk.later(hours=4)
    assert talk.waiting_calls() == 1


def test_a_call_that_broke_because_we_were_away_is_rung_back(database: Database) -> None:
    """Edge case 43. The provider says what its fallback says and hangs up; that it ended is learnt later."""
    talk = called(database)
    talk.pick_up()
    for key in ("1", "2", "2"):
        talk.press(key)
    with database.write() as session:
        delivery.receipt(session, Receipt(talk.call_id, None, "completed"), talk.now)
    talk.tick()
    talk.later(minutes=5)
    talk.pick_up()
    assert talk.press("1").startswith("Back to your questions. Today: cannot keep water down?")
