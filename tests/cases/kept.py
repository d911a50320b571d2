"""What must hold of every case after every step, whatever its people do?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from gateway import watch
from gateway.cases import plans
from gateway.core import rota
from gateway.core.flow import Level
from gateway.core.life import Life, Promise, State
from gateway.store.queries.calls import any_to_weigh, is_ringing
from gateway.store.queries.cases import DEAD, NOT_DELIVERED, UNDONE, cases_without_next_action
from gateway.store.queries.duty import hours_of
from gateway.store.tables import Call, Case, CaseEvent, Kind, Message, Person, Sending, Telling
from gateway.watch.audit import Broken
from tests.cases.lives import History

SLACK = timedelta(minutes=1)
# An open case that nobody has accepted: how long after its beginning, and then how often, is the coordinator told?
FIRST_TOLD = {Level.NOW: timedelta(0), Level.RED: timedelta(minutes=40)}
TOLD_EACH = {Level.NOW: timedelta(minutes=15), Level.RED: timedelta(minutes=40)}
CONTACT = {Level.NOW: timedelta(minutes=35), Level.RED: timedelta(minutes=135)}
A_MOMENT = {Level.NOW: timedelta(minutes=5), Level.RED: timedelta(minutes=15)}  # for whoever accepts late
RESULT = timedelta(days=9)  # the longest wait for a re-check or a report after a contact
RUNG = {Level.NOW: timedelta(minutes=1), Level.RED: timedelta(minutes=11)}  # after a tier is told
WAITING = (State.TOLD, State.OVERDUE)
FULL_EACH = 8  # steps
BY_ITSELF = "re-check"


@dataclass(frozen=True)
class Facts:
    """What other tables hold of a case: lines of its ledger, when the coordinator was told, what is to leave."""

    lines: int
    last_line: int | None
    told_at: datetime | None
    waiting: int
    ended_ring: datetime | None  # the oldest that nobody has looked at


@cache
def _each_case() -> Select[Any]:
    """One question for all of it, at each of a million steps."""
    lines, of_it = CaseEvent.case_id == Case.id, Message.case_id == Case.id
    waits = (Message.state == Sending.PENDING, Message.kind != Kind.CASE)
    return select(
        Case,
        select(func.count()).where(lines).scalar_subquery(),
        select(func.max(CaseEvent.number)).where(lines).scalar_subquery(),
        select(func.max(Message.created_at)).where(of_it, Message.kind == Kind.COORDINATOR).scalar_subquery(),
        select(func.count()).where(of_it, *waits).scalar_subquery(),
        select(func.min(Call.created_at)).where(Call.case_id == Case.id, any_to_weigh()).scalar_subquery(),
    ).order_by(Case.id)


def broken(history: History) -> list[str]:
    """Empty while every promise holds."""
    with history.database.read() as session:
        found, late = list(_audit(session, history)), list[str]()
        for case, *counted in session.execute(_each_case()):
            facts, named = Facts(*counted), f"{case.code} {case.level} {case.state}"
            found += [f"{named}: {what}" for what in _case(session, case, facts, history.now)]
            late += [f"{named}: {what}" for what in _rung(session, case, facts, history)]
    # A call that was refused or that expired in this very step is looked at in the next.
    found += [what for what in late if what in history.late]
    history.late = frozenset(late)
    return found


def _audit(session: Session, history: History) -> Iterator[str]:
    """Rule 9 every time, all of it now and then. What leaves is the telephone's: while it is silent rows wait."""
    for case in cases_without_next_action(session, history.now):
        yield f"rule 9: {case.code} {case.state} {case.due_at}"
    for finding in watch.audit(session, history.now) if history.steps % FULL_EACH == 0 else ():
        if finding.broken not in (Broken.UNSENT, Broken.DOUBT):
            yield f"audit: {finding.sentence}"


def _case(session: Session, case: Case, facts: Facts, now: datetime) -> Iterator[str]:
    if facts.lines != facts.last_line:
        yield "the ledger has gaps"
    if case.closed_at is None:
        yield from _open(session, case, facts, now)
    elif case.closed_by == BY_ITSELF:
        yield from _closed(case, facts)


def _closed(case: Case, facts: Facts) -> Iterator[str]:
    """Without a person: never a `now`; a red one after a contact and two re-checks; amber after a report."""
    life = Life.from_json(case.progress["life"])
    if case.level == Level.NOW:
        yield "a danger sign was closed without a person"
    if case.level == Level.RED and not (life.has_contact and life.below >= 2):
        yield f"closed with contact {life.has_contact} and {life.below} re-checks below"
    if life.below < 1:
        yield "closed without anything below"
    if facts.waiting:
        yield "closed, and something is still to leave"


