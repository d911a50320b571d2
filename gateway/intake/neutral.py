"""What is said on a call that belongs to no open question, and to whom only after a key?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.events import RedFlagged
from gateway.core.wording import HangUpNow, Listen, Speak, Spoken
from gateway.store.queries import conversations
from gateway.store.queries.conversations import Around
from gateway.store.queries.flows import newest_of_each
from gateway.store.queries.people import top_site
from gateway.store.tables import Call, FlowVersion, Kind, Person, Role
from gateway.talk.facts import facts
from gateway.talk.scene import script
from gateway.talk.telling import aloud

GREETINGS = {Role.CLINICIAN: "call_doctor_greeting", Role.COORDINATOR: "call_coordinator_greeting"}
WRITTEN = "en"


def greeting(session: Session, person: Person, call: Call, now: datetime) -> tuple[Spoken, ...]:
    """Staff are sent to the SMS, which holds the code. A patient who stopped is warned of danger, behind the key."""
    if person.role in GREETINGS:
        return Speak(phrase(session, person, GREETINGS[person.role], now)), HangUpNow()
    return Speak(phrase(session, person, "call_greeting", now)), Listen("greeting", 1)


def pressed(session: Session, person: Person, call: Call, digits: str, now: datetime) -> tuple[Spoken, ...]:
    if digits == "*":
        return greeting(session, person, call, now)
    if digits != "1":
        return Speak(phrase(session, person, "call_not_here", now)), HangUpNow()
    if call.kind is not Kind.SAFETY:
        return Speak(phrase(session, person, "call_goodbye", now)), HangUpNow()
    version, around = any_version(session), conversations.around(session, [person])[0]
    flow, language = script(session, version, aloud(session, version, person), None)
    return wording.voice(flow, language, (RedFlagged("other"),), facts(session, around, flow, language, now))


def phoned_back(session: Session, person: Person, about: Around | None, now: datetime) -> tuple[Spoken, ...]:
    name = "call_me" if about else "call_goodbye"
    return Speak(phrase(session, person, name, now)), HangUpNow()


def goodbye(session: Session) -> tuple[Spoken, ...]:
    """To a number on no list. In the language of the house: whose it is, nobody knows."""
    version, site = next(iter(newest_of_each(session)), None), top_site(session)
    if version is None or site is None:
        return (HangUpNow(),)
    flow, language = script(session, version, WRITTEN, None)
    told = {"emergency_number": site.emergency_number}
    return Speak(wording.phrase(flow, language, "unknown_number", wording.spelled(told))), HangUpNow()


def phrase(session: Session, person: Person, name: str, now: datetime, **more: str) -> str:
    version, around = any_version(session), conversations.around(session, [person])[0]
    flow, language = script(session, version, aloud(session, version, person), None)
    told = facts(session, around, flow, language, now) | more
    return wording.phrase(flow, language, name, wording.spelled(told))


def any_version(session: Session) -> FlowVersion:
    """Any of them: the words of the house are the same in all."""
    return newest_of_each(session)[0]
