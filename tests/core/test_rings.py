"""Who is rung, and when, as the table of levels says? A ring never moves a case."""

from datetime import timedelta

from gateway.core.flow import Level
from gateway.core.life import Action, Life, Move, Promise, Ring, RingHolder
from gateway.core.policy import POLICY, from_json, to_json
from tests.core.test_escalation import OPENED, at, moved, open_case, played


def rings(life: Life, until: float) -> list[tuple[int, Action]]:
    return [(minute, action) for minute, action in played(life, until)[1] if isinstance(action, Ring | RingHolder)]


def test_a_doctor_without_a_receipt_is_rung_after_a_minute_and_each_after_ten() -> None:
    """Whether the SMS arrived is known only where it left from: the core asks for the ring under that condition."""
    assert rings(open_case(Level.RED)[0], 60) == [
        (1, Ring(0, unless_delivered=True)), (10, Ring(0)),
        (21, Ring(1, unless_delivered=True)), (30, Ring(1)),
        (41, Ring(2, unless_delivered=True)), (50, Ring(2)),
    ]  # fmt: skip


def test_a_danger_sign_rings_each_tier_at_once() -> None:
    life, first = open_case(Level.NOW)
    assert Ring(0) in first
    assert rings(life, 31) == [(5, Ring(1)), (10, Ring(2))]


def test_nobody_is_rung_about_an_amber_case() -> None:
    life, first = open_case(Level.AMBER)
    assert not any(isinstance(action, Ring) for action in first)
    assert rings(life, 3 * 24 * 60) == []


def test_a_held_case_rings_ten_minutes_after_its_opening() -> None:
    assert rings(open_case(Level.RED, waits=True)[0], 19) == [(4, Ring(0, unless_delivered=True)), (10, Ring(0))]


def test_an_sms_that_is_lost_rings_at_once_and_the_next_tier_keeps_its_time() -> None:
    life, actions = moved(open_case(Level.RED)[0], Move.UNDELIVERED, at(0.5))
    assert actions == (Ring(0),)
    assert life.due[Promise.TIER] == OPENED + timedelta(minutes=20)
    assert rings(life, 19) == [(10, Ring(0))]


def test_who_accepted_is_rung_when_the_contact_is_missed() -> None:
    life, _ = moved(open_case(Level.RED)[0], Move.ACCEPT, at(5))
    assert rings(life, 130) == [(120, RingHolder())]


def test_a_case_from_before_anybody_was_rung_rings_nobody() -> None:
    plain = to_json(POLICY)
    del plain["red"]["ring"]
    assert from_json(plain)[Level.RED].ring is None
