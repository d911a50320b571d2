"""To which meeting does a site invite, and how is that said?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton

from gateway.core.flow import Flow
from gateway.store.tables import Site

MEETING = "meeting"  # of a site's `ways`, and the fact by which a flow says it
LONG_ON_CALLS = ("es", "fr", "pt", "vi", "hi", "sw", "ar")  # a short day would be read aloud as another word


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


def said(site: Site, language: str) -> str:
    """`Tue 24 Mar, 10:00 at the township hall`; "" where there is none."""
    meeting = meeting_of(site)
    if meeting is None:
        return ""
    if language.partition("_")[0] in LONG_ON_CALLS:
        day = format_skeleton("MMMMEEEEd", meeting.on, locale=language)
    elif language.startswith("zh"):
        day = format_date(meeting.on, "M月d日EEE", locale=language)
    else:
        day = format_date(meeting.on, "EEE d MMM", locale=language)
    return f"{day}, {meeting.what}" if not language.startswith("zh") else f"{day}，{meeting.what}"
