"""How is a coordinator told, by one short SMS that holds no name and nothing of what was said?"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import timetable, wording
from gateway.core.events import Declined, Event, GaveUp, LeftToPerson, Unreached
from gateway.core.flow import Flow, Rank
from gateway.store import outbox
from gateway.store.queries.conversations import Around
from gateway.store.queries.flows import flow_of, is_silent, newest_of_each, spoken_in
from gateway.store.queries.people import ladder, reachable
from gateway.store.tables import FlowVersion, Kind, Message, Person, Role
from gateway.talk.facts import said_time
from gateway.talk.scene import Scene

VALID = timedelta(hours=10)  # what the provider keeps at most

log = logging.getLogger(__name__)


def tell_coordinator(
    session: Session,
    now: datetime,
    name: str,
    facts: dict[str, str],
    *,
    site_id: str,
    version: FlowVersion | None,
    about: Person | None = None,
    deadline: datetime | None = None,
    conversation_id: str | None = None,
) -> list[Message]:
    """`name` is a word of flows/shared.yaml. All who coordinate at the nearest site that has one are told."""
    told = nearest_coordinators(session, site_id)
    version = version or next(iter(newest_of_each(session)), None)
    if not told or version is None:
        log.error("nobody could be told of %s about person %s", name, about.id if about else None)
        return []
    messages = []
    for person in told:
        mine = facts | _deadline(deadline, now, person)
        flow, language = flow_of(version), languages.of(session, version, spoken(version, person))
        messages.append(
            outbox.put_sms(
                session,
                now,
                to=person,
                body=wording.phrase(flow, language, name, mine),
                subject=about,
                kind=Kind.COORDINATOR,
                valid_for=VALID,
                conversation_id=conversation_id,
            )
        )
    return messages


def tell_about(
    session: Session, now: datetime, name: str, around: Around, version: FlowVersion | None, **more: str
) -> None:
    """About one patient, by number and site only."""
    known = {"number": around.person.small_number or around.person.code, "site": around.site.name}
    tell_coordinator(
        session,
        now,
        name,
        known | more,
        site_id=around.site.id,
        version=version,
        about=around.person,
        deadline=timetable.rings_by(now, around.person.time_zone),
    )


def tell_of_events(session: Session, now: datetime, scene: Scene, events: Iterable[Event]) -> None:
    """What ends without an answer goes to a person, never into silence."""
    for event in events:
        match event:
            case LeftToPerson(None):
                tell_about(session, now, "coordinator_free_text", scene.around, scene.around.version)
            case LeftToPerson():
                tell_about(session, now, "coordinator_unreadable", scene.around, scene.around.version)
            case Declined():
                tell_about(session, now, "coordinator_declined", scene.around, scene.around.version)
            case Unreached(rings):
                tell_about(
                    session, now, "coordinator_not_reached", scene.around, scene.around.version, count=str(rings)
                )
            case GaveUp() if _is_told(scene.flow):
                since = said_time(scene.row.started_at, now, scene.around.person.time_zone, scene.row.language)
                tell_about(session, now, "coordinator_gave_up", scene.around, scene.around.version, since=since)
            case GaveUp() if _was_promised(scene):
                tell_about(session, now, "coordinator_unreadable", scene.around, scene.around.version)


def _is_told(flow: Flow) -> bool:
    """In an emergency somebody is acting already."""
    return flow.unanswered == "coordinator" and flow.rank is not Rank.EMERGENCY


def _was_promised(scene: Scene) -> bool:
    """She answered, could not be read, and was told to do nothing if this is hard: then somebody phones."""
    return scene.memory.tries > 0 and scene.flow.rank is not Rank.EMERGENCY


def nearest_coordinators(session: Session, site_id: str) -> list[Person]:
    """Those with a working phone at the first site, from here up, that has any; else whoever there is."""
    people = [person for person, _ in reachable(session, Role.COORDINATOR)]
    for site in ladder(session, site_id):
        here = [person for person in people if person.site_id == site.id]
        if here:
            return here
    return people


def spoken(version: FlowVersion, person: Person) -> str:
    """The person's language where the version has it, else the one in which it was written."""
    return person.language if person.language in spoken_in(version) else flow_of(version).written_in


def aloud(session: Session, version: FlowVersion, person: Person) -> str:
    """On calls. A doctor in whose language nobody can be heard is spoken to in that of the house, a patient never."""
    mine = spoken(version, person)
    is_staff = person.role in (Role.CLINICIAN, Role.COORDINATOR)
    is_mute = is_staff and any(is_silent(one, mine) for one in newest_of_each(session))
    return flow_of(version).written_in if is_mute else mine


def _deadline(deadline: datetime | None, now: datetime, person: Person) -> dict[str, str]:
    if deadline is None:
        return {}
    return {"deadline": said_time(deadline, now, person.time_zone, person.language)}
