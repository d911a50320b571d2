"""A doctor is on a call about a case: what is read out, and what does a key do to it? What an SMS digit does."""

from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from gateway import languages
from gateway.cases import doctors, ledger
from gateway.cases.desk import before, urgency
from gateway.cases.moving import taken
from gateway.cases.ordering import ordered
from gateway.core import wording
from gateway.store.queries.cases import told_in
from gateway.store.queries.people import number_of, phone_of
from gateway.store.tables import Case, Person
from gateway.talk.telling import aloud

CONNECTED = ("completed", "answered")


class Done(Enum):
    """What came of a key."""

    IS_HIS = "is his"
    PASSED_ON = "passed on"
    NOTED = "noted"
    NOTHING = "nothing"  # it is another's, or closed


def worst_of(session: Session, clinician: Person, case_id: str) -> tuple[str, int]:
    """In a storm one call rings for all cases of an SMS: the worst of those that wait for him, and how many do."""
    told = [line for line in session.get_one(Case, case_id).progress["told"] if line["person"] == clinician.id]
    together = told_in(session, told[-1]["message"]) if told else []
    waiting = [case for case in together if _is_open_to(case, clinician)]
    worst = min(waiting, key=urgency, default=None)
    return (worst.id if worst else case_id), len(waiting)


def read_out(session: Session, now: datetime, clinician: Person, case_id: str) -> str | None:
    """None when the case needs nothing more from him."""
    with taken(session, now, case_id) as file:
        if not _is_open_to(file.case, clinician):
            return None
        language = languages.of(session, file.version, aloud(session, file.version, clinician))
        facts = wording.spelled(doctors.case_facts(file, clinician, language))
        return wording.phrase(file.flow, language, "call_doctor_case", facts)


def pressed(session: Session, now: datetime, clinician: Person, case_id: str, digits: str) -> Done:
    """`digits` as he would send them by SMS; they go the same road, with the case's number before them.

    He is answered by SMS, too: there stand the patient's number and what to look for.
    """
    code = session.get_one(Case, case_id).code
    ordered(session, now, clinician, f"{code} {digits}")
    session.flush()
    case = session.get_one(Case, case_id, populate_existing=True)
    if digits == "3":
        return Done.PASSED_ON
    if case.accepted_by == clinician.id and case.closed_at is None:
        return Done.IS_HIS if digits in ("1", "2") else Done.NOTED
    return Done.NOTED if case.accepted_by == clinician.id and digits not in ("1", "2") else Done.NOTHING


def number_to_connect(session: Session, now: datetime, clinician: Person, case_id: str) -> str | None:
    """The patient's, in E.164. That it was dialled stands in the case's ledger before it rings."""
    with taken(session, now, case_id) as file:
        phone = phone_of(session, file.patient.id)
        if phone is None:
            return None
        ledger.append(file, "connecting", clinician)
        return number_of(session, phone)


def was_connected(
    session: Session, now: datetime, clinician: Person, case_id: str, status: str, seconds: int | None
) -> bool:
    """An attempt by call, never a contact: a voicemail picks up as well. What was done he says himself."""
    talked = status in CONNECTED
    with taken(session, now, case_id) as file:
        facts = {"how": "by call", "status": status, "seconds": seconds or 0}
        ledger.append(file, "connected" if talked else "not connected", clinician, facts)
    return talked


def most_urgent(session: Session, clinician: Person, now: datetime) -> Case | None:
    """Of those that wait for him or are his."""
    return next(iter(before(session, clinician, now).open), None)


def _is_open_to(case: Case, clinician: Person) -> bool:
    return case.closed_at is None and case.accepted_by in (None, clinician.id)
