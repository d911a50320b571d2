"""How did a month's cases go: how soon told, accepted and reached, in time or late, outside the hours of duty?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from gateway.core.flow import Level
from gateway.quality.steps import ACCEPTS, Record


class Contact(StrEnum):
    """How a case stands to its first contact. `WAITS`: its time is not over. `NOT_NEEDED`: amber, or ended before."""

    IN_TIME = "in time"
    LATE = "late"
    WAITS = "waits"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True)
class Rounds:
    """Of some cases of one level. Times are medians in minutes from the opening, None where there was none."""

    level: Level
    cases: int
    told: float | None
    accepted: float | None
    contact: float | None
    in_time: int
    late: int
    off_duty: int
    open: int


def rounds(records: Iterable[Record], now: datetime) -> list[Rounds]:
    """One for each level that occurs, the most urgent first. Drills and practice count nowhere."""
    real = [record for record in records if record.is_real]
    by_level = [(level, [record for record in real if record.opened_as is level]) for level in Level]
    return [_of(level, found, now) for level, found in by_level if found]


def contact_of(record: Record, now: datetime) -> Contact:
    contact, due = record.first_contact, record.contact_due
    if contact is not None:
        return Contact.IN_TIME if contact.event.at <= due else Contact.LATE
    if due > (record.case.closed_at or now):
        return Contact.NOT_NEEDED if record.case.closed_at else Contact.WAITS
    return Contact.NOT_NEEDED if record.opened_as is Level.AMBER else Contact.LATE


def is_off_duty(record: Record) -> bool:
    """A clinician did something for it outside his hours of duty, as they were then."""
    return any(step.is_off_duty for step in record.counted)


def told_after(record: Record) -> float | None:
    return _after(record, lambda kind: kind == "told")


def accepted_after(record: Record) -> float | None:
    return _after(record, lambda kind: kind in ACCEPTS)


def contact_after(record: Record) -> float | None:
    return _minutes(record, record.first_contact.event.at) if record.first_contact else None


def _of(level: Level, found: list[Record], now: datetime) -> Rounds:
    contacts = [contact_of(record, now) for record in found]
    return Rounds(
        level=level,
        cases=len(found),
        told=_median(told_after(record) for record in found),
        accepted=_median(accepted_after(record) for record in found),
        contact=_median(contact_after(record) for record in found),
        in_time=contacts.count(Contact.IN_TIME),
        late=contacts.count(Contact.LATE),
        off_duty=sum(is_off_duty(record) for record in found),
        open=sum(record.case.closed_at is None for record in found),
    )


def _after(record: Record, is_it: Callable[[str], bool]) -> float | None:
    first = next((step for step in record.counted if is_it(step.event.kind)), None)
    return _minutes(record, first.event.at) if first else None


def _minutes(record: Record, at: datetime) -> float:
    return (at - record.case.opened_at) / timedelta(minutes=1)


def _median(minutes: Iterable[float | None]) -> float | None:
    known = [number for number in minutes if number is not None]
    return round(median(known), 1) if known else None
