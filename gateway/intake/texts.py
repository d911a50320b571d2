"""An SMS came in: whose is it?"""

import unicodedata
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.cases.desk import before
from gateway.core import orders
from gateway.intake import loops, replies, strangers
from gateway.intake.keywords import is_help, is_start, is_stop, staff_stops
from gateway.intake.noting import note, works
from gateway.phone.twilio_in import SmsHeard
from gateway.store.queries.cases import told_to
from gateway.store.queries.conversations import has_floor
from gateway.store.queries.people import hold_phone
from gateway.store.tables import Person, Phone, Role
from gateway.talk.facts import called
from gateway.talk.telling import tell_coordinator

LONGEST_ANSWER = 2  # digits: a case has three or four
STAFF = (Role.CLINICIAN, Role.COORDINATOR)


def taken(session: Session, heard: SmsHeard, now: datetime) -> None:
    phone, people = hold_phone(session, heard.sender)
    works(phone)
    staff = _who_is_meant(session, [person for person in people if person.role in STAFF], heard.body, now)
    others = [person for person in people if person.role not in STAFF]
    if phone is None or not people:
        strangers.wrote(session, heard, now)
    elif staff and not others and _answers_a_question(session, staff, heard.body, now):
        replies.taken(session, heard, phone, people, now)
    elif staff and (not others or _is_doctors(session, staff, heard.body, now)):
        _ordered(session, heard, now, staff, phone)
    else:
        replies.taken(session, heard, phone, people, now)


def _who_is_meant(session: Session, staff: list[Person], body: str, now: datetime) -> Person | None:
    """Of several on one telephone: a coordinator has no cases to answer, and of two doctors the code tells which."""
    clinicians = [person for person in staff if person.role == Role.CLINICIAN] or staff
    if len(clinicians) < 2:
        return next(iter(clinicians), None)
    desks = [(person, before(session, person, now).desk) for person in clinicians]
    named = [(person, cases.named(session, now, person, body)) for person in clinicians]
    by_code = [person for (person, codes), (_, desk) in zip(named, desks, strict=True) if codes & set(desk.open)]
    told = [person for person, codes in named if codes]
    waiting = [person for person, desk in desks if desk.open]
    return next(iter([*by_code, *told, *waiting, *clinicians]))


def _answers_a_question(session: Session, clinician: Person, body: str, now: datetime) -> bool:
    """A digit or two for a training that is open. While he has a case every digit is about cases; words always are."""
    text = unicodedata.normalize("NFKC", body).strip()
    if not text.isdecimal() or len(text) > LONGEST_ANSWER or has_floor(session, clinician) is None:
        return False
    return not before(session, clinician, now).desk.open


def _is_doctors(session: Session, clinician: Person, body: str, now: datetime) -> bool:
    """Of a number that is a doctor's and a patient's: what begins with a case, or names one of his beside a digit. With
    words, only with one of his: "911 I can't breathe" is the patient's."""
    text = unicodedata.normalize("NFKC", body).strip()
    code = orders.CODE.match(text)
    if code is None:
        return bool(cases.named(session, now, clinician, body))
    if not any(sign.isalpha() for sign in text):
        return True
    return any(case.code == code[0] for case in told_to(session, clinician, now))


def _ordered(session: Session, heard: SmsHeard, now: datetime, clinician: Person, phone: Phone) -> None:
    stops, returns = is_stop(heard.body), phone.opted_out_at is not None and is_start(heard.body)
    is_keyword = stops or returns or is_help(heard.body)  # the provider has answered it already
    if not note(session, heard, now, clinician, "keyword" if is_keyword else "order", heard.body):
        return
    if stops:
        staff_stops(session, clinician, now)
    elif returns:
        phone.opted_out_at = None
    elif not is_keyword:
        is_machine = _is_machine(session, now, clinician, phone, heard)
        cases.ordered(session, now, clinician, heard.body, answers=not is_machine)


def _is_machine(session: Session, now: datetime, clinician: Person, phone: Phone, heard: SmsHeard) -> bool:
    """On a busy night a doctor may send the same digit ten times; no machine sends digits alone."""
    if not any(sign.isalpha() for sign in heard.body):
        return False
    if not loops.is_machine(session, now, [clinician], heard.body, is_danger=False):
        return False
    if loops.is_news(session, now, phone):
        told = {"doctor": called(session, clinician)}
        tell_coordinator(session, now, "coordinator_doctor_loop", told, site_id=clinician.site_id, version=None)
    return True
