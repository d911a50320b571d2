"""One patient as a page shows her: who she is, what she reported, what was said, and how to find her."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from gateway.core.flow import Rank
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import (
    Answer,
    Call,
    Case,
    Consent,
    Conversation,
    Enrolment,
    Inbound,
    Message,
    Note,
    Person,
    PersonPhone,
    Phone,
    Role,
    Site,
    Turn,
)

Within = ColumnElement[bool]


class Listed(NamedTuple):
    person: Person
    site: Site
    doctor: Person | None
    case: Case | None


class Reported(NamedTuple):
    """A number that she, or somebody for her, gave; `flow` tells a re-check from a weekly report."""

    question: str
    number: int
    at: datetime
    respondent: str
    confirmed: bool | None
    flow: str
    conversation_id: str


def patients(session: Session, within: Within, site_id: str, limit: int, offset: int) -> list[Listed]:
    order = (Site.name, func.length(Person.small_number), Person.small_number, Person.id)
    here = Person.site_id == site_id if site_id else within
    hers = (Person.role == Role.PATIENT, Person.erased_at.is_(None), within, here)
    page = select(Person.id).join(Site, Site.id == Person.site_id).where(*hers).order_by(*order)
    wanted = _listed(within).where(Person.id.in_(page.limit(limit).offset(offset)))  # sorting whole rows takes longer
    return [Listed(*row) for row in session.execute(wanted.order_by(*order))]


def these(session: Session, within: Within, ids: Sequence[str]) -> list[Listed]:
    return [Listed(*row) for row in session.execute(_listed(within).where(Person.id.in_(ids)).order_by(Site.name))]


def with_code_or_number(session: Session, within: Within, sought: str) -> list[str]:
    """By the code of the list, the small number of the clinic's paper, or a phone in E.164."""
    same = or_(func.lower(Person.code) == sought.lower(), Person.small_number == sought)
    found = select(Person.id).where(Person.role == Role.PATIENT, within, same).limit(50)
    phone = phone_by_number(session, sought) if sought.startswith("+") else None
    if phone is None:
        return list(session.scalars(found))
    on_it = select(PersonPhone.person_id).where(PersonPhone.phone_id == phone.id)
    return list(session.scalars(select(Person.id).where(Person.role == Role.PATIENT, within, Person.id.in_(on_it))))


def all_with_names(session: Session, within: Within, limit: int) -> list[Person]:
    """Names are sealed: whoever looks for one opens them all."""
    named = select(Person).where(Person.role == Role.PATIENT, Person.name.is_not(None), within)
    return list(session.scalars(named.order_by(Person.id).limit(limit)))


def enrolments_of(session: Session, person_id: str) -> list[Enrolment]:
    """What still runs for her, the next one first; what a case planted is among it."""
    mine = (Enrolment.person_id == person_id, Enrolment.ended_at.is_(None))
    return list(session.scalars(select(Enrolment).where(*mine).order_by(Enrolment.next_due, Enrolment.id)))


def consents_of(session: Session, person_id: str) -> list[Consent]:
    """The newest word on each purpose."""
    said = session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at, Consent.id))
    return list({consent.purpose: consent for consent in said}.values())


def phones_of(session: Session, person_id: str) -> list[Phone]:
    held = select(Phone).join(PersonPhone, PersonPhone.phone_id == Phone.id).where(PersonPhone.person_id == person_id)
    return list(session.scalars(held.order_by(Phone.id)))


def cases_of(session: Session, person_id: str, limit: int) -> list[Case]:
    """The newest first."""
    hers = select(Case).where(Case.patient_id == person_id)
    return list(session.scalars(hers.order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit)))


