"""A case's life as one table: what moves it, into which state, and what happens then?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from gateway.core.effects import (
    Done,
    climb_on,
    climb_unmet,
    climb_unreached,
    close,
    hand_over,
    hand_over_anew,
    leave_to_coordinator,
    may_close,
    note,
    open_again,
    open_high,
    open_silent,
    pause,
    remind,
    ring,
    ring_at_once,
    ring_unless_delivered,
    tell_coordinator,
    tell_holder_worse,
    tell_next,
    tell_no_call,
    tell_no_receipt,
    tell_tier,
    tell_worse,
    try_again,
    wait_for_contact,
    wait_for_results,
    wait_for_the_call,
    wait_out_plan,
    wait_referred,
    wait_to_tell,
)
from gateway.core.flow import Level
from gateway.core.life import Clock, Life, Move, Promise, State

Effect = Callable[[Life, Clock], Done]
S, M = State, Move

# A case does this and nothing else. How long each wait is stands in policy.POLICY, what each effect does in effects.
TRANSITIONS: Mapping[tuple[State, Move], tuple[State, Effect]] = {
    (S.HELD, M.HOLD_ENDS): (S.TOLD, tell_tier),
    (S.HELD, M.COORDINATOR_DUE): (S.HELD, tell_coordinator),
    (S.HELD, M.WORSE): (S.TOLD, tell_worse),
    (S.TOLD, M.TIER_DUE): (S.TOLD, tell_next),
    (S.TOLD, M.SKIPPED): (S.TOLD, tell_next),
    (S.TOLD, M.UNRECEIVED): (S.TOLD, ring_unless_delivered),
    (S.TOLD, M.RING_DUE): (S.TOLD, ring),
    (S.TOLD, M.UNDELIVERED): (S.TOLD, ring_at_once),
    (S.TOLD, M.CANNOT): (S.TOLD, tell_next),
    (S.TOLD, M.COORDINATOR_DUE): (S.TOLD, tell_coordinator),
    (S.TOLD, M.WORSE): (S.TOLD, tell_worse),
    (S.TOLD, M.NO_CALL): (S.TOLD, tell_no_call),
    (S.TOLD, M.ACCEPT): (S.ACCEPTED, wait_for_contact),
    (S.TOLD, M.REFERRED): (S.ACCEPTED, wait_referred),
    (S.TOLD, M.NOT_REACHED): (S.ACCEPTED, try_again),
    (S.TOLD, M.CONTACT): (S.CONTACTED, wait_for_results),
    (S.TOLD, M.LOW): (S.BETTER, wait_for_the_call),
    (S.ACCEPTED, M.ACCEPT): (S.ACCEPTED, note),
    (S.ACCEPTED, M.CANNOT): (S.TOLD, climb_on),
    (S.ACCEPTED, M.REFERRED): (S.ACCEPTED, wait_referred),
    (S.ACCEPTED, M.NOT_REACHED): (S.ACCEPTED, try_again),
    (S.ACCEPTED, M.NOT_REACHED_AGAIN): (S.TOLD, climb_unmet),
    (S.ACCEPTED, M.CONTACT): (S.CONTACTED, wait_for_results),
    (S.ACCEPTED, M.CONTACT_MISSED): (S.OVERDUE, remind),
    (S.ACCEPTED, M.NO_CALL): (S.ACCEPTED, tell_no_call),
    (S.ACCEPTED, M.WORSE): (S.ACCEPTED, tell_holder_worse),
    (S.OVERDUE, M.TIER_DUE): (S.TOLD, climb_on),
    (S.OVERDUE, M.COORDINATOR_DUE): (S.OVERDUE, tell_coordinator),
    (S.OVERDUE, M.CANNOT): (S.TOLD, climb_on),
    (S.OVERDUE, M.NOT_REACHED): (S.TOLD, climb_unmet),
    (S.OVERDUE, M.NOT_REACHED_AGAIN): (S.TOLD, climb_unmet),
    (S.OVERDUE, M.NO_CALL): (S.TOLD, climb_unreached),
    (S.OVERDUE, M.REFERRED): (S.OVERDUE, note),
    (S.OVERDUE, M.CONTACT): (S.CONTACTED, wait_for_results),
    (S.OVERDUE, M.LOW): (S.BETTER, wait_for_the_call),
    (S.OVERDUE, M.WORSE): (S.TOLD, open_again),
    (S.CONTACTED, M.CONTACT): (S.CONTACTED, note),
    (S.CONTACTED, M.REFERRED): (S.CONTACTED, note),
    (S.CONTACTED, M.MODERATE): (S.CONTACTED, wait_for_results),
    (S.CONTACTED, M.HIGH): (S.TOLD, open_high),
    (S.CONTACTED, M.WORSE): (S.TOLD, open_again),
    (S.CONTACTED, M.NO_CALL): (S.TOLD, climb_unreached),
    (S.CONTACTED, M.SILENT): (S.TOLD, open_silent),
    (S.CONTACTED, M.UNCLEARED): (S.LEFT, leave_to_coordinator),
    (S.CONTACTED, M.NO_RESULT): (S.LEFT, leave_to_coordinator),
    (S.BETTER, M.ACCEPT): (S.ACCEPTED, wait_for_contact),
    (S.BETTER, M.REFERRED): (S.ACCEPTED, wait_referred),
    (S.BETTER, M.NOT_REACHED): (S.ACCEPTED, try_again),
    (S.BETTER, M.CONTACT): (S.CONTACTED, wait_for_results),
    (S.BETTER, M.NO_CALL): (S.BETTER, tell_no_call),
    (S.BETTER, M.COORDINATOR_DUE): (S.BETTER, leave_to_coordinator),
    (S.BETTER, M.HIGH): (S.TOLD, open_high),
    (S.BETTER, M.WORSE): (S.TOLD, open_again),
    (S.PLANNED, M.PLAN_OVER): (S.TOLD, open_again),
    (S.PLANNED, M.PLAN_BROKEN): (S.TOLD, open_again),
    (S.PLANNED, M.WORSE): (S.TOLD, open_again),
    (S.PLANNED, M.CONTACT): (S.PLANNED, note),
    (S.PLANNED, M.REFERRED): (S.PLANNED, note),
    (S.PLANNED, M.NO_CALL): (S.PLANNED, tell_no_call),
    (S.LEFT, M.COORDINATOR_DUE): (S.LEFT, leave_to_coordinator),
    (S.LEFT, M.CONTACT): (S.LEFT, note),
    (S.LEFT, M.REFERRED): (S.LEFT, note),
    (S.LEFT, M.NO_CALL): (S.LEFT, tell_no_call),
    (S.LEFT, M.HIGH): (S.TOLD, open_high),
    (S.LEFT, M.WORSE): (S.TOLD, open_again),
    **{(state, M.PLAN): (S.PLANNED, wait_out_plan) for state in S if state not in (S.HELD, S.CLOSED)},
    **{(state, M.NO_RECEIPT): (state, tell_no_receipt) for state in S if state not in (S.HELD, S.CLOSED)},
    **{(state, M.HAND_OVER): (S.TOLD, hand_over) for state in (S.TOLD, S.ACCEPTED, S.OVERDUE, S.BETTER, S.LEFT)},
    (S.PLANNED, M.HAND_OVER): (S.TOLD, hand_over_anew),
    **{(state, M.CLEARED): (S.CLOSED, close) for state in S if state is not S.CLOSED},
    **{(state, M.AWAY): (S.LEFT, pause) for state in S if state is not S.CLOSED},
    **{(state, M.CLOSE): (S.CLOSED, close) for state in S if state is not S.CLOSED},
}

# What a promise becomes when its time has come.
WHEN_DUE: Mapping[Promise, Move] = {
    Promise.RELEASE: M.HOLD_ENDS,
    Promise.RECEIPT: M.UNRECEIVED,
    Promise.RING: M.RING_DUE,
    Promise.TIER: M.TIER_DUE,
    Promise.COORDINATOR: M.COORDINATOR_DUE,
    Promise.CONTACT: M.CONTACT_MISSED,
    Promise.RESULT: M.NO_RESULT,
    Promise.PLAN: M.PLAN_OVER,
    Promise.REFERRAL: M.NO_RECEIPT,
}


class Reading(StrEnum):
    """What a re-check, or the next report, says of the case's symptoms."""

    BELOW = "below"  # every one under its lowest amber value
    AMBER = "amber"
    HIGH = "high"  # one at or over its red value
    MISSING = "missing"  # not every one answered, and none of them high
    SILENT = "silent"  # nothing was answered at all


