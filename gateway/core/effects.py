"""What does a move do besides changing the state: who is told, and which promises run from now on?"""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core import rota
from gateway.core.flow import Level
from gateway.core.life import (
    Action,
    AskFamily,
    AskReached,
    Clock,
    Close,
    Life,
    PausePatient,
    PlantRechecks,
    Promise,
    RemindContact,
    Ring,
    RingHolder,
    State,
    TellChosen,
    TellCoordinator,
    TellHolder,
    TellNoCall,
    TellPassedUp,
    TellTier,
    Why,
)
from gateway.core.policy import HOLD, RE_CHECK_LATE, RECEIPT, REPORT_LATE, Closing

Done = tuple[Life, tuple[Action, ...]]
HIGHS_TO_CLIMB = 2  # re-checks that are high again, before the tier above the village doctor is told first


def wait_to_tell(life: Life, clock: Clock, *, waits: bool, duty_from: datetime) -> Done:
    """Held for an answer, or until duty where the level waits for that."""
    times = clock.times(life)
    release = duty_from if times.waits_for_duty else clock.now + (HOLD if waits else timedelta(0))
    coordinator = times.coordinator.after(clock.now, clock.hours)
    return _running(life, {Promise.RELEASE: release, Promise.COORDINATOR: coordinator}), _planted(life, clock)


def tell_tier(life: Life, clock: Clock) -> Done:
    """This tier is told; the next one is due by the level's clock. The coordinator too, where that is due already.

    What waited for a digest is counted from there: nobody climbs past a doctor who has not been told.
    """
    if Promise.RELEASE in life.due and clock.times(life).waits_for_duty:
        life = replace(life, climb_from=clock.now)
    life, telling = _telling(_without(life, Promise.RELEASE), clock)
    if life.due.get(Promise.COORDINATOR, clock.now + HOLD) > clock.now:
        return life, telling
    life, told = tell_coordinator(life, clock)
    return life, (*telling, *told)


def tell_next(life: Life, clock: Clock) -> Done:
    """The next tier; where none is left, the coordinator at once."""
    if Promise.COORDINATOR not in life.due:
        life = _coordinator_again(life, clock)
    if life.tier >= _highest(life, clock):
        life = _without(life, Promise.TIER, Promise.RECEIPT, Promise.RING)
        return _coordinator_again(life, clock), (TellCoordinator(Why.NOBODY_LEFT),)
    return _telling(replace(life, tier=life.tier + 1), clock)


def ring_unless_delivered(life: Life, clock: Clock) -> Done:
    """A minute after the SMS. Some carriers never send a receipt: then it is rung as well."""
    return _without(life, Promise.RECEIPT), (Ring(life.tier, unless_delivered=True),)


def ring(life: Life, clock: Clock) -> Done:
    """The clock of the next tier runs on beside it."""
    return _without(life, Promise.RECEIPT, Promise.RING), (Ring(life.tier),)


def ring_at_once(life: Life, clock: Clock) -> Done:
    """His SMS will never arrive. He may still be rung again at the usual time."""
    return _without(life, Promise.RECEIPT), (Ring(life.tier),)


def climb_on(life: Life, clock: Clock) -> Done:
    """The next tier after somebody had accepted: its clock begins now."""
    life = replace(_without(life, Promise.CONTACT), climb_from=clock.now, climb_tier=life.tier + 1, not_reached=0)
    return tell_next(life, clock)


def hand_over(life: Life, clock: Clock) -> Done:
    """To somebody chosen: both clocks, the next tier's and the coordinator's, begin anew."""
    again = replace(life, climb_from=clock.now, climb_tier=life.tier, not_reached=0)
    coordinator = clock.times(life).coordinator.after(clock.now, clock.hours)
    later = max(coordinator, clock.times(life).coordinator_again.after(clock.now, clock.hours))
    life, (_, *rings) = _telling(_running(again, {Promise.COORDINATOR: later}), clock)
    return life, (TellChosen(), *rings)


def hand_over_anew(life: Life, clock: Clock) -> Done:
    """A plan was its maker's own: whoever is chosen finds the case as if it had just opened, re-checks and all."""
    again, actions = _open_at(life, life.tier, clock)
    return again, tuple(TellChosen() if isinstance(action, TellTier) else action for action in actions)


def tell_coordinator(life: Life, clock: Clock) -> Done:
    if life.level is Level.NOW and clock.now == life.began:
        return _coordinator_again(life, clock), (TellCoordinator(Why.DANGER), AskFamily())
    why = Why.NOT_ACCEPTED if life.state is State.TOLD else Why.STILL_OPEN
    return _coordinator_again(life, clock), (TellCoordinator(why),)