def _open(session: Session, case: Case, facts: Facts, now: datetime) -> Iterator[str]:
    life = Life.from_json(case.progress["life"])
    if case.due_at is None or case.due_at <= now:
        yield f"nothing is going to happen ({case.due_at})"
        return
    if (life.level, life.state) != (case.level, case.state) or life.due_at is None:
        yield "the row and its life differ"
    if case.due_at - now > _longest_wait(session, case, life, now):
        yield f"the next promise is as late as {case.due_at} ({case.next_action})"
    if life.state is State.TOLD and case.accepted_by:
        yield "everybody may accept, and somebody has"
    if life.state is State.PLANNED and (life.level is not Level.RED or life.plan_until != life.due.get(Promise.PLAN)):
        yield "a plan that does not end on its date"
    if life.state in (State.ACCEPTED, State.OVERDUE) and not case.accepted_by:
        yield "accepted by nobody"
    if not _is_told(session, case, facts, life, now):
        yield "the coordinator has not been told within the last period"


def _rung(session: Session, case: Case, facts: Facts, history: History) -> Iterator[str]:
    """Whoever was told last was rung soon after, if he neither stopped us nor answered; no ended ring lies about."""
    if facts.ended_ring and facts.ended_ring < history.now - SLACK:
        yield "a ring is over, and nobody has looked at it"
    life, told = Life.from_json(case.progress["life"]), case.progress["told"][-1:]
    if life.state is not State.TOLD or life.level not in RUNG or not told or Promise.RING in life.due:
        return
    person, at = told[0]["person"], datetime.fromisoformat(told[0]["at"])
    if at < life.climb_from or history.now - at <= RUNG[life.level] or person in history.stopped:
        return
    if person in case.progress.get("cannot", ()):  # he has answered, and nobody is above him
        return
    same_sms = select(Telling.case_id).where(Telling.message_id == told[0]["message"])  # one call rings for all of it
    rung = select(Call.id).where(or_(Call.case_id == case.id, Call.case_id.in_(same_sms)), Call.to_id == person)
    taken_back = select(CaseEvent.id).where(CaseEvent.case_id == case.id, CaseEvent.kind == UNDONE, CaseEvent.at >= at)
    if session.scalar(rung.limit(1)) or session.scalar(taken_back.limit(1)):
        return
    if not _cannot_be_rung(session, person, told[0]["message"], history.now):
        yield f"told at {at}, and never rung"


def _cannot_be_rung(session: Session, person_id: str, message_id: str, now: datetime) -> bool:
    """A call about another case still holds his phone; or his SMS is dead and he has no code to hear the case with."""
    if is_ringing(session, person_id, now):
        return True
    message = session.get_one(Message, message_id)
    is_dead = message.state in DEAD or message.receipt in NOT_DELIVERED
    return is_dead and session.get_one(Person, person_id).call_code is None


def _longest_wait(session: Session, case: Case, life: Life, now: datetime) -> timedelta:
    if life.state in (State.LEFT, State.BETTER) or life.level is Level.AMBER:
        return _duty_day(session, case, now) - now + RESULT * (life.state is State.CONTACTED)
    if life.state is State.CONTACTED:
        return RESULT
    if life.state is State.PLANNED:
        return plans.LONGEST
    if life.state is State.ACCEPTED:
        return CONTACT[life.level]
    return TOLD_EACH[life.level]


def _is_told(session: Session, case: Case, facts: Facts, life: Life, now: datetime) -> bool:
    """Of a case that waits for a doctor; and of any that had no contact in time, whatever digits came meanwhile."""
    level = life.level
    if life.state in (State.CONTACTED, State.HELD, State.PLANNED) or level is Level.AMBER:
        return True
    if life.state in (State.LEFT, State.BETTER):
        since = facts.told_at
        return life.state is State.BETTER or (since is not None and now <= _duty_day(session, case, since))
    first = FIRST_TOLD[level] if life.state in WAITING else CONTACT[level]
    each = TOLD_EACH[level] if life.state in WAITING else CONTACT[level]
    if now - life.began <= first + SLACK:
        return True
    if life.state is State.ACCEPTED and case.accepted_at and now - case.accepted_at <= A_MOMENT[level] + SLACK:
        return True
    climbs_anew = life.climb_from if life.climb_from > life.began else None  # a new climb, a new period
    since = max(filter(None, (facts.told_at, climbs_anew)), default=None)
    return since is not None and now - since <= each + SLACK


def _duty_day(session: Session, case: Case, since: datetime) -> datetime:
    hours = hours_of(session, session.get_one(Person, case.patient_id))
    return rota.next_duty_day(hours.duty, since, hours.zone) + SLACK
