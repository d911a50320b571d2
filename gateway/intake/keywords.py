"""What does a keyword do: stop, start, pause, help, a call, a wrong number?"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import enrolment
from gateway.core.events import Event, KeywordHeard
from gateway.intake.reader import Reader
from gateway.store import outbox
from gateway.store.queries import conversations
from gateway.store.queries.people import CONSENT_ASKED, phone_of
from gateway.store.tables import Kind, Person, Role, Standing
from gateway.talk.facts import called
from gateway.talk.recycled import WRONG_NUMBER
from gateway.talk.telling import tell_about, tell_coordinator

# The provider answers these by itself, and after a stop word carries nothing more to that number.
STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
STARTS = frozenset({"START", "YES", "UNSTOP"})
HELPS = frozenset({"HELP", "INFO"})
PROVIDERS = STOPS | STARTS | HELPS
# A person does it, who need not be told for ever.
ONLY_TOLD = frozenset({"call_me", "scores", "report", "medicine", "menu", "language"})


def is_stop(body: str) -> bool:
    return body.strip().upper() in STOPS


def is_help(body: str) -> bool:
    return body.strip().upper() in HELPS


def is_start(body: str) -> bool:
    """After a stop: the provider carries our texts to that number again from now on."""
    return body.strip().upper() in STARTS


def is_providers(body: str, events: Iterable[Event]) -> bool:
    """The provider has answered already: two answers would be one too many."""
    return body.strip().upper() in PROVIDERS and any(isinstance(event, KeywordHeard) for event in events)


def obey(session: Session, now: datetime, who: Reader, name: str) -> None:
    match name:
        case "stop":
            _stop(session, now, who)
        case "wrong_number":
            _fall_silent(session, now, who, Standing.PAUSED, WRONG_NUMBER)
            tell_about(session, now, "coordinator_wrong_number", who.around, who.version)
        case "pause":
            _fall_silent(session, now, who, Standing.PAUSED, "asked for a pause")
        case "start":
            _start(session, now, who)
        case "help":
            pass  # it is only said
        case "call_me":
            tell_about(session, now, "coordinator_call_me", who.around, who.version)
        case _ if enrolment.begin_by(session, who.around.person, name, now):
            pass  # a flow waits for this word, and begins within seconds
        case _:  # a person does it, until there is a flow for it
            tell_about(session, now, "coordinator_free_text", who.around, who.version)


def staff_stops(session: Session, clinician: Person, now: datetime) -> None:
    """From now on an unreachable tier. Whoever coordinates must know, unless it is the one who left."""
    phone = phone_of(session, clinician.id)
    assert phone is not None
    phone.opted_out_at = phone.opted_out_at or now
    session.flush()
    told = {"doctor": called(session, clinician)}
    tell_coordinator(session, now, "coordinator_doctor_opted_out", told, site_id=clinician.site_id, version=None)


def _stop(session: Session, now: datetime, who: Reader) -> None:
    """The number is silent for all who share it, so each of them stops. Open cases go on, and a person phones."""
    who.phone.opted_out_at = who.phone.opted_out_at or now
    for person in who.everybody:
        if person.role in (Role.PATIENT, Role.HELPER):
            enrolment.stop(session, person, now, "stop word")
            conversations.end_all(session, person, now, "stopped")
        else:
            staff_stops(session, person, now)
    tell_about(session, now, "coordinator_opted_out", who.around, who.version)


def _fall_silent(session: Session, now: datetime, who: Reader, standing: Standing, why: str) -> None:
    person = who.around.person
    if person.standing == Standing.ACTIVE:
        person.standing, person.standing_why = standing, why
    outbox.cancel(session, now, person=person, kinds=(Kind.PROMPT, Kind.REPLY))
    conversations.end_all(session, person, now, why)


def _start(session: Session, now: datetime, who: Reader) -> None:
    """A pause ends at once. After a stop it takes a new consent, which a flow asks for: never a silent return."""
    who.phone.opted_out_at = None
    person = who.around.person
    if person.standing == Standing.PAUSED and person.standing_why not in (WRONG_NUMBER, CONSENT_ASKED):
        person.standing, person.standing_why = Standing.ACTIVE, None
    elif _has_stopped(person) and enrolment.begin_by(session, person, "start", now):
        person.standing, person.standing_why = Standing.PAUSED, CONSENT_ASKED
    elif person.standing != Standing.ACTIVE:
        tell_about(session, now, "coordinator_call_me", who.around, who.version)


def _has_stopped(person: Person) -> bool:
    return person.standing == Standing.STOPPED or person.standing_why == CONSENT_ASKED
