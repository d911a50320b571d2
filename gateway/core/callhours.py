"""Between which hours does a person wish to be called, and when do they next begin?"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.core.timetable import QUIET_FROM, QUIET_UNTIL, in_window, instant

WRITTEN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
SHORTEST = timedelta(hours=1)  # the retries of a busy phone need some room


@dataclass(frozen=True)
class CallHours:
    """On the wall clock of where she lives, inside the house's waking hours."""

    begins: time
    ends: time


def parse(text: str) -> CallHours:
    """`17:00-20:00`. Raises ValueError with one sentence."""
    found = WRITTEN.fullmatch(text)
    if not found:
        raise ValueError("write for example 17:00-20:00")
    hours = CallHours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
    if hours.begins < QUIET_UNTIL or hours.ends > QUIET_FROM:
        raise ValueError(f"must lie between {QUIET_UNTIL:%H:%M} and {QUIET_FROM:%H:%M}")
    if _minutes(hours.ends) - _minutes(hours.begins) < SHORTEST.total_seconds() // 60:
        raise ValueError("must be an hour at least")
    return hours


def next_call(moment: datetime, zone: str, hours: CallHours | None) -> datetime:
    """The moment itself, or when she may next be called."""
    if hours is None:
        return in_window(moment, zone)
    local = moment.astimezone(ZoneInfo(zone))
    if hours.begins <= local.time() < hours.ends:
        return moment
    day = local.date() + timedelta(days=0 if local.time() < hours.begins else 1)
    return instant(datetime.combine(day, hours.begins), zone)


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute
