"""When is a person asked next, in the wall time of the place where she lives?"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)  # prompts, reminders and calls to patients; a case's messages know no quiet hours
QUIET_UNTIL = time(8)
FRESH_FOR = timedelta(minutes=120)  # a prompt later than this would ask about the wrong morning
RINGS_BY = time(18)  # when a person has phoned whoever could not answer by text ...
RINGS_SAME_DAY_UNTIL = time(14)  # ... on the same day when it was seen before this
AT_ONCE: dict[str, Any] = {"at_once": True}  # the rule of what she began herself: asked at any hour, or not at all
SPREAD = timedelta(minutes=60)
AN_HOUR, DAYS, HOURS = 4, 5, 8  # patients of one doctor: so many an hour, over so many days, and then hours


@dataclass(frozen=True)
class Rule:
    """A repeating prompt. Exactly one of `every_days` and `every_months` is above 0; `weekday` 0 is Monday."""

    at: time
    every_days: int = 0
    weekday: int | None = None
    every_months: int = 0
    month_day: int = 1  # 29 to 31 fall on the last day of a shorter month
    month: int | None = None  # where the count begins: 2 for once a year on 29 February
    spread: int = 0  # minutes

    def __post_init__(self) -> None:
        if (self.every_days > 0) == (self.every_months > 0):
            raise ValueError("a rule counts either days or months")

    def to_json(self) -> dict[str, Any]:
        kept = {
            each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) != each.default
        }
        return {"time": kept.pop("at").strftime("%H:%M"), **kept}

    @staticmethod
    def from_json(plain: dict[str, Any]) -> "Rule | None":
        """None for `{}`, which means once, and for AT_ONCE."""
        if not plain or plain == AT_ONCE:
            return None
        return Rule(time.fromisoformat(plain["time"]), **{name: plain[name] for name in plain if name != "time"})


@dataclass(frozen=True)
class Prompt:
    """`slot` names the occurrence by its date and time as written, "2026-03-02T09:00"; `due` is the instant in UTC."""

    slot: str
    due: datetime


@dataclass(frozen=True)
class Reckoning:
    """What becomes of the prompts that are due: at most one is sent, none is sent late, the rest are our fault."""

    send: Prompt | None
    missed: tuple[Prompt, ...]
    next: Prompt | None


def next_prompt(rule: Rule, zone: str, after: datetime, last_slot: str | None = None) -> Prompt:
    """The first one due later than `after`. `last_slot` keeps the count of rules such as every 2 weeks."""
    return next(prompt for prompt in _prompts(rule, zone, after, last_slot) if prompt.due > after)


def once(moment: datetime, zone: str) -> Prompt:
    """What is asked a single time, at this moment or when the window next opens."""
    due = in_window(moment, zone)
    return Prompt(due.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M"), due)


def reckon(rule: Rule | None, zone: str, due: Prompt, now: datetime) -> Reckoning:
    """After an outage only the newest prompt can be sent, if it is fresh and the hour is fit. Once is never missed."""
    if rule is None:
        opens = in_window(now, zone)
        return Reckoning(due, (), None) if opens == now else Reckoning(None, (), Prompt(due.slot, opens))
    standing = [due]
    while (following := next_prompt(rule, zone, standing[-1].due, standing[-1].slot)).due <= now:
        standing.append(following)
    newest = standing[-1]
    if now - newest.due < FRESH_FOR and in_window(now, zone) == now:
        return Reckoning(newest, tuple(standing[:-1]), following)
    return Reckoning(None, tuple(standing), following)


def in_emergency(due: Prompt, now: datetime) -> Reckoning:
    """At any hour, since she has just written herself, a danger sign or a keyword; no longer fresh, not at all."""
    return Reckoning(due if now - due.due < FRESH_FOR else None, (), None)


def in_window(moment: datetime, zone: str) -> datetime:
    """The moment itself, or in quiet hours the next start of the day's window."""
    local = moment.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return instant(datetime.combine(day, QUIET_UNTIL), zone)


def rings_by(now: datetime, zone: str) -> datetime:
    """Until when a person phones whoever could not answer by text: no text promises an earlier time."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=0 if local.time() < RINGS_SAME_DAY_UNTIL else 1)
    return instant(datetime.combine(day, RINGS_BY), zone)


def spread(ordinal: int) -> int:
    """Minutes for a doctor's patient number `ordinal` (from 0): 0, 30, 15, 45, 7 ... Whoever joins moves nobody."""
    share, step = 0.0, 0.5
    while ordinal:
        share += step * (ordinal % 2)
        ordinal, step = ordinal // 2, step / 2
    return int(share * SPREAD.total_seconds() // 60)


@dataclass(frozen=True)
class Place:
    """Where in the week a doctor's next patient is asked: days and minutes after the flow's own day and time."""

    days: int
    minutes: int


def place_of(ordinal: int) -> Place:
    """Four an hour, on five days, then the next hour: breaches don't come all in one morning. Joining moves nobody."""
    day, hour = ordinal // AN_HOUR % DAYS, ordinal // (AN_HOUR * DAYS) % HOURS
    return Place(day, 60 * hour + spread(ordinal % AN_HOUR))


def instant(wall: datetime, zone: str) -> datetime:
    """UTC of a wall time. A skipped one is the first instant after the gap, one that comes twice is the first."""
    place = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:  # an ordinary time, or one that comes twice
        return first
    return _end_of_gap(second, first, place)


def _end_of_gap(low: datetime, high: datetime, place: ZoneInfo) -> datetime:
    new = high.astimezone(place).utcoffset()
    seconds = range(int((high - low).total_seconds()))

    def is_over(second: int) -> bool:
        return (low + timedelta(seconds=second)).astimezone(place).utcoffset() == new

    return low + timedelta(seconds=bisect_left(seconds, True, key=is_over))


def _prompts(rule: Rule, zone: str, after: datetime, last_slot: str | None) -> Iterator[Prompt]:
    last = date.fromisoformat(last_slot[:10]) if last_slot else None
    here = after.astimezone(ZoneInfo(zone)).date()
    for day in _by_days(rule, last, here) if rule.every_days else _by_months(rule, last, here):
        wall = datetime.combine(day, rule.at)
        yield Prompt(wall.strftime("%Y-%m-%dT%H:%M"), _due(wall, rule.spread, zone))


def _by_days(rule: Rule, last: date | None, here: date) -> Iterator[date]:
    """From the day before: a prompt shifted out of quiet hours falls on the day after its own."""
    day, step = here - timedelta(days=1), 1 if rule.weekday is None else 7
    if last:
        step = rule.every_days
        day = last + timedelta(days=step * max(1, (day - last).days // step))
    elif rule.weekday is not None:
        day += timedelta(days=(rule.weekday - day.weekday()) % 7)
    while True:
        yield day
        day += timedelta(days=step)


def _by_months(rule: Rule, last: date | None, here: date) -> Iterator[date]:
    first = last or date(here.year - 1, rule.month or here.month, 1)
    count = first.year * 12 + first.month - 1 + (rule.every_months if last else 0)
    while True:
        year, month = count // 12, count % 12 + 1
        yield date(year, month, min(rule.month_day, monthrange(year, month)[1]))
        count += rule.every_months


def _due(wall: datetime, minutes: int, zone: str) -> datetime:
    """Spreading never carries a prompt into the quiet hours: there it goes back instead of on."""
    base = in_window(instant(wall, zone), zone)
    later = base + timedelta(minutes=minutes)
    return later if in_window(later, zone) == later else base - timedelta(minutes=minutes)
