"""Where is nobody on duty in the next two weeks, and who is told while it can still be mended?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import coverage, rota, timetable
from gateway.core.coverage import Span, Watch
from gateway.store.marks import is_my_turn, mark, why_marked
from gateway.store.queries.cases import reachable_clinicians
from gateway.store.queries.flows import newest_of_each
from gateway.store.queries.people import ladders
from gateway.store.tables import Person, Role, Site, Standing
from gateway.talk.facts import said_time
from gateway.talk.telling import nearest_coordinators, tell_coordinator

LOOKED_AT_EACH = timedelta(hours=6)
TOLD_AGAIN = timedelta(days=7)  # half of what is looked ahead: each gap is told a week before, or when it comes up


@dataclass(frozen=True)
class Gap:
    """`everywhere`: nobody at any tier above the site either, so that a case comes to the coordinator alone."""

    site: Site
    start: datetime
    end: datetime
    everywhere: bool


def gaps(session: Session, now: datetime, ahead: timedelta = coverage.AHEAD) -> list[Gap]:
    """Of every site with patients, by site and time. At the site itself only what an absence has torn open."""
    found, by_site = [], {climbed[0].id: climbed for climbed in ladders(session)}
    watches = _watches(session, list(by_site))
    for site in _sites_with_patients(session):
        tiers = [watches.get(step.id, []) for step in by_site[site.id]]
        nobody = coverage.uncovered([watch for tier in tiers for watch in tier], now, now + ahead)
        torn = coverage.lost(tiers[0], now, now + ahead)
        found += [Gap(site, *span, True) for span in nobody]
        found += [Gap(site, *span, False) for span in torn if not _is_within(span, nobody)]
    return found


def tell(session: Session, now: datetime) -> int:
    """Once a week for each site that has gaps, and when an absence opens a new one. Always 0: all is told."""
    if not is_my_turn(session, "looked for gaps", now, LOOKED_AT_EACH):
        return 0
    by_site: dict[str, list[Gap]] = {}
    for gap in gaps(session, now):
        by_site.setdefault(gap.site.id, []).append(gap)
    for site_id, found in by_site.items():
        if timetable.in_window(now, found[0].site.time_zone) == now and _is_news(session, now, site_id, found):
            _tell(session, now, found)
    return 0


def _is_news(session: Session, now: datetime, site_id: str, found: list[Gap]) -> bool:
    torn = next((gap.start for gap in found if not gap.everywhere), None)
    name, known = f"gaps {site_id}", torn.isoformat() if torn and torn > now else ""
    if not is_my_turn(session, name, now, TOLD_AGAIN) and (why_marked(session, name) or "") == known:
        return False
    mark(session, name, now, known)
    return True


def _tell(session: Session, now: datetime, found: list[Gap]) -> None:
    first, version = min(found, key=lambda gap: gap.start), next(iter(newest_of_each(session)), None)
    reader = next(iter(nearest_coordinators(session, first.site.id)), None)
    language = reader.language if reader else "en"
    zone = reader.time_zone if reader else first.site.time_zone
    facts = {
        "site": first.site.name,
        "count": str(len(found)),
        "days": str(coverage.AHEAD.days),
        "from": said_time(first.start, now, zone, language),
        "to": said_time(first.end, now, zone, language),
    }
    word = "coordinator_gaps" if first.everywhere else "coordinator_gaps_here"
    tell_coordinator(session, now, word, facts, site_id=first.site.id, version=version)


def _sites_with_patients(session: Session) -> list[Site]:
    here = select(Person.site_id).where(Person.role == Role.PATIENT, Person.standing == Standing.ACTIVE)
    return list(session.scalars(select(Site).where(Site.id.in_(here)).order_by(Site.code)))


def _watches(session: Session, sites: list[str]) -> dict[str, list[Watch]]:
    found: dict[str, list[Watch]] = {}
    for person in reachable_clinicians(session, sites):
        found.setdefault(person.site_id, []).append((rota.parse(person.duty), ZoneInfo(person.time_zone)))
    return found


def _is_within(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)