def opened(level: Level, top: int, clock: Clock, *, waits: bool, duty_from: datetime) -> Done:
    """A new case. `waits`: for one more answer; `duty_from`: when its doctor is next on duty."""
    life = Life(level, State.HELD, began=clock.now, climb_from=clock.now, top=top)
    held, planted = wait_to_tell(life, clock, waits=waits, duty_from=duty_from)
    told, actions = advanced(held, clock)
    return told, (*planted, *actions)


def moved(life: Life, move: Move, clock: Clock) -> Done:
    """The case after a move. One that the table doesn't hold changes nothing: late, doubled and stale ones end here."""
    arrow = TRANSITIONS.get((life.state, move))
    if arrow is None:
        return life, ()
    state, effect = arrow
    return effect(replace(life, state=state), clock)


def advanced(life: Life, clock: Clock) -> Done:
    """The earliest promise, if its time has come. Called again until nothing more is due."""
    promise = life.next_promise
    if promise is None or life.due[promise] > clock.now:
        return life, ()
    return moved(life, WHEN_DUE[promise], clock)


def worsened(life: Life, level: Level, clock: Clock) -> Done:
    """Another breach of the same patient. One that is no worse matters only to a case that was thought calm."""
    if is_worse(level, life.level):
        return moved(replace(life, level=level), Move.WORSE, clock)
    return moved(life, Move.HIGH, clock) if level is not Level.AMBER else (life, ())


