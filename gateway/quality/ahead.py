"""How many people are asked in each hour of the days to come, and whose patients are they?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gateway.core import timetable
from gateway.core.timetable import Rule
from gateway.store.queries.ahead import Planned, due_once, due_perhaps_again, zones

WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Hour:
    """`start` is a full hour on the clock of the patients' zone; `doctor_id` is empty for those without a doctor."""

    start: datetime
    doctor_id: str


def expected_prompts(session: Session, now: datetime, ahead: timedelta = WEEK) -> dict[Hour, int]:
    """Prompts by hour and doctor, in order of time. Re-checks are in it, reminders and calls are not.

    Of most people one falls into a week, and the database counts them: to reckon ten thousand takes a second.
    """
    found: Counter[Hour] = Counter()
    until, lived_in = now + ahead, zones(session)
    if not lived_in:
        return {}
    for due in due_once(session, lived_in, now, until):
        found[_hour(due.start, due.zone, due.doctor_id)] += due.number
    for plan in due_perhaps_again(session, lived_in, until):
        found.update(_hour(moment, plan.zone, plan.doctor_id) for moment in _dues(plan, until))
    return dict(sorted(found.items(), key=lambda one: (one[0].start, one[0].doctor_id)))


def _hour(moment: datetime, zone: str, doctor_id: str | None) -> Hour:
    return Hour(moment.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0), doctor_id or "")


def _dues(plan: Planned, until: datetime) -> Iterator[datetime]:
    rule, due, slot = Rule.from_json(plan.rule), plan.next_due, plan.next_slot
    while due < until:
        yield due
        if rule is None:
            break
        following = timetable.next_prompt(rule, plan.zone, due, slot)
        due, slot = following.due, following.slot
