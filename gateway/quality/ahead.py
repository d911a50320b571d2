"""How many people are asked in each hour of the days to come, and whose patients are they?"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import timetable
from gateway.core.timetable import Rule
from gateway.store.tables import Enrolment, Person, Plain, Standing

WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Hour:
    """`start` is a full hour on the clock of the patients' zone; `doctor_id` is empty for those without a doctor."""

    start: datetime
    doctor_id: str


def expected_prompts(session: Session, now: datetime, ahead: timedelta = WEEK) -> dict[Hour, int]:
    """Prompts by hour and doctor, in order of time. Re-checks are in it, reminders and calls are not."""
    columns = (Enrolment.rule, Enrolment.next_due, Enrolment.next_slot, Person.time_zone, Person.doctor_id)
    asked = select(*columns).join(Person, Person.id == Enrolment.person_id)
    running = (Enrolment.ended_at.is_(None), Enrolment.next_due < now + ahead, Person.standing == Standing.ACTIVE)
    found: Counter[Hour] = Counter()
    for rule, next_due, slot, zone, doctor in session.execute(asked.where(*running)):
        for due in _dues(rule, next_due, slot, zone, now + ahead):
            start = due.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
            found[Hour(start, doctor or "")] += 1
    return dict(sorted(found.items(), key=lambda one: (one[0].start, one[0].doctor_id)))


def _is_last(rule: Rule, slot: str | None, until: datetime) -> bool:
    """Of most people one falls into a week; to reckon the next one of ten thousand takes half a second."""
    bound = timetable.surely_not_before(rule, slot) if slot else None
    return bound is not None and bound >= until


def _dues(written: Plain, due: datetime | None, slot: str | None, zone: str, until: datetime) -> list[datetime]:
    rule, found = Rule.from_json(written), list[datetime]()
    while due is not None and due < until:
        found.append(due)
        if rule is None or _is_last(rule, slot, until):
            break
        following = timetable.next_prompt(rule, zone, due, slot)
        due, slot = following.due, following.slot
    return found
