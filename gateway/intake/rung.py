"""A doctor is on the phone about a case: what does he hear before his code, and what behind it?"""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases import by_voice
from gateway.cases.by_voice import Done
from gateway.core.wording import Connect, HangUpNow, Listen, Speak, Spoken
from gateway.intake import neutral, pins
from gateway.phone.twilio_in import Dialled
from gateway.store.tables import Call, Case, Person, Role

CODE, READ, BRIDGE, DONE = "code", "case", "bridge", "done"
MISSES_AT_MOST = 3  # wrong codes, or silences
DIGITS = 4
WHAT_WAS_DONE = re.compile(r"[4-7]{1,4}|8")

Said = tuple[Spoken, ...]


def case_of(session: Session, person: Person, now: datetime) -> Case | None:
    """What a clinician who rings us may hear of."""
    if person.role is not Role.CLINICIAN or person.call_code is None:
        return None
    return by_voice.most_urgent(session, person, now)


def greeted(session: Session, person: Person, call: Call, now: datetime) -> Said:
    """`call.memory` keeps where he stands, and `heard` once the case was read to him. Without a code: to the SMS."""
    if person.call_code is None:
        return _say(session, person, now, "call_doctor_greeting"), HangUpNow()
    call.memory = {"at": CODE, "misses": 0}
    return _say(session, person, now, "call_doctor_hello"), *_ask_code(session, person, now)


def pressed(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    at = (call.memory or {}).get("at")
    if at == CODE:
        return _at_code(session, person, call, digits, now)
    if at == READ:
        return _at_case(session, person, call, digits, now)
    if at == DONE:
        return _at_done(session, person, call, digits, now)
    return (HangUpNow(),)


def dialled(session: Session, person: Person, call: Call, heard: Dialled, now: datetime) -> Said:
    """The patient has put down, or was not reached."""
    if (call.memory or {}).get("at") != BRIDGE:
        return (HangUpNow(),)
    if not by_voice.was_connected(session, now, person, _case(call), heard.status, heard.seconds):
        return _end(session, person, call, now, "call_doctor_not_connected")
    return _stand(call, DONE, (_say(session, person, now, "call_doctor_what_was_done"), Listen("menu", DIGITS)))


def _at_code(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    if pins.is_his_code(session, person, digits, now):
        return _behind_code(session, person, call, now)
    if digits == "*":
        return _say(session, person, now, "call_doctor_hello"), *_ask_code(session, person, now)
    if _misses(call) >= MISSES_AT_MOST:
        return _end(session, person, call, now, "call_goodbye")
    lead = "call_doctor_wrong_code" if digits else "call_silence"
    return _say(session, person, now, lead), *_ask_code(session, person, now)


def _behind_code(session: Session, person: Person, call: Call, now: datetime) -> Said:
    """`case` in the call's memory: of several in one SMS the worst is read, whichever the call was put in for."""
    worst, many = by_voice.worst_of(session, person, _case(call))
    call.memory = {"at": READ, "misses": 0, "heard": True, "case": worst}
    lead = [_say(session, person, now, "call_doctor_storm", count=str(many))] if many > 1 else []
    return _read_out(session, person, call, now, *lead)


def _ask_code(session: Session, person: Person, now: datetime) -> Said:
    return _say(session, person, now, "call_doctor_code"), Listen("pin", DIGITS)


def _read_out(session: Session, person: Person, call: Call, now: datetime, *lead: Speak) -> Said:
    said = by_voice.read_out(session, now, person, _case(call))
    if said is None:
        return _end(session, person, call, now, "call_doctor_nothing")
    return *lead, Speak(said), Listen("menu", 1)


def _at_case(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    if digits == "*":
        return _read_out(session, person, call, now)
    if digits not in ("1", "2", "3"):
        if _misses(call) >= MISSES_AT_MOST:
            return _end(session, person, call, now, "call_goodbye")
        lead = "call_wrong_key_choice" if digits else "call_silence"
        return _read_out(session, person, call, now, _say(session, person, now, lead))
    done = by_voice.pressed(session, now, person, _case(call), digits)
    if done is Done.IS_HIS and digits == "1":
        return _connected(session, person, call, now)
    words = {Done.IS_HIS: "call_doctor_visit", Done.PASSED_ON: "call_doctor_cannot"}
    return _end(session, person, call, now, words.get(done, "call_doctor_nothing"))


def _connected(session: Session, person: Person, call: Call, now: datetime) -> Said:
    number = by_voice.number_to_connect(session, now, person, _case(call))
    if number is None:
        return _end(session, person, call, now, "call_doctor_not_connected")
    return _stand(call, BRIDGE, (_say(session, person, now, "call_doctor_connecting"), Connect(number)))


def _at_done(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    if WHAT_WAS_DONE.fullmatch(digits):
        done = by_voice.pressed(session, now, person, _case(call), digits)
        word = "call_doctor_noted" if done is Done.NOTED else "call_doctor_nothing"
        return _end(session, person, call, now, word)
    if digits != "*" and _misses(call) >= MISSES_AT_MOST:
        return _end(session, person, call, now, "call_goodbye")
    lead = [] if digits == "*" else ["call_wrong_key_choice" if digits else "call_silence"]
    said = [_say(session, person, now, name) for name in (*lead, "call_doctor_what_was_done")]
    return *said, Listen("menu", DIGITS)


def _end(session: Session, person: Person, call: Call, now: datetime, name: str) -> Said:
    return _stand(call, "over", (_say(session, person, now, name), HangUpNow()))


def _stand(call: Call, at: str, said: Said) -> Said:
    call.memory = {**(call.memory or {}), "at": at, "misses": 0}
    return said


def _misses(call: Call) -> int:
    """This one counted."""
    call.memory = {**(call.memory or {}), "misses": (call.memory or {}).get("misses", 0) + 1}
    return int(call.memory["misses"])


def _case(call: Call) -> str:
    assert call.case_id is not None
    return str((call.memory or {}).get("case") or call.case_id)


def _say(session: Session, person: Person, now: datetime, name: str, **more: str) -> Speak:
    return Speak(neutral.phrase(session, person, name, now, **more))