def judged(life: Life, reading: Reading, clock: Clock) -> Done:
    """The case after a re-check, or for an amber one after the next report."""
    if life.is_away or life.state is State.PLANNED:
        return life, ()
    if reading is Reading.HIGH and life.level is Level.AMBER:
        return worsened(life, Level.RED, clock)
    if reading is Reading.SILENT and not life.was_silent and life.state is State.CONTACTED and life.level is Level.RED:
        return moved(life, Move.SILENT, clock)
    counted = replace(
        life,
        results=life.results + 1,
        below=life.below + (reading is Reading.BELOW),
        is_moderate=reading is Reading.AMBER,
    )
    return moved(counted, _verdict(counted, reading, clock), clock)


def _verdict(life: Life, reading: Reading, clock: Clock) -> Move:
    if reading is Reading.HIGH:
        return Move.HIGH
    if may_close(life, clock):
        return Move.CLEARED
    if reading is Reading.AMBER and life.level is not Level.NOW:
        return Move.MODERATE
    if life.has_contact and life.results >= len(clock.times(life).re_checks):
        return Move.UNCLEARED
    return Move.LOW if reading is Reading.BELOW and life.level is Level.RED else Move.NOTED


def is_worse(level: Level, than: Level) -> bool:
    order = (Level.AMBER, Level.RED, Level.NOW)
    return order.index(level) > order.index(than)


def mermaid() -> str:
    """The table as a state diagram, for docs/escalation.md."""
    pairs: dict[tuple[State, State], list[str]] = {}
    for (state, move), (to, _) in TRANSITIONS.items():
        pairs.setdefault((state, to), []).append(move.value)
    names = [f'    state "{state.value}" as {state.name}' for state in State]
    arrows = [f"    {state.name} --> {to.name}: {', '.join(moves)}" for (state, to), moves in pairs.items()]
    return "\n".join(["stateDiagram-v2", *names, "    [*] --> HELD", *arrows, "    CLOSED --> [*]"])
