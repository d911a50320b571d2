"""Who is on duty now, when does duty next begin, when is a digest read, and when have so many hours passed?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from gateway.core.worded import worded

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
AWAY = re.compile(r"away (\S+)(?: to (\S+))?")
DIGEST = re.compile(r"digest (.+)")
# When what can wait is read, besides the start of a shift; a clinician may have hours of his own.
DIGESTS = (time(8, 0), time(14, 0))
LONGEST_WAIT = timedelta(hours=24)  # for a digest: where none comes so soon, what can wait goes at once
# For somebody always on duty a "duty day" begins when offices do; a default, changed by giving hours instead.
OFFICE_OPENS = time(8, 0)
AHEAD = timedelta(days=8)  # every shift comes again within a week


class DutyProblem(ValueError):
    """What is wrong with a duty text, in one sentence."""


@dataclass(frozen=True)
class Shift:
    """`weekday` 0 is Monday. One that ends at or before its start runs past midnight."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class Duty:
    """Weekly hours on the wall clock of the clinician's own zone. No shifts: always on duty.

    `away`: first and last day of each absence. Hours and days of duty are counted as if nobody were ever away: what
    waits for a doctor must not wait for the end of his holidays.
    """

    shifts: tuple[Shift, ...] = ()
    away: tuple[tuple[date, date], ...] = ()
    digests: tuple[time, ...] = DIGESTS

    @property
    def is_always(self) -> bool:
        return not self.shifts


def parse(text: str) -> Duty:
    """`always`, or weekdays and hours: `mon-fri 08:00-17:00; sat 08:00-12:00`. Raises DutyProblem.

    Behind either: `away 2026-12-24 to 2027-01-02` for each absence, and `digest 07:30, 13:00`.
    """
    parts = [part.strip() for part in text.lower().split(";") if part.strip()]
    away = tuple(_absence(part) for part in parts if part.startswith("away"))
    digests = [at for part in parts if part.startswith("digest") for at in _digests(part)]
    hours = [part for part in parts if not part.startswith(("away", "digest"))]
    shifts = [] if hours == ["always"] else [shift for part in hours for shift in _part(part)]
    if not hours:
        raise DutyProblem(
            worded("duty is empty: write `always`, or for example `mon-fri 08:00-17:00; sat 08:00-12:00`")
        )
    return Duty(tuple(shifts), away, tuple(sorted(digests)) or DIGESTS)


def on_duty(duty: Duty, at: datetime, zone: tzinfo) -> bool:
    if is_away(duty, at, zone):
        return False
    return duty.is_always or any(start <= at < end for start, end in spans(duty, at, zone))


def is_away(duty: Duty, at: datetime, zone: tzinfo) -> bool:
    today = at.astimezone(zone).date()
    return any(first <= today <= last for first, last in duty.away)


def next_digest(duty: Duty, after: datetime, zone: tzinfo) -> datetime:
    """When what can wait is read: at the start of a shift, or at a digest hour within it. Never over a day of duty."""
    start = next_duty(duty, after, zone)
    if start > after:
        return start
    today = after.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    hours = [_moment(day, at, zone) for day in days for at in duty.digests]
    begins = [] if duty.is_always else [begin for begin, _ in spans(duty, after, zone)]
    within = [at for at in hours if duty.is_always or any(a <= at < b for a, b in spans(duty, after, zone))]
    coming = min((at for at in (*within, *begins) if at >= after), default=after)
    return coming if coming - after <= LONGEST_WAIT else after


def next_duty(duty: Duty, after: datetime, zone: tzinfo) -> datetime:
    """The first moment from `after` on at which there is duty: `after` itself when it is within a shift."""
    if duty.is_always:
        return after
    return next(max(start, after) for start, end in spans(duty, after, zone) if end > after)


def next_duty_day(duty: Duty, after: datetime, zone: tzinfo) -> datetime:
    """When duty first begins on a later local day than that of `after`."""
    today = after.astimezone(zone).date()
    if duty.is_always:
        return _moment(today + timedelta(days=1), OFFICE_OPENS, zone)
    return next(start for start, _ in spans(duty, after, zone) if start.astimezone(zone).date() > today)


