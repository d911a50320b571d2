"""A doctor's telephone rings in a drawn history: nobody, a machine, a stranger, or he with his code and a key."""

from random import Random
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway import intake
from gateway.phone.twilio_in import CallAnswered, CallEnded, Dialled, Heard, KeysHeard
from gateway.store.queries.people import seal_call_code
from gateway.store.tables import Call, Person

if TYPE_CHECKING:
    from tests.cases.lives import History

CODE, OURS, HIS = "4711", "+15005550006", "+254722000002"
UNHEARD = ("no-answer", "no-answer", "busy", "failed", "canceled")
FIRST_KEYS = ("1", "1", "1", "2", "3", "", "*", "7", "13", "9")
LAST_KEYS = ("4", "46", "456", "7", "8", "", "48", "1")


def give_code(session: Session, dice: Random, person: Person) -> None:
    """Not everybody was given one; some cannot answer an SMS."""
    if dice.random() < 0.8:
        session.flush()
        person.call_code = seal_call_code(session, person, CODE)
        person.channel = dice.choice(("sms", "sms", "sms", "voice"))


def rings(history: "History", row_id: str) -> None:
    """All of a call happens within its minute; any of its requests may be the one that a crash undoes and repeats."""
    with history.database.read() as session:
        call_id = str(session.get_one(Call, row_id).provider_id)
    if history.dice.random() < 0.4:
        _ends(history, row_id, call_id, history.dice.choice(UNHEARD))
        return
    answered_by = history.dice.choice(("human", "human", "unknown", "machine_start", "fax"))
    _hear(history, CallAnswered(call_id, row_id, answered_by, OURS, HIS))
    if answered_by in ("human", "unknown"):
        _talks(history, call_id)
    _ends(history, row_id, call_id, "completed")


def _talks(history: "History", call_id: str) -> None:
    keys = [history.dice.choice(("", "0000", "*")) for _ in range(history.dice.choice((0, 0, 0, 1, 3)))]
    keys += [CODE, history.dice.choice(FIRST_KEYS), history.dice.choice(FIRST_KEYS)]
    for turn, digits in enumerate(keys, start=1):
        if history.dice.random() < 0.1:
            return  # hung up
        _hear(history, KeysHeard(call_id, turn, None, None, None, digits))
    status = history.dice.choice(("completed", "completed", "no-answer", "busy"))
    _hear(history, Dialled(call_id, 90, status, 60 if status == "completed" else None))
    _hear(history, KeysHeard(call_id, 91, None, None, None, history.dice.choice(LAST_KEYS)))


def _hear(history: "History", heard: Heard) -> None:
    history.write(lambda session: intake.heard(session, heard, history.now))


def _ends(history: "History", row_id: str, call_id: str, status: str) -> None:
    history.receipt(Call, row_id, status)
    _hear(history, CallEnded(call_id, row_id, status, 30, None))
