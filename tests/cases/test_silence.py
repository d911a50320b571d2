"""Whatever its people do, does a case ever fall silent?"""

from datetime import timedelta
from random import Random

import pytest

from gateway.core.life import Move, Promise, State
from gateway.store.queries.people import phone_of
from gateway.store.tables import Case, CaseEvent, Message, Sending
from tests.cases.story import DANGER, FLAG, HELD, MILD, SEVERE, Story

SEEDS = 3
STEPS = 25
DIGITS = ("1", "2", "3", "4", "46", "7", "8", "9", "0", "13", "84", "14", "ok", "hello", "9001", "9 9", "in hospital")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_of_digits_silence_and_lost_sms_ends_in_silence(story: Story, seed: int) -> None:
    dice = Random(seed)
    story.breach(dice.choice((SEVERE, MILD, DANGER, FLAG, HELD)))
    for _ in range(STEPS):
        _something_happens(story, dice)
        story.tick()
        assert story.unattended() == []
        case = story.case
        assert (case.due_at is None) == (case.closed_at is not None)
        if case.closed_at and case.closed_by != "Chandra":
            assert case.level != "now"
            assert case.contacted_at or case.level == "amber"
    numbers = [event.number for event in story.ledger()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_state_and_move_fits_its_column() -> None:
    """SQLite would keep a longer one; PostgreSQL refuses it."""
    assert max(len(state) for state in State) <= Case.__table__.c.state.type.length
    assert max(len(promise) for promise in Promise) <= Case.__table__.c.next_action.type.length
    assert max(len(move) for move in Move) <= CaseEvent.__table__.c.kind.type.length


def _something_happens(story: Story, dice: Random) -> None:
    people = (story.village.baraka, story.tiers.zhao, story.tiers.odera)
    match dice.randrange(8):
        case 0 | 1:
            story.sends(dice.choice(people), dice.choice(DIGITS))
        case 2:
            story.sends(dice.choice(people), f"{story.code}{dice.choice(DIGITS)}")
        case 3:
            _dies(story, dice)
        case 4:
            story.breach(dice.choice((SEVERE, MILD, FLAG)))
        case 5 if story.life.state is not State.CLOSED:
            story.re_check(danger="no", pain=dice.choice((1, 5, 8)))
        case 6 if dice.random() < 0.2:
            story.closes()
        case _:
            story.passes(minutes=dice.choice((1, 7, 30, 130, 700)))


def _dies(story: Story, dice: Random) -> None:
    waits_on = story.case.waits_on
    if waits_on is None:
        return
    with story.writing() as session:
        message = session.get_one(Message, waits_on)
        message.state = dice.choice((Sending.REFUSED, Sending.EXPIRED))
        if dice.random() < 0.1:
            phone = phone_of(session, message.to_id or "")
            assert phone
            phone.opted_out_at = story.now
    story.now += timedelta(seconds=1)
