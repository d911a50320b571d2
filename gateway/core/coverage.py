"""When, in the days to come, is nobody on duty?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from gateway.core import rota
from gateway.core.rota import Duty

Span = tuple[datetime, datetime]
Watch = tuple[Duty, tzinfo]  # one clinician: his duty, and where his clock hangs
AHEAD = timedelta(days=14)


def uncovered(people: Sequence[Watch], start: datetime, end: datetime) -> list[Span]:
    """The stretches in which none of them is on duty."""
    covered = merged(span for person in people for span in _on_duty(person, start, end))
    return _without([(start, end)], covered)


def lost(people: Sequence[Watch], start: datetime, end: datetime) -> list[Span]:
    """Those of them that are there only because somebody is away: on ordinary days somebody would be on duty."""
    usual = [(replace(duty, away=()), zone) for duty, zone in people]
    return _without(uncovered(people, start, end), uncovered(usual, start, end))


def merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _on_duty(person: Watch, start: datetime, end: datetime) -> list[Span]:
    duty, zone = person
    shifts = [(start, end)] if duty.is_always else list(_shifts(duty, zone, start, end))
    away = [(_midnight(first, zone), _midnight(last + timedelta(days=1), zone)) for first, last in duty.away]
    return _without(shifts, merged(away))


def _shifts(duty: Duty, zone: tzinfo, start: datetime, end: datetime) -> Iterable[Span]:
    near = start
    while near < end:  # a week at a time is as far as the rota looks
        yield from ((max(a, start), min(b, end)) for a, b in rota.spans(duty, near, zone) if b > start and a < end)
        near += rota.AHEAD


def _without(spans: Iterable[Span], holes: Sequence[Span]) -> list[Span]:
    left = list(spans)
    for first, last in holes:
        left = [piece for start, end in left for piece in ((start, min(end, first)), (max(start, last), end))]
        left = [(start, end) for start, end in left if start < end]
    return left


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
