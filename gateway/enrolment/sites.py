"""How does the tree of sites come in, which is the ladder that a case climbs?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gateway.core.worded import worded
from gateway.enrolment.cells import SiteCells
from gateway.enrolment.entry import Entry, Place, Written, assign, missing, sites_by_code
from gateway.enrolment.sheet import BadRow, about
from gateway.store.ids import new_id
from gateway.store.tables import Site


def faults(session: Session, entries: Sequence[Entry[SiteCells]], place: Place) -> list[BadRow]:
    standing = sites_by_code(session)
    codes = {site.id: code for code, site in standing.items()}
    parents = {code: codes.get(site.parent_id or "", "") for code, site in standing.items()}
    parents |= {entry.cells.code: entry.cells.parent_code for entry in entries}
    bad = [fault for entry in entries for fault in missing(entry, "parent_code", {*parents, *place.codes}, "site")]
    for entry in entries:
        if _is_above_itself(entry.cells.code, parents):
            bad.append(
                BadRow(
                    entry.line,
                    about("parent_code", worded("'%(code)s' would stand above itself", code=entry.cells.code)),
                )
            )
        if bool(entry.cells.meeting) != bool(entry.cells.meeting_on):
            bad.append(BadRow(entry.line, about("meeting and meeting_on", worded("give both or neither"))))
    return bad


def _is_above_itself(code: str, parents: Mapping[str, str]) -> bool:
    step, seen = parents.get(code), set[str]()
    while step and step not in seen:
        seen.add(step)
        step = parents.get(step)
    return code in seen


def enter(session: Session, entries: Sequence[Entry[SiteCells]], place: Place) -> list[Written]:
    sites = sites_by_code(session)
    new = {entry.cells.code for entry in entries} - sites.keys()
    for code in sorted(new):
        sites[code] = Site(id=new_id(place.now), code=code, created_at=place.now)
        session.add(sites[code])
    return [_fill(sites, entry.cells, place, entry.cells.code in new) for entry in entries]


def _fill(sites: Mapping[str, Site], cells: SiteCells, place: Place, is_new: bool) -> Written:
    site = sites[cells.code]
    changed = assign(
        site,
        name=cells.name,
        kind=cells.kind,
        parent_id=sites[cells.parent_code].id if cells.parent_code else None,
        time_zone=cells.time_zone or place.time_zone,
        emergency_number=cells.emergency_number or place.emergency_number,
        ways=_ways(site, cells, place.now),
    )
    return Written(cells.code, is_new, tuple(changed))


def _meeting(stands: Mapping[str, str], cells: SiteCells, now: datetime) -> dict[str, str]:
    """The same one again invites nobody twice; another date or place is another meeting."""
    wanted = {"on": str(cells.meeting_on), "what": cells.meeting}
    is_same = all(stands.get(name) == value for name, value in wanted.items())
    return dict(stands) if is_same else wanted | {"written": now.isoformat()}


def _ways(site: Site, cells: SiteCells, now: datetime) -> dict[str, Any] | None:
    """How it calls its patients, and what its clinic hasn't. Empty cells leave things as they are."""
    ways = dict(site.ways or {})
    if cells.call_check:
        ways["call_check"] = cells.call_check
    if cells.lacks:
        ways["lacks"] = cells.lacks.split() if cells.lacks != "nothing" else []
    if cells.call_in:
        ways["call_in"] = cells.call_in
    if cells.replies:
        ways["replies"] = cells.replies
    if cells.meeting and cells.meeting_on:
        ways["meeting"] = _meeting(ways.get("meeting") or {}, cells, now)
    if cells.works_anyway:
        channel, _, reason = cells.works_anyway.partition(":")
        ways["works_anyway"] = {**ways.get("works_anyway", {}), channel: reason.strip()}
    if cells.call_retries:
        ways["call_retries"] = [int(minutes) for minutes in cells.call_retries.split()]
    return ways or None
