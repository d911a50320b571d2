"""A patient rings, or was rung back for a missed call: what can she choose, behind the greeting and the check?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway import enrolment
from gateway.core import wording
from gateway.core.answers import Channel, Check
from gateway.core.greeting import start
from gateway.core.hearing import MISSES_ON_A_CALL, PINS_AT_MOST
from gateway.core.memory import Conversation as Memory
from gateway.core.memory import State
from gateway.core.understand import AnswerHeard, PinExpected, PinHeard, understand
from gateway.core.wording import HangUpNow, Listen, Speak, Spoken
from gateway.core.words import Language
from gateway.intake import neutral, pins
from gateway.intake.going_on import carried_on, said
from gateway.store.queries import conversations
from gateway.store.queries.conversations import Around
from gateway.store.queries.flows import flow_in, flow_of, newest_for
from gateway.store.queries.people import has_consented, may_be_asked
from gateway.store.tables import Call, Conversation, Person
from gateway.talk.known import answers_in_words
from gateway.talk.private import check_of
from gateway.talk.rows import new_row, rank_by_her
from gateway.talk.scene import scene, script
from gateway.talk.steps import note_lines, save
from gateway.talk.telling import spoken as language_of
from gateway.talk.telling import tell_about

GREETING, CHECK, MENU = "greeting", "check", "menu"
REPORT, SCORES, PHONE_ME, EMERGENCY = "1", "2", "3", "4"
FLOWS = {REPORT: "report", SCORES: "scores"}  # the words by which the same begins by SMS

Said = tuple[Spoken, ...]


def greeted(session: Session, person: Person, call: Call, now: datetime) -> Said:
    """The same neutral words as on every call."""
    call.memory = {"at": GREETING, "misses": 0}
    return _say(session, person, now, "call_greeting"), Listen("greeting", 1)


def pressed(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    """`call.memory` is where she stands; None on a call of an older program."""
    at = (call.memory or {}).get("at")
    if at == GREETING:
        return _at_greeting(session, person, call, digits, now)
    if at == CHECK:
        return _at_check(session, person, call, digits, now)
    return _at_menu(session, person, call, digits, now)


def _at_greeting(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    if digits == "1":
        here = _around(session, person)
        asks = check_of(person, here.site)
        return _inside(session, person, call, now) if asks is Check.KEY else _check(session, person, call, asks, now)
    if digits == "2" or _misses(call) >= MISSES_ON_A_CALL:
        return _say(session, person, now, "call_not_here"), HangUpNow()
    return _say(session, person, now, "call_greeting"), Listen("greeting", 1)


def _at_check(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    asks, language = check_of(person, _around(session, person).site), _language(session, person)
    heard = understand(digits, PinExpected(), language, keys=True)
    if isinstance(heard, PinHeard) and pins.judged(session, person, heard, now, asks) == AnswerHeard("yes", ""):
        return _inside(session, person, call, now)
    if _misses(call) >= PINS_AT_MOST:
        return _say(session, person, now, "call_not_here"), HangUpNow()
    lead = "not_right" if isinstance(heard, PinHeard) else "call_wrong_key_pin" if digits else "call_silence"
    return _say(session, person, now, lead), *_check(session, person, call, asks, now, keep=True)


def _check(session: Session, person: Person, call: Call, asks: Check, now: datetime, *, keep: bool = False) -> Said:
    call.memory = {"at": CHECK, "misses": (call.memory or {}).get("misses", 0) if keep else 0}
    return _say(session, person, now, f"call_check_{asks.name.lower()}"), Listen("pin", 4)


def _inside(session: Session, person: Person, call: Call, now: datetime) -> Said:
    """Rung back for a missed call, who wished so is asked at once how she is; everybody else chooses."""
    asks_at_once = call.direction == "out" and (person.wishes or {}).get("missed_call") == "report"
    begun = _begun(session, person, call, FLOWS[REPORT], now) if asks_at_once else None
    return begun or _menu(session, person, call, now)


def _menu(session: Session, person: Person, call: Call, now: datetime) -> Said:
    call.memory = {"at": MENU, "misses": 0}
    return _say(session, person, now, "call_in_menu"), Listen("menu", 1)


def _at_menu(session: Session, person: Person, call: Call, digits: str, now: datetime) -> Said:
    if digits in FLOWS:
        return _begun(session, person, call, FLOWS[digits], now) or _nothing(session, person, now)
    if digits == PHONE_ME:
        return _phoned(session, person, now)
    if digits == EMERGENCY:
        return _say(session, person, now, "call_emergency"), *_menu(session, person, call, now)
    if _misses(call) >= MISSES_ON_A_CALL:
        return _say(session, person, now, "call_goodbye"), HangUpNow()
    return _say(session, person, now, "call_in_menu"), Listen("menu", 1)


def _begun(session: Session, person: Person, call: Call, word: str, now: datetime) -> Said | None:
    """From here on the call is that conversation's: a hang-up, a key, an SMS are taken as on any other."""
    version = enrolment.flow_for(session, word, person.language)
    if version is None or Channel.VOICE not in flow_in(version, person.language).channels:
        return None
    if not has_consented(session, person):
        return None
    if not may_be_asked(person, flow_of(version).rank):
        return None
    if standing := conversations.has_floor(session, person):  # put while she was choosing: one question at a time
        return _joined(session, person, call, standing, now)
    row = new_row(now, person, version)
    row.rank = rank_by_her(flow_of(version))
    row.memory = Memory(Channel.VOICE, State.ASKING, in_words=answers_in_words(person)).to_json()
    session.add(row)
    session.flush()
    here = scene(session, conversations.around_conversation(session, row))
    turn = start(here.flow, here.memory, here.circumstances(session, now))
    save(session, now, here, turn)
    call.conversation_id, call.memory = row.id, None
    spoken = wording.voice(here.flow, here.language, turn[1], here.facts(session, now))
    note_lines(session, now, here, turn[0], said(spoken))
    return spoken


def _joined(session: Session, person: Person, call: Call, standing: Conversation, now: datetime) -> Said | None:
    """Hers is what she goes on with. That of somebody who shares the phone is not hers to hear."""
    if standing.person_id != person.id:
        return None
    call.conversation_id, call.memory = standing.id, None
    return carried_on(session, standing, now)


def _nothing(session: Session, person: Person, now: datetime) -> Said:
    return _say(session, person, now, "call_nothing_to_ask"), *_phoned(session, person, now)


def _phoned(session: Session, person: Person, now: datetime) -> Said:
    tell_about(session, now, "coordinator_call_me", _around(session, person), None)
    return neutral.phoned_back(session, person, _around(session, person), now)


def _misses(call: Call) -> int:
    """This one counted."""
    call.memory = {**(call.memory or {}), "misses": (call.memory or {}).get("misses", 0) + 1}
    return int(call.memory["misses"])


def _say(session: Session, person: Person, now: datetime, name: str) -> Speak:
    return Speak(neutral.phrase(session, person, name, now))


def _around(session: Session, person: Person) -> Around:
    return conversations.around(session, [person])[0]


def _language(session: Session, person: Person) -> Language:
    version = newest_for(session, person.id) or neutral.any_version(session)
    return script(session, version, language_of(version, person), None)[1]
