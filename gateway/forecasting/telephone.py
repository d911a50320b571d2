"""What does a drawn patient do with an SMS and with a call?"""

from functools import partial

from sqlalchemy.orm import Session

from gateway import delivery, intake
from gateway.core.conversation import expected
from gateway.core.wording import Listen, Speak, Spoken
from gateway.forecasting.answering import Patient
from gateway.forecasting.days import Days
from gateway.forecasting.district import NUMBER
from gateway.phone.twilio_in import CallAnswered, CallEnded, KeysHeard, Receipt
from gateway.store.queries import conversations
from gateway.store.tables import Call, Conversation, Message, Person, Role
from gateway.talk.scene import Scene, scene

# A voice reads so many letters in a second, and so many Chinese signs.
LETTERS, SIGNS = 14.0, 4.5
A_KEY = 3.0  # seconds until it is pressed
PICKS_UP = 0.7  # whoever takes part at all


def reads(days: Days, session: Session, row: Message, person: Person) -> None:
    """The first reply takes her a while, the next ones follow. Nothing of hers waits twice."""
    patient = days.patients[person.id]
    if row.conversation_id is None or patient.is_typing or not patient.takes_part_in(row.conversation_id):
        return
    patient.is_typing = True
    days.later(patient.minutes(row.conversation_id), partial(_replies, days, person_id=person.id))


def rings(days: Days, session: Session, call: Call, person: Person) -> None:
    """All of a call within its minute. A doctor's phone rings in vain: what he does about a case he does by SMS."""
    patient = days.patients.get(person.id)
    picks_up = patient and call.conversation_id and patient.takes_part_in(call.conversation_id)
    if patient is None or person.role is not Role.PATIENT or not picks_up or patient.dice.random() >= PICKS_UP:
        _ends(days, session, call, "no-answer", 0)
        return
    _ends(days, session, call, "completed", _talks(days, session, call, patient))


def _replies(days: Days, session: Session, person_id: str) -> None:
    patient = days.patients[person_id]
    patient.is_typing = False
    open_row = conversations.has_floor(session, session.get_one(Person, person_id))
    if open_row and (digits := _answer(patient, _scene(session, open_row))):
        days.text(session, person_id, digits)


def _talks(days: Days, session: Session, call: Call, patient: Patient) -> int:
    """Until we put down. How many seconds it took."""
    call_id = str(call.provider_id)
    delivery.receipt(session, Receipt(call_id, call.id, "in-progress", answered_by="human"), days.now)
    spoken = intake.heard(session, CallAnswered(call_id, call.id, "human", NUMBER, ""), days.now) or ()
    seconds = _seconds(spoken)
    row = session.get_one(Conversation, call.conversation_id)
    while any(isinstance(line, Listen) for line in spoken):
        call.turn += 1
        here = _scene(session, row)
        keys = KeysHeard(call_id, call.turn, row.id, here.memory.open, here.memory.part, _answer(patient, here))
        spoken = intake.heard(session, keys, days.now) or ()
        seconds += A_KEY + _seconds(spoken)
    return round(seconds)


def _ends(days: Days, session: Session, call: Call, status: str, seconds: int) -> None:
    call_id = str(call.provider_id)
    delivery.receipt(session, Receipt(call_id, call.id, status, seconds=seconds), days.now)
    intake.heard(session, CallEnded(call_id, call.id, status, seconds, None), days.now)


def _scene(session: Session, row: Conversation) -> Scene:
    return scene(session, conversations.around_conversation(session, row))


def _answer(patient: Patient, here: Scene) -> str:
    return patient.reply(here.flow, here.memory.open, expected(here.flow, here.memory))


def _seconds(spoken: tuple[Spoken, ...]) -> float:
    text = "".join(line.text for line in spoken if isinstance(line, Speak))
    signs = sum("\u3000" <= letter <= "\u9fff" for letter in text)
    return signs / SIGNS + (len(text) - signs) / LETTERS