def tell_no_call(life: Life, clock: Clock) -> Done:
    """She knows of no call, and somebody's time still runs: he and the coordinator hear it."""
    return life, (TellNoCall(), TellCoordinator(Why.NO_CALL))


def climb_unreached(life: Life, clock: Clock) -> Done:
    """She knows of no call, whatever was noted: the next tier, and she is asked again when its time is over."""
    again = clock.times(life).contact.after(clock.now, clock.hours)
    life, actions = climb_on(_without(replace(life, has_contact=False), Promise.RESULT), clock)
    return life, (AskReached(again), TellNoCall(), TellCoordinator(Why.NO_CALL), *actions)


def open_silent(life: Life, clock: Clock) -> Done:
    """Silent after a severe report: as if it were high again. Only once in a round: then a person looks."""
    life, actions = open_again(life, clock)
    return replace(life, was_silent=True), actions


def wait_for_contact(life: Life, clock: Clock) -> Done:
    """The contact is due by the opening's clock; who accepts late has still a moment to phone."""
    times = clock.times(life)
    due = max(times.contact.after(life.began, clock.hours), times.after_missed.after(clock.now, clock.hours))
    return _running(life, {Promise.CONTACT: due}), ()


def wait_referred(life: Life, clock: Clock) -> Done:
    """Sent on, but whether anyone reached the patient is open: the contact clock runs, and a person asks."""
    life = life if Promise.CONTACT in life.due else wait_for_contact(life, clock)[0]
    return life, (TellCoordinator(Why.REFERRED),)


def try_again(life: Life, clock: Clock) -> Done:
    """The family may reach her sooner. Amber is no emergency."""
    life = replace(life, not_reached=life.not_reached + 1)
    asked = () if life.level is Level.AMBER else (AskFamily(),)
    return (life if Promise.CONTACT in life.due else wait_for_contact(life, clock)[0]), asked


def climb_unmet(life: Life, clock: Clock) -> Done:
    """Not reached, and nobody tries again here: the next tier, and the family."""
    _, asked = try_again(life, clock)
    life, actions = climb_on(life, clock)
    return life, (*actions, *asked)


def remind(life: Life, clock: Clock) -> Done:
    """The contact is missed: doctor and coordinator at once, the next tier a little later."""
    next_tier = clock.times(life).after_missed.after(clock.now, clock.hours)
    life = _coordinator_again(_running(life, {Promise.TIER: next_tier}), clock)
    rings = (RingHolder(),) if clock.times(life).ring else ()
    return life, (RemindContact(), *rings, TellCoordinator(Why.CONTACT_MISSED))


def wait_for_results(life: Life, clock: Clock) -> Done:
    """A contact is noted. A red case whose re-check had fallen to amber becomes amber now."""
    falls = life.level is Level.RED and life.is_moderate
    life = replace(life, level=Level.AMBER if falls else life.level, has_contact=True, not_reached=0)
    life = replace(life, below=0) if falls else life
    if may_close(life, clock):
        return close(replace(life, state=State.CLOSED), clock)
    looks = clock.times(life).re_checks
    late = life.began + looks[-1] + RE_CHECK_LATE if looks else clock.now + REPORT_LATE
    return _running(life, {Promise.RESULT: max(late, clock.now + RE_CHECK_LATE)}), ()


def open_again(life: Life, clock: Clock) -> Done:
    """From the village doctor up, with a contact and re-checks of its own."""
    return _open_at(life, 0, clock)


def open_high(life: Life, clock: Clock) -> Done:
    """Still or again too high. The first time he tries again; known severe pain then goes to the tier above him."""
    life = replace(life, highs=life.highs + 1)
    tier = min(1, _highest(life, clock)) if life.highs >= HIGHS_TO_CLIMB else 0
    told, actions = _open_at(life, tier, clock)
    return told, (*actions, TellPassedUp()) if tier else actions


def tell_no_receipt(life: Life, clock: Clock) -> Done:
    return _without(life, Promise.REFERRAL), (TellCoordinator(Why.REFERRAL),)


def wait_out_plan(life: Life, clock: Clock) -> Done:
    """Nobody is told again of what is known, until the date."""
    assert life.plan_until is not None
    return _running(replace(life, highs=0, has_contact=True), {Promise.PLAN: life.plan_until}), ()


def tell_worse(life: Life, clock: Clock) -> Done:
    """The higher level's clock begins now, at the tier that was told last."""
    return _tell_from_now(replace(life, began=clock.now, climb_from=clock.now, climb_tier=life.tier), clock)