def duty_hours_after(duty: Duty, start: datetime, zone: tzinfo, length: timedelta) -> datetime:
    """When `length` of duty has passed since `start`. At a shift's end exactly, that end."""
    if duty.is_always:
        return start + length
    left = length
    while True:
        for begins, ends in spans(duty, start, zone):
            begins = max(begins, start)
            if ends - begins >= left:
                return begins + left
            left -= max(ends - begins, timedelta(0))
            start = max(start, ends)


def _part(part: str) -> Iterator[Shift]:
    days, _, hours = part.rpartition(" ")
    found = HOURS.fullmatch(hours)
    if not found or not days.strip():
        raise DutyProblem(
            worded("'%(part)s' is no duty: write weekdays and hours, for example `mon-fri 08:00-17:00`", part=part)
        )
    starts, ends = _clock(found[1], found[2], part), _clock(found[3], found[4], part)
    if starts == ends:
        raise DutyProblem(
            worded("'%(part)s' begins and ends at the same time: write `always` for somebody always on duty", part=part)
        )
    return (Shift(day, starts, ends) for day in _weekdays(days.strip(), part))


def _absence(part: str) -> tuple[date, date]:
    found = AWAY.fullmatch(part)
    try:
        first, last = (date.fromisoformat(day) for day in (found[1], found[2] or found[1])) if found else (None, None)
    except ValueError:
        first = last = None
    if first is None or last is None or last < first:
        raise DutyProblem(
            worded("'%(part)s' is no absence: write for example `away 2026-12-24 to 2027-01-02`", part=part)
        )
    return first, last


def _digests(part: str) -> Iterator[time]:
    found = DIGEST.fullmatch(part)
    for hour in re.split(r"[,\s]+", found[1]) if found else [""]:
        pair = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", hour)
        if pair is None:
            raise DutyProblem(worded("'%(part)s' names no hours: write for example `digest 08:00, 14:00`", part=part))
        yield _clock(pair[1], pair[2], part)


def _weekdays(days: str, part: str) -> list[int]:
    found: list[int] = []
    for piece in re.split(r"[,\s]+", days):
        first, _, last = piece.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise DutyProblem(
                worded(
                    "'%(piece)s' in '%(part)s' is no weekday: write mon, tue, wed, thu, fri, sat or sun",
                    piece=piece,
                    part=part,
                )
            )
        from_, to = DAYS.index(first), DAYS.index(last or first)
        found += [(from_ + step) % 7 for step in range((to - from_) % 7 + 1)]
    return found


def _clock(hour: str, minute: str, part: str) -> time:
    """24:00 is midnight at the end of the day, which a shift past midnight says as 00:00."""
    if (int(hour), int(minute)) == (24, 0):
        return time(0, 0)
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise DutyProblem(
            worded(
                "'%(hour)s:%(minute)s' in '%(part)s' is no time of day: write for example 08:00",
                hour=hour,
                minute=minute,
                part=part,
            )
        ) from None


def spans(duty: Duty, near: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The shifts of the day before `near` and of the eight days from then, merged where they touch, in order."""
    return iter(_spans_from(duty, near.astimezone(zone).date() - timedelta(days=1), zone))


@lru_cache(maxsize=1000)  # a month of cases asks for the same few days of the same few doctors again and again
def _spans_from(duty: Duty, day: date, zone: tzinfo) -> tuple[tuple[datetime, datetime], ...]:
    spans = sorted(
        (_moment(on, shift.starts, zone), _moment(_last_day(on, shift), shift.ends, zone))
        for on in (day + timedelta(days=step) for step in range(AHEAD.days + 2))
        for shift in duty.shifts
        if on.weekday() == shift.weekday
    )
    merged: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _last_day(day: date, shift: Shift) -> date:
    return day + timedelta(days=1) if shift.ends <= shift.starts else day


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
