"""How fast must each level move? The one table of times, frozen into every case when it opens."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from gateway.core import rota
from gateway.core.flow import Level
from gateway.core.rota import Duty


class Of(StrEnum):
    """What a length of time is counted in."""

    CLOCK = "clock"
    DUTY = "duty hours"
    DUTY_DAYS = "duty days"


@dataclass(frozen=True)
class Hours:
    """Whose duty counts: the hours of the patient's doctor, in that zone."""

    duty: Duty
    zone: tzinfo


@dataclass(frozen=True)
class Span:
    length: timedelta
    of: Of = Of.CLOCK

    def after(self, start: datetime, hours: Hours, times: int = 1) -> datetime:
        """`times` spans after `start`."""
        if self.of is Of.CLOCK:
            return start + self.length * times
        if self.of is Of.DUTY:
            return rota.duty_hours_after(hours.duty, start, hours.zone, self.length * times)
        for _ in range(self.length.days * times):
            start = rota.next_duty_day(hours.duty, start, hours.zone)
        return start


class Closing(StrEnum):
    """Who may close: always a person; besides that, what."""

    PERSON = "a person only"
    RE_CHECKS = "both re-checks below, after a contact"
    REPORT = "the next report below"


@dataclass(frozen=True)
class Times:
    """`tier` k is told k times that span after the opening; `highest` is the last tier told, None for the top.

    `ring`: so long after a tier was to be told it is rung; None where nobody is rung.
    """

    tier: Span
    highest: int | None
    coordinator: Span
    coordinator_again: Span
    contact: Span
    after_missed: Span
    re_checks: tuple[timedelta, ...]
    closing: Closing
    waits_for_duty: bool = False
    ring: Span | None = None


def minutes(number: int) -> Span:
    return Span(timedelta(minutes=number))


TWO_LOOKS = (timedelta(hours=24), timedelta(hours=72))
DUTY_DAY = Span(timedelta(days=1), Of.DUTY_DAYS)

# Defaults that need a clinician's approval at each site. No trial gives times for village doctors: these follow the
# amber and red of eSMART (about 8 h and 30 min) and what one doctor, one township and one county centre can do.
POLICY: Mapping[Level, Times] = {
    Level.NOW: Times(
        tier=minutes(5),
        highest=None,
        coordinator=minutes(0),
        coordinator_again=minutes(15),
        contact=minutes(30),
        after_missed=minutes(5),
        re_checks=TWO_LOOKS,
        closing=Closing.PERSON,
        ring=minutes(0),
    ),
    Level.RED: Times(
        tier=minutes(20),
        highest=None,
        coordinator=minutes(40),
        coordinator_again=minutes(20),
        contact=minutes(120),
        after_missed=minutes(15),
        re_checks=TWO_LOOKS,
        closing=Closing.RE_CHECKS,
        ring=minutes(10),
    ),
    Level.AMBER: Times(
        tier=Span(timedelta(hours=8), Of.DUTY),
        highest=1,
        coordinator=DUTY_DAY,
        coordinator_again=DUTY_DAY,
        contact=DUTY_DAY,
        after_missed=minutes(15),
        re_checks=(),
        closing=Closing.REPORT,
        waits_for_duty=True,
    ),
}

# A doctor's SMS without a receipt for so long: he is rung instead.
RECEIPT = timedelta(seconds=60)
# The line is taken by another case of his.
RING_AGAIN = timedelta(minutes=1)
# The doctor's SMS waits for one more answer at most so long.
HOLD = timedelta(minutes=3)
# A number is read back to her ("You pressed 8"): so long may the doctor's SMS wait for her "right".
READ_BACK = timedelta(seconds=20)
# An SMS of a case is worth sending until the next tier is told, within what the provider takes.
SHORTEST, LONGEST = timedelta(seconds=60), timedelta(seconds=36_000)
# No result of a re-check this long after it was due, or no weekly report this long after a contact: a person looks.
RE_CHECK_LATE = timedelta(hours=24)
REPORT_LATE = timedelta(days=8)


def valid_for(now: datetime, until: datetime) -> timedelta:
    return min(max(until - now, SHORTEST), LONGEST)


def to_json(policy: Mapping[Level, Times]) -> dict[str, Any]:
    return {
        level.value: {part.name: _plain(getattr(times, part.name)) for part in fields(times)}
        for level, times in policy.items()
    }


def from_json(plain: Mapping[str, Any]) -> dict[Level, Times]:
    return {Level(level): _times(parts) for level, parts in plain.items()}


def _plain(part: object) -> object:
    if isinstance(part, Span):
        return [part.length.total_seconds(), part.of.value]
    if isinstance(part, tuple):
        return [length.total_seconds() for length in part]
    return part


def _times(parts: Mapping[str, Any]) -> Times:
    spans = {
        name: _span(parts[name]) for name in ("tier", "coordinator", "coordinator_again", "contact", "after_missed")
    }
    return Times(
        **spans,
        highest=parts["highest"],
        re_checks=tuple(timedelta(seconds=seconds) for seconds in parts["re_checks"]),
        closing=Closing(parts["closing"]),
        waits_for_duty=parts["waits_for_duty"],
        ring=_span(parts["ring"]) if parts.get("ring") else None,  # cases from before anybody was rung have none
    )


def _span(plain: tuple[float, str]) -> Span:
    return Span(timedelta(seconds=plain[0]), Of(plain[1]))
