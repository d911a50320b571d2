"""A month's figures: who was asked and answered, over time, cases by site and doctor, and what went wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.quality import doctors, safety
from gateway.quality.rounds import Rounds, rounds
from gateway.quality.safety import SafetyEvent
from gateway.quality.steps import Record, records
from gateway.store.queries import figures
from gateway.store.queries.figures import Fate, Offered
from gateway.store.queries.places import STAFF
from gateway.store.tables import Offer, Person, Site

WEEKS = 13  # over which a trend is drawn: a quarter of a year


@dataclass(frozen=True)
class Month:
    """From the first midnight to the next month's, on the clock of the district."""

    year: int
    month: int
    zone: ZoneInfo

    @property
    def name(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def since(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        return self.step(1).since

    def step(self, months: int) -> "Month":
        place = self.year * 12 + self.month - 1 + months
        return Month(place // 12, place % 12 + 1, self.zone)


@dataclass(frozen=True)
class Answering:
    """How many sets of questions had which fate."""

    fates: Counter[str]

    @property
    def sent(self) -> int:
        """Without those that we missed ourselves."""
        return self.fates.total() - self.fates[Fate.MISSED]

    @property
    def over(self) -> int:
        """What is not still waiting for an answer, nor the silence of somebody who is still learning."""
        return self.sent - self.fates[Fate.OPEN] - self.fates[Fate.LEARNING]

    @property
    def share(self) -> float | None:
        """Answered to the end, of those that are over."""
        return self.fates[Fate.ANSWERED] / self.over if self.over else None


@dataclass(frozen=True)
class Place:
    """One site of the month."""

    site: Site
    answering: Answering
    rounds: list[Rounds]


@dataclass(frozen=True)
class Doctor:
    """A clinician with his part in cases, and how his patients answered."""

    part: doctors.Part
    answering: Answering


@dataclass(frozen=True)
class Figures:
    month: Month
    answering: Answering
    rounds: list[Rounds]
    places: list[Place]
    doctors: list[Doctor]
    events: list[SafetyEvent]
    records: list[Record]
    offers: list[Offered]

    @property
    def eligible(self) -> int:
        """Who could have taken part, as far as anybody noted it."""
        return sum(offered.number for offered in self.offers)

    def offered(self, answer: str) -> int:
        return sum(offered.number for offered in self.offers if offered.answer == answer)


def figures_of(session: Session, month: Month, sites: frozenset[str] | None, now: datetime) -> Figures:
    """Of patients at these sites; None: everywhere."""
    within = at_sites(Person.site_id, sites)
    found = list(records(session, month.since, month.until, within))
    groups = figures.put_by_group(session, month.since, month.until, within)
    events = [
        *safety.of_cases(found, now),
        *safety.missed_prompts(session, month.since, month.until, within),
    ]
    return Figures(
        month=month,
        answering=_sum(groups),
        rounds=rounds(found, now),
        places=_places(session, found, groups, now),
        doctors=_doctors(session, found, groups),
        events=sorted(events, key=lambda event: event.at),
        records=found,
        offers=figures.offers(session, month.since, month.until, at_sites(Offer.site_id, sites)),
    )


def at_sites(column: InstrumentedAttribute[str], sites: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def month_named(name: str, zone: ZoneInfo) -> Month | None:
    """`2026-03`; None for anything else."""
    year, _, month = name.partition("-")
    if len(name) != 7 or not (year.isdigit() and month.isdigit() and name.isascii()):
        return None
    is_one = 2000 <= int(year) <= 9000 and 1 <= int(month) <= 12
    return Month(int(year), int(month), zone) if is_one else None


def month_at(moment: datetime, zone: ZoneInfo) -> Month:
    local = moment.astimezone(zone)
    return Month(local.year, local.month, zone)


def weeks(month: Month, now: datetime) -> list[datetime]:
    """The starts of the weeks up to the month's end, or to this one, and the end of the last."""
    last = min(month.until - timedelta(seconds=1), now).astimezone(month.zone)
    monday = (last - timedelta(days=last.weekday())).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    days = [monday + timedelta(weeks=place) for place in range(1 - WEEKS, 2)]
    return [day.replace(tzinfo=month.zone).astimezone(UTC) for day in days]


def _sum(groups: list[figures.Group]) -> Answering:
    fates: Counter[str] = Counter()
    for group in groups:
        fates[group.fate] += group.number
    return Answering(fates)


def _places(session: Session, found: list[Record], groups: list[figures.Group], now: datetime) -> list[Place]:
    """Those where anybody was asked or had a case, by name."""
    asked = {group.site_id for group in groups} | {record.site.id for record in found}
    sites = session.scalars(select(Site).where(Site.id.in_(asked)).order_by(Site.name, Site.id)).all()
    return [
        Place(
            site,
            _sum([group for group in groups if group.site_id == site.id]),
            rounds([record for record in found if record.site.id == site.id], now),
        )
        for site in sites
    ]


def _doctors(session: Session, found: list[Record], groups: list[figures.Group]) -> list[Doctor]:
    """Whoever had a part in a case, or has patients who were asked; by code."""
    staff = {person.id: person for person in session.scalars(select(Person).where(Person.role.in_(STAFF)))}
    parts = {part.clinician.id: part for part in doctors.parts(found, staff)}
    caring = [staff[group.doctor_id] for group in groups if group.doctor_id in staff]
    every = {person.id: doctors.Part(person) for person in caring} | parts
    rows = sorted(every.values(), key=lambda part: part.clinician.code)
    return [Doctor(part, _sum([group for group in groups if group.doctor_id == part.clinician.id])) for part in rows]
