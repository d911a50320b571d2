"""The figures of a period: who was asked and answered, cases by site and doctor, and what went wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.quality import doctors, safety
from gateway.quality.periods import Period
from gateway.quality.rounds import Rounds, rounds
from gateway.quality.safety import SafetyEvent
from gateway.quality.steps import Record, records
from gateway.store.queries import figures
from gateway.store.queries.figures import Fate, Offered
from gateway.store.queries.places import STAFF
from gateway.store.tables import Offer, Person, Site

WEEKS = 13  # over which a trend is drawn: a quarter of a year


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
        """What is not still waiting, nor was broken off, nor is the silence of somebody who is still learning."""
        return self.sent - sum(self.fates[fate] for fate in (Fate.OPEN, Fate.BROKEN, Fate.LEARNING))

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
    a_week: float = 0.0  # cases of which he was told, for each week of the period that is over

    @property
    def has_too_many(self) -> bool:
        return self.a_week > doctors.CAPACITY


@dataclass(frozen=True)
class Figures:
    month: Period
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


def figures_of(session: Session, month: Period, sites: frozenset[str] | None, now: datetime) -> Figures:
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
        doctors=_doctors(session, found, groups, _weeks_over(month, now)),
        events=sorted(events, key=lambda event: event.at),
        records=found,
        offers=figures.offers(session, month.since, month.until, at_sites(Offer.site_id, sites)),
    )


def at_sites(column: InstrumentedAttribute[str], sites: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def weeks(month: Period, now: datetime) -> list[datetime]:
    """The starts of the weeks up to the period's end, or to this one, and the end of the last."""
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
    cases: dict[str, list[Record]] = {group.site_id: [] for group in groups}
    for record in found:
        cases.setdefault(record.site.id, []).append(record)
    sites = session.scalars(select(Site).where(Site.id.in_(cases)).order_by(Site.name, Site.id)).all()
    return [
        Place(site, _sum([group for group in groups if group.site_id == site.id]), rounds(cases[site.id], now))
        for site in sites
    ]


def _weeks_over(month: Period, now: datetime) -> float:
    """At least one, so that the first day of a month alarms nobody."""
    return max((min(month.until, now) - month.since) / timedelta(weeks=1), 1.0)


def _doctors(session: Session, found: list[Record], groups: list[figures.Group], weeks: float) -> list[Doctor]:
    """Whoever had a part in a case, or has patients who were asked; by code."""
    staff = {person.id: person for person in session.scalars(select(Person).where(Person.role.in_(STAFF)))}
    parts = {part.clinician.id: part for part in doctors.parts(found, staff)}
    caring = [staff[group.doctor_id] for group in groups if group.doctor_id in staff]
    every = {person.id: doctors.Part(person) for person in caring} | parts
    rows = sorted(every.values(), key=lambda part: part.clinician.code)
    return [
        Doctor(
            part,
            _sum([group for group in groups if group.doctor_id == part.clinician.id]),
            round(part.cases / weeks, 1),
        )
        for part in rows
    ]