def tell_holder_worse(life: Life, clock: Clock) -> Done:
    life, _ = wait_for_contact(replace(life, began=clock.now), clock)
    danger = (RingHolder(), TellCoordinator(Why.DANGER), AskFamily()) if life.level is Level.NOW else ()
    return life, (*_planted(life, clock), TellHolder(), *danger)


def wait_for_the_call(life: Life, clock: Clock) -> Done:
    return _coordinator_each_day(life, clock), ()


def leave_to_coordinator(life: Life, clock: Clock) -> Done:
    return _coordinator_each_day(life, clock), (TellCoordinator(Why.STILL_OPEN),)


def pause(life: Life, clock: Clock) -> Done:
    """In hospital, moved or died: nothing goes to the patient, and a person finds out."""
    life = _coordinator_each_day(replace(life, is_away=True), clock)
    return life, (PausePatient(), TellCoordinator(Why.AWAY))


def close(life: Life, clock: Clock) -> Done:
    return replace(life, due={}), (Close(),)


def note(life: Life, clock: Clock) -> Done:
    return life, ()


def may_close(life: Life, clock: Clock) -> bool:
    """Without a person: exactly what the level's row says, never more."""
    times = clock.times(life)
    if times.closing is Closing.RE_CHECKS:
        return life.has_contact and life.below >= len(times.re_checks)
    return times.closing is Closing.REPORT and life.below >= 1


def _open_at(life: Life, tier: int, clock: Clock) -> Done:
    again = Life(
        life.level,
        State.TOLD,
        began=clock.now,
        climb_from=clock.now,
        top=life.top,
        tier=tier,
        climb_tier=tier,
        highs=life.highs,
    )
    return _tell_from_now(again, clock)


def _tell_from_now(life: Life, clock: Clock) -> Done:
    coordinator = clock.times(life).coordinator.after(clock.now, clock.hours)
    life, actions = tell_tier(_running(life, {Promise.COORDINATOR: coordinator}), clock)
    return life, (*_planted(life, clock), *actions)


def _highest(life: Life, clock: Clock) -> int:
    highest = clock.times(life).highest
    return life.top if highest is None else min(highest, life.top)


def _climbing(life: Life, clock: Clock) -> Life:
    """The promise of the next tier, if there is one."""
    if life.tier >= _highest(life, clock):
        return _without(life, Promise.TIER)
    spans = life.tier + 1 - life.climb_tier
    return _also(life, Promise.TIER, clock.times(life).tier.after(life.climb_from, clock.hours, spans))


def _telling(life: Life, clock: Clock) -> Done:
    """This tier is told, and rung at once or after the level's time, which runs from when its turn was to come."""
    times, life = clock.times(life), _without(_climbing(life, clock), Promise.RECEIPT, Promise.RING)
    if times.ring is None:
        return life, (TellTier(life.tier),)
    if not times.ring.length:
        return life, (TellTier(life.tier), Ring(life.tier))
    turn = times.tier.after(life.climb_from, clock.hours, max(life.tier - life.climb_tier, 0))
    receipt = clock.now + RECEIPT
    at = max(times.ring.after(min(turn, clock.now), clock.hours), receipt)
    return _also(_also(life, Promise.RECEIPT, receipt), Promise.RING, at), (TellTier(life.tier),)


def _coordinator_again(life: Life, clock: Clock) -> Life:
    return _also(life, Promise.COORDINATOR, clock.times(life).coordinator_again.after(clock.now, clock.hours))


def _coordinator_each_day(life: Life, clock: Clock) -> Life:
    day = rota.next_duty_day(clock.hours.duty, clock.now, clock.hours.zone)
    return _running(life, {Promise.COORDINATOR: day})


def _planted(life: Life, clock: Clock) -> tuple[Action, ...]:
    """What the patient is asked: whether anybody phoned, and how it is. Nothing of it for amber."""
    times = clock.times(life)
    if not times.re_checks:
        return ()
    looks = tuple(life.began + look for look in times.re_checks)
    return PlantRechecks(looks), AskReached(times.contact.after(life.began, clock.hours))


def _running(life: Life, due: dict[Promise, datetime]) -> Life:
    """Whether a referral is taken on is waited for in any state of the case."""
    kept = {Promise.REFERRAL: life.due[Promise.REFERRAL]} if Promise.REFERRAL in life.due else {}
    return replace(life, due={**due, **kept})


def _also(life: Life, promise: Promise, at: datetime) -> Life:
    return replace(life, due={**life.due, promise: at})


def _without(life: Life, *promises: Promise) -> Life:
    return replace(life, due={promise: at for promise, at in life.due.items() if promise not in promises})