def closed_cases(
    session: Session, within: Within, limit: int, *, site: str, outcome: str, before: str
) -> list[tuple[Case, Person, Site]]:
    """The newest opening first; `before`: opened before that case. An empty word leaves its test out."""
    rows = (
        select(Case, Person, Site)
        .join(Person, Person.id == Case.patient_id)
        .join(Site, Site.id == Person.site_id)
        .where(Case.closed_at.is_not(None), Person.erased_at.is_(None), within)
    )
    tests = ((site, Person.site_id == site), (outcome, Case.outcome == outcome), (before, Case.id < before))
    rows = rows.where(*(test for word, test in tests if word)).order_by(Case.id.desc()).limit(limit)
    return [(case, patient, at) for case, patient, at in session.execute(rows)]


def reported(session: Session, person_id: str, since: datetime) -> list[Reported]:
    """Every number of hers, oldest first; practice is no report."""
    rows = session.execute(
        select(
            Answer.question,
            Answer.number,
            Answer.answered_at,
            Answer.respondent,
            Answer.confirmed,
            Conversation.flow,
            Conversation.id,
        )
        .join(Conversation, Conversation.id == Answer.conversation_id)
        .where(Answer.person_id == person_id, Answer.superseded_at.is_(None), Answer.number.is_not(None))
        .where(Answer.answered_at >= since, Conversation.rank != Rank.PRACTICE)
        .order_by(Answer.answered_at, Answer.id)
    )
    return [
        Reported(question, number, at, by, confirmed, flow, conversation)
        for question, number, at, by, confirmed, flow, conversation in rows
        if number is not None
    ]


def open_conversations(session: Session, person_id: str) -> list[Conversation]:
    """What is being asked, or waits behind it."""
    hers = (Conversation.person_id == person_id, Conversation.state != "ended")
    return list(session.scalars(select(Conversation).where(*hers).order_by(Conversation.id)))


def turns_of(session: Session, person_id: str, limit: int) -> list[tuple[Turn, Conversation]]:
    """The newest first."""
    rows = session.execute(
        select(Turn, Conversation)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(Conversation.person_id == person_id)
        .order_by(Turn.at.desc(), Turn.number.desc())
        .limit(limit)
    )
    return [(turn, conversation) for turn, conversation in rows]


def messages_to(session: Session, person_id: str, limit: int) -> list[Message]:
    """The newest first, whatever became of them."""
    hers = select(Message).where(Message.to_id == person_id)
    return list(session.scalars(hers.order_by(Message.id.desc()).limit(limit)))


def calls_of(session: Session, person_id: str, limit: int) -> list[Call]:
    hers = select(Call).where(Call.to_id == person_id)
    return list(session.scalars(hers.order_by(Call.id.desc()).limit(limit)))


def texts_from(session: Session, person_id: str, since: datetime, limit: int) -> list[Inbound]:
    hers = (Inbound.person_id == person_id, Inbound.kind == "sms", Inbound.received_at > since)
    return list(session.scalars(select(Inbound).where(*hers).order_by(Inbound.received_at.desc()).limit(limit)))


def notes_on(session: Session, case_id: str) -> list[Note]:
    """The newest first."""
    return list(session.scalars(select(Note).where(Note.case_id == case_id).order_by(Note.id.desc())))


def notes_about(session: Session, person_id: str, kind: str) -> list[Note]:
    """Of one kind, without a case, the oldest first."""
    hers = (Note.person_id == person_id, Note.kind == kind, Note.case_id.is_(None))
    return list(session.scalars(select(Note).where(*hers).order_by(Note.id)))


def messages_of_case(session: Session, case_id: str) -> list[Message]:
    """Every text about it, to whomever, in the order in which they were written."""
    return list(session.scalars(select(Message).where(Message.case_id == case_id).order_by(Message.id)))


def _listed(within: Within) -> Select[Person, Site, Person, Case]:
    doctor, case = aliased(Person), aliased(Case)
    return (
        select(Person, Site, doctor, case)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(doctor, doctor.id == Person.doctor_id)
        .outerjoin(case, (case.patient_id == Person.id) & case.closed_at.is_(None))
        .where(Person.role == Role.PATIENT, Person.erased_at.is_(None), within)
    )
