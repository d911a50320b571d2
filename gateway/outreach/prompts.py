"""Whose turn has come by their own clock, and what is done about turns that were missed?"""

import logging
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from gateway.core import timetable
from gateway.core.flow import Rank
from gateway.core.timetable import Prompt, Rule
from gateway.outreach import turns
from gateway.outreach.asking import Begun, Occasion, begin
from gateway.store import poison
from gateway.store.queries.conversations import hold_person
from gateway.store.queries.flows import flow_of, newest
from gateway.store.tables import Case, Enrolment, FlowVersion, Person
from gateway.talk.rows import new_row

BATCH = 50
FLOOR_AGAIN = timedelta(minutes=30)  # how soon a prompt that found another question open tries again
JUST_ENROLLED = timedelta(hours=1)  # consent, practice and the first report follow one another: somebody sits by her
SOON_AGAIN = timedelta(minutes=1)
MISSED = "missed_system"  # our fault, shown apart from her silence

log = logging.getLogger(__name__)


def tick(session: Session, now: datetime) -> int:
    whose = dict(session.execute(_due(), {"now": now}).all())
    return poison.each(
        session,
        now,
        "enrolment",
        whose,
        lambda enrolment_id: _work(session, now, enrolment_id, whose[enrolment_id]),
        lambda enrolment_id, again: _put_off(session, enrolment_id, again),
    )


@cache
def _due() -> Select[str, str]:
    is_due = Enrolment.next_due <= bindparam("now", type_=Enrolment.next_due.type)
    due = select(Enrolment.id, Enrolment.person_id).where(is_due, Enrolment.ended_at.is_(None))
    return due.order_by(Enrolment.next_due).limit(BATCH)


def _put_off(session: Session, enrolment_id: str, again: datetime) -> str | None:
    enrolment = session.get_one(Enrolment, enrolment_id)
    enrolment.next_due = again
    return enrolment.case_id


def _work(session: Session, now: datetime, enrolment_id: str, person_id: str) -> int:
    """Looked at again under the person's lock: another clock may have been faster."""
    person = hold_person(session, person_id)
    enrolment = session.get(Enrolment, enrolment_id, populate_existing=True) if person else None
    if person is None or enrolment is None or enrolment.ended_at or not enrolment.next_due:
        return 0
    if enrolment.next_due > now:
        return 0
    version = newest(session, enrolment.flow)
    if version is None or _is_over(session, enrolment):
        _end(enrolment, now, "nothing to ask")
    else:
        _reckon(session, now, person, enrolment, version)
    session.flush()
    return 1


def _is_over(session: Session, enrolment: Enrolment) -> bool:
    return enrolment.case_id is not None and session.get_one(Case, enrolment.case_id).closed_at is not None


def _reckon(session: Session, now: datetime, person: Person, enrolment: Enrolment, version: FlowVersion) -> None:
    assert enrolment.next_due is not None
    zone, rule = person.time_zone, Rule.from_json(enrolment.rule)
    slot = enrolment.next_slot or timetable.once(enrolment.next_due, zone).slot
    due = Prompt(slot, enrolment.next_due)
    by_her = enrolment.rule == timetable.AT_ONCE
    if by_her or flow_of(version).rank is Rank.EMERGENCY:
        reckoning = timetable.in_emergency(due, now)
    else:
        reckoning = timetable.reckon(rule, zone, due, now)
    for missed in reckoning.missed:
        _miss(session, now, person, enrolment, version, missed)
    following = reckoning.next
    if reckoning.send:
        asked = turns.due(session, now, person, version)
        occasion = Occasion(person, asked or version, enrolment.id, reckoning.send.slot, enrolment.case_id, by_her)
        just_enrolled = now - enrolment.created_at < JUST_ENROLLED
        if asked is None:
            following = Prompt(reckoning.send.slot, now + turns.TOO_MANY_AGAIN)
        elif just_enrolled and not by_her and turns.follows_another(session, person, version):
            following = Prompt(reckoning.send.slot, now + SOON_AGAIN)
        elif begin(session, now, occasion) is Begun.WAITS:
            following = Prompt(reckoning.send.slot, now + (SOON_AGAIN if just_enrolled else FLOOR_AGAIN))
    if turns.is_over(session, person, version):
        following = None
    if following is None:
        _end(enrolment, now, "asked")
    else:
        enrolment.next_due, enrolment.next_slot = following.due, following.slot


def _end(enrolment: Enrolment, now: datetime, why: str) -> None:
    enrolment.ended_at, enrolment.ended_why, enrolment.next_due = now, why, None


def _miss(
    session: Session, now: datetime, person: Person, enrolment: Enrolment, version: FlowVersion, missed: Prompt
) -> None:
    log.warning("the prompt of %s for enrolment %s was missed by us", missed.slot, enrolment.id)
    row = new_row(missed.due, person, version, "ended")
    row.enrolment_id, row.slot, row.case_id = enrolment.id, missed.slot, enrolment.case_id
    row.outcome, row.ended_at = MISSED, now
    session.add(row)
