"""Whose turn is it really: what must come first, what has been said to the end, what would be too much this week?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.flow import Flow, Rank
from gateway.store.queries.flows import flow_of, newest, spoken_in
from gateway.store.queries.meetings import was_invited
from gateway.store.queries.reports import contacts_since, is_still_needed, lacks_first_report, times_put
from gateway.store.tables import FlowVersion, Person, Site
from gateway.talk import meetings

FIRST_REPORT_PUT = (
    2  # so often; unanswered, the weekly check leaves in its stead, and its first report is the first one
)
CONTACTS_A_WEEK = 2  # besides cases, unless she wants more
A_WEEK = timedelta(days=7) - timedelta(hours=1)  # so that the same hour of next week is another week
TOO_MANY_AGAIN = timedelta(days=1)
MAY_WAIT = (Rank.MOOD, Rank.EDUCATION)  # the weekly check is never the one that gives way; reminders she asked for


def due(session: Session, now: datetime, person: Person, version: FlowVersion) -> FlowVersion | None:
    """The version to ask by: of what must come first, else the one that is due. None: too much for this week,
    or nothing to invite to."""
    flow = flow_of(version)
    for name in flow.first if flow.start.every else ():
        before = newest(session, name)
        if before and _can_be_asked(person, before) and _comes_first(session, person, before, flow):
            return before
    if meetings.invites(flow) and not _is_invited(session, now, person, version.flow):
        return None
    if flow.rank in MAY_WAIT and contacts_since(session, person.id, now - A_WEEK) >= _contacts(person):
        return None
    return version


def _is_invited(session: Session, now: datetime, person: Person, flow: str) -> bool:
    """To a meeting that is still to come, and not to the same one twice."""
    meeting = meetings.meeting_of(session.get_one(Site, person.site_id))
    if meeting is None or not meetings.is_ahead(meeting, now, person.time_zone):
        return False
    return not was_invited(session, person.id, flow, meeting.written)


def _can_be_asked(person: Person, version: FlowVersion) -> bool:
    """A flow that is paused, or that doesn't speak her language, never keeps a week back."""
    return version.paused_at is None and person.language in spoken_in(version)


def _comes_first(session: Session, person: Person, before: FlowVersion, flow: Flow) -> bool:
    """The first report of everybody; of other flows only where she was enrolled in them."""
    if flow_of(before).rank is Rank.BASELINE:
        return lacks_first_report(session, person.id, before.flow, flow.flow, FIRST_REPORT_PUT)
    return is_still_needed(session, person.id, before.flow)


def follows_another(session: Session, person: Person, version: FlowVersion) -> bool:
    """What is asked once, at enrolment, waits a little for what comes before it, and never takes its place."""
    flow = flow_of(version)
    return flow.start.every is None and any(is_still_needed(session, person.id, name) for name in flow.first)


def is_over(session: Session, person: Person, version: FlowVersion) -> bool:
    """A series whose last sentence has been said."""
    flow = flow_of(version)
    if not flow.series:
        return False
    session.flush()
    return times_put(session, person.id, version.flow) >= len(list(flow.every_step()))


def _contacts(person: Person) -> int:
    wanted = (person.wishes or {}).get("contacts")
    return wanted if isinstance(wanted, int) else CONTACTS_A_WEEK
