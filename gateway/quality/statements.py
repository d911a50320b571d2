"""What has each clinician, and each institution, done in a month, a quarter or a year: a statement to sign?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gateway.quality.doctors import Part, parts
from gateway.quality.periods import Period
from gateway.quality.steps import Record, records
from gateway.quality.tables import Row
from gateway.quality.trainings import Training, trainings
from gateway.store.queries.places import STAFF
from gateway.store.tables import Person, Site

STATEMENT = (
    "period", "site", "clinician", "told", "taken_on", "handled", "calls", "visits", "minutes_connected", "advice",
    "support", "medicine", "referred", "replies_timed", "replies_in_time", "off_duty", "cannot", "trainings", "credits",
)  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """Of one clinician, or with `clinician` empty of everybody at a site: there `told` to `handled` count cases once.

    `minutes`: on calls that the gateway connected, None where there was none. Other calls it knows only by their digit.
    """

    site: str
    clinician: str
    told: int
    taken_on: int
    handled: int
    calls: int
    visits: int
    minutes: float | None
    done: Mapping[str, int]
    timed: int
    in_time: int
    off_duty: int
    cannot: int
    trainings: int
    credits: float


def statements(
    session: Session, period: Period, within: ColumnElement[bool], sites: frozenset[str] | None
) -> list[Statement]:
    """Each site in the order of the codes: the site first, then its clinicians. `within`: cases of these patients."""
    people = {person.id: person for person in session.scalars(select(Person).where(Person.role.in_(STAFF)))}
    codes = {site.id: site.code for site in session.scalars(select(Site))}
    found = list(records(session, period.since, period.until, within))
    done = trainings(session, period.since, period.until)
    return list(
        _by_site(found, people, codes, [one for one in done if sites is None or one.clinician.site_id in sites])
    )


def _by_site(
    found: list[Record], people: dict[str, Person], codes: dict[str, str], done: list[Training]
) -> Iterator[Statement]:
    theirs = {part.clinician.id: part for part in parts(found, people)}
    for one in done:
        theirs.setdefault(one.clinician.id, Part(one.clinician))
    for site in sorted({part.clinician.site_id for part in theirs.values()}, key=lambda site: codes[site]):
        here = sorted((p for p in theirs.values() if p.clinician.site_id == site), key=lambda part: part.clinician.code)
        yield _statement(codes[site], "", here, done)
        for part in here:
            yield _statement(codes[site], part.clinician.code, [part], done)


def _statement(site: str, clinician: str, parts: list[Part], done: list[Training]) -> Statement:
    ids = {part.clinician.id for part in parts}
    finished = [one for one in done if one.clinician.id in ids and one.is_finished]
    known = [part.seconds for part in parts if part.seconds is not None]
    return Statement(
        site=site,
        clinician=clinician,
        told=_cases(part.told | part.accepted for part in parts),
        taken_on=_cases(part.accepted for part in parts),
        handled=_cases(part.handled for part in parts),
        calls=sum(part.calls for part in parts),
        visits=sum(part.visits for part in parts),
        minutes=round(sum(known) / 60, 1) if known else None,
        done=sum((part.done for part in parts), Counter()),
        timed=sum(part.timed for part in parts),
        in_time=sum(part.in_time for part in parts),
        off_duty=sum(part.off_duty for part in parts),
        cannot=sum(part.cannot for part in parts),
        trainings=len(finished),
        credits=sum(one.credits for one in finished),
    )


def _cases(of_each: Iterable[set[str]]) -> int:
    return len(set().union(*of_each))


def row(period: Period, one: Statement) -> Row:
    return (
        period.name, one.site, one.clinician, one.told, one.taken_on, one.handled, one.calls, one.visits, one.minutes,
        *(one.done.get(digit, 0) for digit in "4567"), one.timed, one.in_time, one.off_duty, one.cannot, one.trainings,
        f"{one.credits:g}",
    )  # fmt: skip


def lines(period: Period, found: list[Statement]) -> Iterator[str]:
    """To print and to sign: the numbers of a row, in words."""
    yield f"{period.name}, {period.zone.key}"
    for one in found:
        minutes = "-" if one.minutes is None else f"{one.minutes:g}"
        yield f"  {one.clinician}" if one.clinician else f"site {one.site}"
        yield f"    cases told of {one.told}  taken on {one.taken_on}  handled {one.handled}  passed on {one.cannot}"
        yield f"    calls {one.calls}  visits {one.visits}  minutes connected {minutes}  off duty {one.off_duty}"
        yield f"    replies in time {one.in_time} of {one.timed}  trainings {one.trainings}  credits {one.credits:g}"
