"""How many people are asked in each hour of the days to come, and whose patients are they?"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import timetable
from gateway.core.timetable import Rule
from gateway.store.tables import Enrolment, Person, Standing

WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Hour:
    """`start` is a full hour on the clock of the patients' zone; `doctor_id` is empty for those without a doctor."""

    start: datetime
    doctor_id: str


def expected_prompts(session: Session, now: datetime, ahead: timedelta = WEEK) -> dict[Hour, int]:
    """Prompts by hour and doctor, in order of time. Re-checks are in it, reminders and calls are not."""
    asked = select(Enrolment, Person).join(Person, Person.id == Enrolment.person_id)
    running = (Enrolment.ended_at.is_(None), Enrolment.next_due.is_not(None), Person.standing == Standing.ACTIVE)
    found: Counter[Hour] = Counter()
    for enrolment, person in session.execute(asked.where(*running)):
        for due in _dues(enrolment, person.time_zone, now + ahead):
            start = due.astimezone(ZoneInfo(person.time_zone)).replace(minute=0, second=0, microsecond=0)
            found[Hour(start, person.doctor_id or "")] += 1
    return dict(sorted(found.items()))


def _dues(enrolment: Enrolment, zone: str, until: datetime) -> list[datetime]:
    rule, due, slot, found = Rule.from_json(enrolment.rule), enrolment.next_due, enrolment.next_slot, list[datetime]()
    while due is not None and due < until:
        found.append(due)
        if rule is None:
            break
        following = timetable.next_prompt(rule, zone, due, slot)
        due, slot = following.due, following.slot
    return found
