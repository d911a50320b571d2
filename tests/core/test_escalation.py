"""Does a case move as the table of levels and times says, and never fall silent?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import rota
from gateway.core.escalation import TRANSITIONS, WHEN_DUE, Reading, advanced, judged, mermaid, moved, opened, worsened
from gateway.core.flow import Level
from gateway.core.life import (
    Action,
    AskFamily,
    AskReached,
    Clock,
    Close,
    Life,
    Move,
    PlantRechecks,
    Promise,
    RemindContact,
    Ring,
    RingHolder,
    State,
    TellCoordinator,
    TellHolder,
    TellTier,
    Why,
)
from gateway.core.policy import POLICY, Hours, from_json, to_json

NAIROBI = ZoneInfo("Africa/Nairobi")
OPENED = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # Monday, ten in the morning there
OFFICE = rota.parse("mon-fri 08:00-17:00")
MAP = Path(__file__).parents[2] / "docs" / "escalation.md"


def at(minutes: float = 0, duty: rota.Duty = OFFICE) -> Clock:
    return Clock(OPENED + timedelta(minutes=minutes), POLICY, Hours(duty, NAIROBI))


def open_case(level: Level, *, waits: bool = False, top: int = 2) -> tuple[Life, tuple[Action, ...]]:
    return opened(level, top, at(), waits=waits, duty_from=OPENED)


def play(life: Life, until: float, duty: rota.Duty = OFFICE) -> tuple[Life, list[tuple[int, Action]]]:
    """Everything that falls due up to that minute, each with its minute; who is rung stands in test_rings."""
    life, told = played(life, until, duty)
    return life, [(minute, action) for minute, action in told if not isinstance(action, Ring | RingHolder)]


def played(life: Life, until: float, duty: rota.Duty = OFFICE) -> tuple[Life, list[tuple[int, Action]]]:
    told: list[tuple[int, Action]] = []
    while life.due_at and life.due_at <= OPENED + timedelta(minutes=until):
        minute = (life.due_at - OPENED) // timedelta(minutes=1)
        life, actions = advanced(life, replace(at(duty=duty), now=life.due_at))
        told += [(minute, action) for action in actions]
    return life, told


def test_a_silent_doctor_moves_a_red_case_up_every_twenty_minutes() -> None:
    life, first = open_case(Level.RED)
    assert [action for action in first if not isinstance(action, PlantRechecks | AskReached)] == [TellTier(0)]
    assert play(life, 85)[1] == [
        (20, TellTier(1)),
        (40, TellTier(2)),
        (40, TellCoordinator(Why.NOT_ACCEPTED)),
        (60, TellCoordinator(Why.NOT_ACCEPTED)),
        (80, TellCoordinator(Why.NOT_ACCEPTED)),
    ]


def test_a_danger_sign_tells_doctor_and_coordinator_at_once_and_climbs_every_five_minutes() -> None:
    life, first = open_case(Level.NOW)
    asked = AskReached(OPENED + timedelta(minutes=30))
    assert first[1:] == (asked, TellTier(0), Ring(0), TellCoordinator(Why.DANGER), AskFamily())
    assert play(life, 31)[1] == [
        (5, TellTier(1)),
        (10, TellTier(2)),
        (15, TellCoordinator(Why.NOT_ACCEPTED)),
        (30, TellCoordinator(Why.NOT_ACCEPTED)),
    ]


def test_the_coordinator_hears_of_a_red_case_at_forty_minutes_whatever_the_depth() -> None:
    life, _ = open_case(Level.RED, top=0)
    assert play(life, 45)[1] == [(40, TellCoordinator(Why.NOT_ACCEPTED))]


def test_an_amber_case_climbs_once_after_eight_duty_hours() -> None:
    life, first = open_case(Level.AMBER)
    assert first == (TellTier(0),)
    assert play(life, 3 * 24 * 60)[1] == [
        (22 * 60, TellCoordinator(Why.NOT_ACCEPTED)),  # Tuesday, eight o'clock
        (23 * 60, TellTier(1)),
        (46 * 60, TellCoordinator(Why.NOT_ACCEPTED)),
        (70 * 60, TellCoordinator(Why.NOT_ACCEPTED)),
    ]


def test_an_amber_case_waits_for_its_doctors_duty() -> None:
    morning = OPENED + timedelta(hours=22)
    life, first = opened(Level.AMBER, 2, at(), waits=False, duty_from=morning)
    assert (life.state, life.due_at, first) == (State.HELD, morning, ())
    assert play(life, 22 * 60)[1] == [(22 * 60, TellTier(0)), (22 * 60, TellCoordinator(Why.NOT_ACCEPTED))]


def test_a_red_case_is_held_for_one_answer_three_minutes_at_most() -> None:
    life, first = open_case(Level.RED, waits=True)
    assert life.state is State.HELD
    assert not any(isinstance(action, TellTier) for action in first)
    assert play(life, 19)[1] == [(3, TellTier(0))]


def test_the_clock_of_a_held_case_runs_from_its_opening() -> None:
    life, _ = open_case(Level.RED, waits=True)
    assert play(life, 20)[1] == [(3, TellTier(0)), (20, TellTier(1))]


def test_a_danger_sign_is_not_held() -> None:
    held, _ = open_case(Level.RED, waits=True)
    life, actions = worsened(held, Level.NOW, at(1))
    assert life.state is State.TOLD
    assert TellTier(0) in actions
    assert TellCoordinator(Why.DANGER) in actions


def test_a_skipped_tier_is_passed_over_at_once_and_the_next_keeps_its_time() -> None:
    life, _ = open_case(Level.RED)
    life, actions = moved(life, Move.SKIPPED, at(1))
    assert actions == (TellTier(1),)
    assert life.due[Promise.TIER] == OPENED + timedelta(minutes=40)


def test_where_every_tier_is_skipped_the_coordinator_hears_at_once() -> None:
    life, _ = open_case(Level.RED, top=0)
    assert moved(life, Move.SKIPPED, at(1))[1] == (TellCoordinator(Why.NOBODY_LEFT),)


def test_accepting_stops_the_climb_until_the_contact_is_due() -> None:
    life, _ = moved(open_case(Level.RED)[0], Move.ACCEPT, at(12))
    assert play(life, 140)[1] == [
        (120, RemindContact()),
        (120, TellCoordinator(Why.CONTACT_MISSED)),
        (135, TellTier(1)),
        (140, TellCoordinator(Why.NOT_ACCEPTED)),
    ]


def test_a_missed_contact_after_a_danger_sign_goes_on_five_minutes_later() -> None:
    life, _ = moved(open_case(Level.NOW)[0], Move.ACCEPT, at(2))
    assert [
        (minute, action) for minute, action in play(life, 36)[1] if isinstance(action, TellTier | RemindContact)
    ] == [
        (30, RemindContact()),
        (35, TellTier(1)),
    ]


def test_who_accepts_late_still_has_a_moment() -> None:
    life, _ = moved(play(open_case(Level.RED)[0], 119)[0], Move.ACCEPT, at(119))
    assert life.due == {Promise.CONTACT: OPENED + timedelta(minutes=134)}


def test_cannot_passes_the_case_on_and_so_does_a_second_not_reached() -> None:
    life, _ = open_case(Level.RED)
    assert moved(life, Move.CANNOT, at(3))[1] == (TellTier(1),)
    accepted, _ = moved(life, Move.ACCEPT, at(3))
    again, _ = moved(accepted, Move.NOT_REACHED, at(10))
    assert again.state is State.ACCEPTED
    assert moved(again, Move.NOT_REACHED_AGAIN, at(20))[1] == (TellTier(1), AskFamily())


def contacted(level: Level) -> Life:
    return moved(open_case(level)[0], Move.CONTACT, at(30))[0]


DAY, THREE_DAYS = at(24 * 60), at(72 * 60)


def test_two_low_re_checks_after_a_contact_close_a_red_case() -> None:
    once, actions = judged(contacted(Level.RED), Reading.BELOW, DAY)
    assert (once.state, actions) == (State.CONTACTED, ())
    twice, actions = judged(once, Reading.BELOW, THREE_DAYS)
    assert (twice.state, twice.due, actions) == (State.CLOSED, {}, (Close(),))


def test_a_danger_sign_is_closed_by_a_person_only() -> None:
    once, _ = judged(contacted(Level.NOW), Reading.BELOW, DAY)
    twice, actions = judged(once, Reading.BELOW, THREE_DAYS)
    assert (twice.state, actions) == (State.LEFT, (TellCoordinator(Why.STILL_OPEN),))
    assert moved(twice, Move.CLOSE, THREE_DAYS)[0].state is State.CLOSED


def test_low_re_checks_before_any_contact_leave_a_red_case_to_be_called() -> None:
    life, _ = open_case(Level.RED)
    better, _ = judged(judged(life, Reading.BELOW, DAY)[0], Reading.BELOW, THREE_DAYS)
    assert better.state is State.BETTER
    assert moved(better, Move.CONTACT, THREE_DAYS)[1] == (Close(),)


def test_a_high_re_check_opens_the_case_again_from_the_village_doctor() -> None:
    life, actions = judged(contacted(Level.RED), Reading.HIGH, DAY)
    assert (life.state, life.began, life.has_contact) == (State.TOLD, DAY.now, False)
    looks = PlantRechecks((DAY.now + timedelta(hours=24), DAY.now + timedelta(hours=72)))
    assert actions == (looks, AskReached(DAY.now + timedelta(hours=2)), TellTier(0))


def test_a_red_case_that_falls_to_amber_becomes_amber_after_its_contact() -> None:
    waiting, _ = judged(open_case(Level.RED)[0], Reading.AMBER, DAY)
    assert waiting.level is Level.RED
    life, _ = moved(waiting, Move.CONTACT, DAY)
    assert (life.level, life.state) == (Level.AMBER, State.CONTACTED)
    assert judged(life, Reading.BELOW, THREE_DAYS)[0].state is State.CLOSED
    assert judged(contacted(Level.RED), Reading.AMBER, DAY)[0].level is Level.AMBER


def test_an_amber_case_closes_with_the_next_report_below_without_a_contact() -> None:
    assert judged(open_case(Level.AMBER)[0], Reading.BELOW, at(7 * 24 * 60))[1] == (Close(),)


def test_silence_at_the_re_checks_is_not_below() -> None:
    once, _ = judged(contacted(Level.RED), Reading.MISSING, DAY)
    assert judged(once, Reading.BELOW, THREE_DAYS)[0].state is State.LEFT
    assert play(contacted(Level.RED), 96 * 60)[1] == [(96 * 60, TellCoordinator(Why.STILL_OPEN))]


def test_a_worse_breach_tells_whoever_holds_the_case() -> None:
    accepted, _ = moved(open_case(Level.RED)[0], Move.ACCEPT, at(5))
    life, actions = worsened(accepted, Level.NOW, at(10))
    assert life.state is State.ACCEPTED
    assert actions[2:] == (TellHolder(), RingHolder(), TellCoordinator(Why.DANGER), AskFamily())
    assert life.due[Promise.CONTACT] == OPENED + timedelta(minutes=40)


def test_the_same_level_again_tells_nobody_while_somebody_is_at_it() -> None:
    life, _ = open_case(Level.RED)
    assert worsened(life, Level.RED, at(5)) == (life, ())
    assert worsened(life, Level.AMBER, at(5)) == (life, ())


def test_in_hospital_leaves_the_case_to_the_coordinator_each_duty_day() -> None:
    life, actions = moved(open_case(Level.RED)[0], Move.AWAY, at(5))
    assert actions[-1] == TellCoordinator(Why.AWAY)
    assert [minute for minute, _ in play(life, 3 * 24 * 60)[1]] == [22 * 60, 46 * 60, 70 * 60]


def test_the_policy_and_a_life_survive_json() -> None:
    assert from_json(to_json(POLICY)) == dict(POLICY)
    life, _ = moved(open_case(Level.RED)[0], Move.ACCEPT, at(5))
    assert Life.from_json(life.to_json()) == life


def test_the_picture_in_the_documentation_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in MAP.read_text(), f"put this into docs/escalation.md:\n{mermaid()}"


MOVES = st.sampled_from([move for move in Move if move not in WHEN_DUE.values()])
STEP = st.one_of(
    MOVES,
    st.sampled_from(Reading),
    st.sampled_from(Level),
    st.integers(1, 100_000).map(lambda minutes: timedelta(minutes=minutes)),
)


@given(level=st.sampled_from(Level), top=st.integers(0, 3), waits=st.booleans(), steps=st.lists(STEP, max_size=25))
def test_no_history_ends_in_silence(
    level: Level, top: int, waits: bool, steps: list[Move | Reading | Level | timedelta]
) -> None:
    clock = at()
    life, _ = opened(level, top, clock, waits=waits, duty_from=clock.now)
    for step in steps:
        before = life
        if isinstance(step, timedelta):
            clock = replace(clock, now=clock.now + step)
        else:
            life, _ = _step(life, step, clock)
        life = _all_due(life, clock)
        _holds(before, life, step)


def _step(life: Life, step: Move | Reading | Level, clock: Clock) -> tuple[Life, tuple[Action, ...]]:
    if life.state is State.CLOSED:
        return life, ()
    if step is Move.PLAN:
        is_possible = life.level is Level.RED and not life.is_away
        return moved(life.planned(clock.now + timedelta(days=7)), step, clock) if is_possible else (life, ())
    if isinstance(step, Move):
        return moved(life, step, clock) if step is not Move.CLEARED else (life, ())
    return judged(life, step, clock) if isinstance(step, Reading) else worsened(life, step, clock)


def _all_due(life: Life, clock: Clock) -> Life:
    """Each promise, once its time has come, moves the case on and does not stay due."""
    for _ in range(20):
        if life.due_at is None or life.due_at > clock.now:
            return life
        assert (life.state, WHEN_DUE[life.next_promise or Promise.TIER]) in TRANSITIONS
        life, _ = advanced(life, clock)
    pytest.fail(f"still due after twenty steps: {life}")


def _holds(before: Life, life: Life, step: object) -> None:
    assert (life.due_at is None) == (life.state is State.CLOSED)
    assert Life.from_json(life.to_json()) == life
    if life.state is State.CLOSED and before.state is not State.CLOSED and step is not Move.CLOSE:
        assert life.level is not Level.NOW
        assert life.has_contact or life.level is Level.AMBER
        assert life.below >= (2 if life.level is Level.RED else 1)
