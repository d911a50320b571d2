"""Somebody at the console takes a case over, notes, hands over or closes: of two at once, who is told?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from gateway.cases.casefile import CaseFile
from gateway.cases.closing import end
from gateway.cases.moving import move, taken
from gateway.cases.ordering import pressed
from gateway.cases.planning import Cannot, CannotPlan, put
from gateway.core.escalation import TRANSITIONS
from gateway.core.life import Move
from gateway.store.queries.cases import events_of, reachable_clinician
from gateway.store.tables import CaseEvent, Person

BY_CLOCK = (Move.TIER_DUE, Move.COORDINATOR_DUE, Move.HOLD_ENDS)  # nobody's doing; nothing of what was seen is untrue


class Not(StrEnum):
    """Why nothing was changed."""

    CHANGED = "changed"  # since the page was made: `events` say what
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    NOT_NOW = "not now"  # the case's table doesn't hold this step as it stands
    NO_PLAN = "no plan"  # `cannot` says why none can be put in place


@dataclass(frozen=True)
class Kept:
    """Nothing was changed, and why."""

    why: Not
    events: tuple[CaseEvent, ...] = ()
    cannot: Cannot | None = None


@dataclass(frozen=True)
class Hand:
    """Whose hand it is, and the last line of the case's ledger that its page showed."""

    person: Person | None
    account: str
    seen: int


def take_over(session: Session, now: datetime, case_id: str, hand: Hand, *, visits: bool) -> Kept | None:
    """As a `1` or a `2`: from now on it is theirs, and the clock of the contact runs."""
    return _under_lock(session, now, case_id, hand, lambda file: _press(file, hand, "2" if visits else "1"))


def say_done(session: Session, now: datetime, case_id: str, hand: Hand, digits: str) -> Kept | None:
    """As `4` to `8`: what was done, or that nobody was reached."""
    return _under_lock(session, now, case_id, hand, lambda file: _press(file, hand, digits))


def hand_over(session: Session, now: datetime, case_id: str, hand: Hand, to: Person) -> Kept | None:
    """To a clinician who can be sent an SMS, on duty or not: whoever hands it over has asked him."""
    return _under_lock(session, now, case_id, hand, lambda file: _hand_over(file, hand, to))


def close(session: Session, now: datetime, case_id: str, hand: Hand, outcome: str) -> Kept | None:
    """The only step that must have seen everything: also a worse report that came while the page was read."""
    return _under_lock(session, now, case_id, hand, lambda file: _close(file, hand, outcome), everything=True)


def put_plan(session: Session, now: datetime, case_id: str, hand: Hand, until: date, reason: str) -> Kept | None:
    """A clinician has a plan until a date. As with closing, it must have seen everything that it covers."""
    return _under_lock(session, now, case_id, hand, lambda file: _plan(file, hand, until, reason), everything=True)


def _under_lock(
    session: Session,
    now: datetime,
    case_id: str,
    hand: Hand,
    step: Callable[[CaseFile], Kept | None],
    *,
    everything: bool = False,
) -> Kept | None:
    with taken(session, now, case_id) as file:
        if file.case.closed_at:
            return Kept(Not.CLOSED, _since(file, 0))
        news = _since(file, hand.seen)
        if any(everything or event.by_id or event.kind not in (*BY_CLOCK, "told") for event in news):
            return Kept(Not.CHANGED, news)
        return step(file)


def _since(file: CaseFile, seen: int) -> tuple[CaseEvent, ...]:
    return tuple(event for event in events_of(file.session, file.case.id) if event.number > seen)


def _press(file: CaseFile, hand: Hand, digits: str) -> Kept | None:
    """Whether it changed anything stands in the ledger, as with an SMS."""
    if hand.person is None:
        return Kept(Not.UNREACHABLE)
    pressed(file, hand.person, digits)
    file.session.flush()
    latest = events_of(file.session, file.case.id)[-1]
    return Kept(Not.NOT_NOW) if latest.kind in ("no effect", "too late") else None


def _hand_over(file: CaseFile, hand: Hand, to: Person) -> Kept | None:
    if reachable_clinician(file.session, to.id) is None:
        return Kept(Not.UNREACHABLE)
    if (file.life.state, Move.HAND_OVER) not in TRANSITIONS:
        return Kept(Not.NOT_NOW)
    file.case.progress = {**file.case.progress, "chosen": to.id, "cannot": []}
    sites = [site.id for site in file.sites]
    if to.site_id in sites:
        file.life = replace(file.life, tier=sites.index(to.site_id))
    move(file, Move.HAND_OVER, hand.person, to=to.id)
    return None


def _plan(file: CaseFile, hand: Hand, until: date, reason: str) -> Kept | None:
    if hand.person is None:
        return Kept(Not.NO_PLAN, cannot=Cannot.NO_CLINICIAN)
    try:
        put(file, hand.person, until, reason)
    except CannotPlan as problem:
        return Kept(Not.NO_PLAN, cannot=problem.why)
    return None


def _close(file: CaseFile, hand: Hand, outcome: str) -> Kept | None:
    return None if end(file, hand.account, outcome, hand.person) else Kept(Not.CLOSED)
