"""A call was answered, a key was pressed, somebody rang us: what is said next? Nothing of note before the first key."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Channel, Check
from gateway.core.conversation import expected
from gateway.core.events import KeywordHeard
from gateway.core.memory import State
from gateway.core.understand import PinHeard, understand
from gateway.core.wording import Spoken
from gateway.intake import callers, keywords, neutral, pins, rung, strangers, turning_away
from gateway.intake.going_on import SILENCE, carried_on, said
from gateway.intake.noting import note, works
from gateway.intake.reader import Reader
from gateway.intake.step import step
from gateway.phone.twilio_in import CallAnswered, CallEnded, Dialled, KeysHeard
from gateway.store.database import lock
from gateway.store.ids import new_id
from gateway.store.queries import conversations
from gateway.store.queries.conversations import Around
from gateway.store.queries.flows import is_silent, newest_for
from gateway.store.queries.people import hold_phone, on_phone
from gateway.store.tables import Call, Case, Conversation, Kind, Person, Phone, Role, Sending
from gateway.talk.away import is_away
from gateway.talk.recycled import is_in_question
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import note_lines
from gateway.talk.telling import tell_about

MACHINES = ("machine", "fax")


def taken(session: Session, heard: CallAnswered | KeysHeard | Dialled | CallEnded, now: datetime) -> tuple[Spoken, ...]:
    match heard:
        case CallAnswered(call_row_id=None):
            return _rung(session, heard, now)
        case CallAnswered():
            return _answered(session, heard, now)
        case KeysHeard():
            return _pressed(session, heard, now)
        case Dialled():
            return _dialled(session, heard, now)
        case CallEnded():
            note(session, heard, now, None, heard.status)  # the conversation stays open: its lapse carries it on
            return SILENCE


def _answered(session: Session, heard: CallAnswered, now: datetime) -> tuple[Spoken, ...]:
    """A voicemail is no answer: it hears nothing, and the next lapse tries again."""
    call = session.get(Call, heard.call_row_id)
    if call is None or call.to_id is None:
        return SILENCE
    person = lock(session, Person, call.to_id)
    is_machine = (heard.answered_by or "").startswith(MACHINES)
    note(session, heard, now, person, "machine" if is_machine else "answered")
    if is_machine:
        return SILENCE
    if call.case_id and person.role is Role.CLINICIAN:
        return rung.greeted(session, person, call, now)
    if call.memory is not None:
        return callers.greeted(session, person, call, now)
    if call.conversation_id is None or call.kind is not Kind.PROMPT:
        return neutral.greeting(session, person, call, now)
    return carried_on(session, session.get_one(Conversation, call.conversation_id), now)


def _rung(session: Session, heard: CallAnswered, now: datetime) -> tuple[Spoken, ...]:
    """Whoever is asked something goes on with it, behind the same greeting; other patients choose what they wish."""
    phone, people = hold_phone(session, heard.caller)
    works(phone)
    if phone is None or not people:
        strangers.rang(session, heard, heard.caller, now)
        return neutral.goodbye(session)
    patients = [person for person in people if person.role in (Role.PATIENT, Role.HELPER)]
    arounds = conversations.around(session, patients)
    asked = next((around for around in arounds if around.conversation), None)
    about = asked or next(iter(arounds), None)
    person = about.person if about else people[0]
    note(session, heard, now, person, "rang")
    if about and _has_no_voice(session, about):
        session.add(_incoming(heard, person, phone, None, now))
        tell_about(session, now, "coordinator_call_me", about, None)
        return turning_away.AWAY
    if about is None and (case := rung.case_of(session, person, now)):
        return _about_a_case(session, heard, person, phone, case, now)
    open_row = asked.conversation if asked else None
    call = _incoming(heard, person, phone, open_row, now)
    session.add(call)
    session.flush()
    if about and turning_away.is_rung_back(session, about, call, now):
        return turning_away.AWAY
    if open_row:
        return carried_on(session, open_row, now)
    if about and not is_away(person) and not is_in_question(person):
        return callers.greeted(session, person, call, now)
    if about:
        tell_about(session, now, "coordinator_call_me", about, None)
    return neutral.phoned_back(session, person, about, now)


def _has_no_voice(session: Session, about: Around) -> bool:
    """Her language cannot be spoken on calls: a person phones, and no other language is tried."""
    version = about.version or newest_for(session, about.person.id)
    return version is not None and is_silent(version, about.person.language)


def _about_a_case(
    session: Session, heard: CallAnswered, person: Person, phone: Phone, case: Case, now: datetime
) -> tuple[Spoken, ...]:
    """A doctor rings us, perhaps because he missed our call: the same code, then the most urgent of his cases."""
    call = _incoming(heard, person, phone, None, now)
    call.kind, call.case_id, call.subject_id = Kind.CASE, case.id, case.patient_id
    session.add(call)
    session.flush()
    return rung.greeted(session, person, call, now)


def _incoming(
    heard: CallAnswered, person: Person, phone: Phone, conversation: Conversation | None, now: datetime
) -> Call:
    return Call(
        id=new_id(now),
        to_id=person.id,
        phone_id=phone.id,
        subject_id=person.id,
        conversation_id=conversation.id if conversation else None,
        kind=Kind.PROMPT,
        urgency=0,
        state=Sending.ACCEPTED,
        direction="in",
        receipt="in-progress",
        provider_id=heard.call_id,
        attempt=1,
        turn=0,
        not_before=now,
        valid_until=now,
        created_at=now,
        sent_at=now,
    )


def _pressed(session: Session, heard: KeysHeard, now: datetime) -> tuple[Spoken, ...]:
    call = conversations.call_by_provider(session, heard.call_id)
    if call is None or call.to_id is None:
        return SILENCE
    person = lock(session, Person, call.to_id)
    note(session, heard, now, person, "keys")
    if call.case_id and person.role is Role.CLINICIAN:
        return rung.pressed(session, person, call, heard.digits, now)
    if call.conversation_id is None and call.memory is not None:
        return callers.pressed(session, person, call, heard.digits, now)
    if call.conversation_id is None or call.kind is not Kind.PROMPT:
        return neutral.pressed(session, person, call, heard.digits, now)
    row = session.get_one(Conversation, call.conversation_id, populate_existing=True)
    if row.state != "open":
        return SILENCE
    here = scene(session, conversations.around_conversation(session, row))
    if heard.step != here.memory.open:  # an SMS went in between: what is open now is said
        return carried_on(session, row, now)
    return _stepped(session, here, heard.digits, now, session.get_one(Phone, call.phone_id))


def _dialled(session: Session, heard: Dialled, now: datetime) -> tuple[Spoken, ...]:
    call = conversations.call_by_provider(session, heard.call_id)
    if call is None or call.to_id is None:
        return SILENCE
    person = lock(session, Person, call.to_id)
    note(session, heard, now, person, "dialled")
    return rung.dialled(session, person, call, heard, now)


def _stepped(session: Session, here: Scene, digits: str, now: datetime, phone: Phone) -> tuple[Spoken, ...]:
    awaited = expected(here.flow, here.memory)
    understood = understand(digits, awaited, here.language, keys=True) if digits else None
    if isinstance(understood, PinHeard):
        check = here.memory.check if here.memory.state is State.CHECKING else Check.PIN
        understood, digits = pins.judged(session, here.around.person, understood, now, check), pins.MASKED
    done = step(session, now, here, understood, Channel.VOICE)
    for event in done.events:
        if isinstance(event, KeywordHeard):
            keywords.obey(session, now, _reader(session, here, phone), event.name)
    facts = {**here.facts(session, now, done.deadline), **done.told}
    spoken = wording.voice(here.flow, here.language, done.events, facts)
    assert done.after is not None
    note_lines(session, now, here, done.after, [("pressed", digits), *said(spoken)])
    return spoken


def _reader(session: Session, here: Scene, phone: Phone) -> Reader:
    assert here.around.version is not None
    return Reader(here.around, phone, on_phone(session, phone), here.around.version, here.flow, here.language, here)
