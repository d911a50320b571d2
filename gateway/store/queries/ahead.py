"""How many are asked in each hour of the days to come, and who perhaps more than once?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, not_, or_, select, type_coerce
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from gateway.store.tables import Enrolment, Person, Plain, Standing

HOUR, QUARTER = 3600, 900  # seconds
A_WEEK = 7  # days: whoever is asked more often is asked again so soon that it takes a calendar


class Due(NamedTuple):
    """`start`: of an hour, or of a quarter where some clock stands no whole hours from UTC: all in one hour there."""

    start: datetime
    zone: str
    doctor_id: str | None
    number: int


class Planned(NamedTuple):
    """A plan after whose next prompt there may be another one in time."""

    rule: Plain
    next_due: datetime
    next_slot: str | None
    zone: str
    doctor_id: str | None


def zones(session: Session) -> Sequence[str]:
    """In which anybody lives."""
    return session.scalars(select(Person.time_zone).distinct()).all()


def due_once(session: Session, zones: Sequence[str], now: datetime, until: datetime) -> list[Due]:
    """Of everybody who is surely asked no second time before `until`."""
    width = _width(zones, now, until)
    by = (_seconds_of_next_due(session) // width, Person.time_zone, Person.doctor_id)
    rows = select(*by, func.count()).select_from(Enrolment).join(Person, Person.id == Enrolment.person_id)
    rows = rows.where(*_is_planned(until), not_(_may_come_again(zones, until))).group_by(*by)
    return [
        Due(datetime.fromtimestamp(place * width, UTC), zone, doctor, number)
        for place, zone, doctor, number in session.execute(rows)
    ]


def due_perhaps_again(session: Session, zones: Sequence[str], until: datetime) -> list[Planned]:
    """All others, one by one: what follows takes a calendar."""
    columns = (Enrolment.rule, Enrolment.next_due, Enrolment.next_slot, Person.time_zone, Person.doctor_id)
    rows = select(*columns).join(Person, Person.id == Enrolment.person_id).where(*_is_planned(until))
    return [
        Planned(rule, due, slot, zone, doctor)
        for rule, due, slot, zone, doctor in session.execute(rows.where(_may_come_again(zones, until)))
        if due is not None
    ]


def _is_planned(until: datetime) -> tuple[ColumnElement[bool], ...]:
    return Enrolment.ended_at.is_(None), Enrolment.next_due < until, Person.standing == Standing.ACTIVE


def _may_come_again(zones: Sequence[str], until: datetime) -> ColumnElement[bool]:
    """What follows a weekly slot lies a week after its day, and no prompt is due before the midnight of its own day."""
    first = {zone: _first_day_too_late(zone, until) for zone in zones}
    days, months = Enrolment.rule["every_days"].as_integer(), Enrolment.rule["every_months"].as_integer()
    is_early = Enrolment.next_slot < sql_case(first, value=Person.time_zone, else_="9")
    is_often = or_(days < A_WEEK, Enrolment.next_slot.is_(None), is_early)
    return or_(months.is_not(None), and_(days.is_not(None), is_often))


def _first_day_too_late(zone: str, until: datetime) -> str:
    """Whoever has a slot on this day or later is asked next after `until`."""
    day = until.astimezone(ZoneInfo(zone)).date() + timedelta(days=1 - A_WEEK)
    return day.isoformat()


def _width(zones: Sequence[str], now: datetime, until: datetime) -> int:
    is_odd = any(_minutes_beside_the_hour(zone, moment) for zone in zones for moment in (now, until))
    return QUARTER if is_odd else HOUR


def _minutes_beside_the_hour(zone: str, moment: datetime) -> timedelta:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset % timedelta(hours=1)


def _seconds_of_next_due(session: Session) -> ColumnElement[Any]:
    """Since 1970, whole: SQLite keeps a moment as milliseconds."""
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(Enrolment.next_due, BigInteger) // 1000
    return cast(func.floor(func.date_part("epoch", Enrolment.next_due)), BigInteger)
