"""What is a clinician answered, apart from what his digit did to a case?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway import languages
from gateway.cases.desk import Lying, before
from gateway.cases.symptoms import listed
from gateway.cases.who import OPEN_AT_ONCE
from gateway.core import wording
from gateway.core.flow import Flow
from gateway.core.life import State
from gateway.core.orders import AskedBack, Doubt
from gateway.core.words import Language
from gateway.store import outbox
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.tables import Case, FlowVersion, Kind, Person
from gateway.talk.facts import called
from gateway.talk.telling import spoken, tell_coordinator

VALID = timedelta(hours=1)
LISTED = OPEN_AT_ONCE  # cases in one SMS; the others are counted


@dataclass(frozen=True)
class Counter:
    """Where one clinician's SMS is answered: what lies before him, and the words that he reads."""

    session: Session
    now: datetime
    clinician: Person
    lying: Lying
    version: FlowVersion
    flow: Flow
    language: Language


def counter(session: Session, now: datetime, clinician: Person) -> Counter | None:
    """None only while no flow was ever published: then nobody can have been told of anything."""
    lying = before(session, clinician, now)
    case = next(iter(lying.cases.values()), None)
    version = session.get_one(FlowVersion, case.version_id) if case else next(iter(newest_of_each(session)), None)
    if version is None:
        return None
    language = languages.of(session, version, spoken(version, clinician))
    return Counter(session, now, clinician, lying, version, flow_of(version), language)


def say(at: Counter, word: str, **facts: str) -> None:
    outbox.put_sms(
        at.session,
        at.now,
        to=at.clinician,
        body=wording.phrase(at.flow, at.language, word, facts),
        subject=None,
        kind=Kind.REPLY,
        valid_for=VALID,
    )


def list_cases(at: Counter) -> None:
    """Most urgent first, then the digits."""
    if not at.lying.open:
        say(at, "doctor_list_empty")
        return
    items = [_item(at, case, "doctor_list_item", state=_state(at, case)) for case in at.lying.open[:LISTED]]
    say(at, "doctor_list", list=_joined(at, items))


def ask_back(at: Counter, asked: AskedBack) -> None:
    """Nothing was done; the clock runs on."""
    match asked.doubt:
        case Doubt.WHICH_CASE:
            which_case(at)
        case Doubt.NO_CASE:
            say(at, "doctor_list_empty")
        case Doubt.NOT_HIS:
            say(at, "doctor_no_such_case", code=asked.code or "")
        case Doubt.DONE_OR_NOT_REACHED:
            say(at, "doctor_done_or_not", code=asked.code or "", heard=asked.digits)
        case Doubt.CALL_VISIT_OR_NOT | Doubt.NO_DIGIT | Doubt.MIXED:
            _ask_for_a_digit(at, asked.code)


def which_case(at: Counter) -> None:
    codes = at.lying.desk.open or at.lying.desk.elsewhere
    if not codes:
        say(at, "doctor_list_empty")
    elif len(at.lying.open) < 2:
        say(at, "doctor_which", first=codes[0])
    else:
        items = [_item(at, case, "doctor_open_item") for case in at.lying.open[:LISTED]]
        say(at, "doctor_two_open", count=str(len(codes)), list=_joined(at, items), first=codes[0], second=codes[1])


def leave_to_person(at: Counter) -> None:
    """Words: a coordinator reads them, and nothing stands still meanwhile."""
    say(at, "doctor_unreadable")
    tell_of_words(at)


def tell_of_words(at: Counter) -> None:
    facts = {"doctor": called(at.session, at.clinician)}
    site = at.clinician.site_id
    tell_coordinator(at.session, at.now, "coordinator_doctor_wrote", facts, site_id=site, version=at.version)


def _ask_for_a_digit(at: Counter, code: str | None) -> None:
    case = at.lying.cases.get(code or "")
    if case is None:
        which_case(at)
    elif case.accepted_by == at.clinician.id:
        say(at, "doctor_what_was_done", code=case.code)
    else:
        say(at, "doctor_one_of", code=case.code)


def _item(at: Counter, case: Case, word: str, **facts: str) -> str:
    number = at.session.get_one(Person, case.patient_id).small_number or "?"
    return wording.phrase(at.flow, at.language, word, {"code": case.code, "number": number, **facts})


def _state(at: Counter, case: Case) -> str:
    """His own, or waiting for anybody."""
    yours = case.accepted_by == at.clinician.id or case.state == State.LEFT
    return wording.phrase(at.flow, at.language, "state_yours" if yours else "state_waiting", {})


def _joined(at: Counter, items: list[str]) -> str:
    shown = listed(at.flow, at.language, items)
    facts = {"list": shown, "count": str(len(at.lying.open) - len(items))}
    return shown if facts["count"] == "0" else wording.phrase(at.flow, at.language, "doctor_digest_more", facts)
