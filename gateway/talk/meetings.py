"""To which meeting does a site invite?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.core.flow import Flow
from gateway.store.tables import Site

MEETING = "meeting"  # of a site's `ways`, and the fact by which a flow says it


@dataclass(frozen=True)
class Meeting:
    """`what`: hour and place in the site's own words. `written`: whoever was invited before then was to another one."""

    on: date
    what: str
    written: datetime


def invites(flow: Flow) -> bool:
    said = [*flow.words.values(), *(step.text for step, _ in flow.every_step())]
    return any(f"{{{MEETING}}}" in text for text in said)


def meeting_of(site: Site) -> Meeting | None:
    kept = (site.ways or {}).get(MEETING)
    if not kept:
        return None
    return Meeting(date.fromisoformat(kept["on"]), kept["what"], datetime.fromisoformat(kept["written"]))


def is_ahead(meeting: Meeting | None, now: datetime, zone: str) -> bool:
    """From tomorrow on: who is invited on the day itself has no time left to come."""
    return meeting is not None and meeting.on > now.astimezone(ZoneInfo(zone)).date()
