"""How is a person forgotten: the key, the name, the phone and every word, so that only counts stay?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from gateway.core.life import State
from gateway.store.database import lock
from gateway.store.ids import new_id
from gateway.store.queries.cases import last_number, open_case_of
from gateway.store.tables import (
    Answer,
    Call,
    Case,
    CaseEvent,
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
    Score,
    Sending,
    Standing,
    Telling,
    Turn,
)

GONE = b""
ERASED = "erased"
NOTHING_REMEMBERED = {"channel": "sms", "state": "ended"}
MAY_BE_ERASED = (Role.PATIENT, Role.HELPER)
NOT_YET_SENT = (Sending.PENDING, Sending.DOUBT)  # what is claimed is leaving at this moment


class CannotErase(Exception):
    """One sentence: why, and what to do first."""


@dataclass(frozen=True)
class Erasure:
    """Ids of all who were erased: a patient's helper is here for her alone. `at_provider`: texts still to go there."""

    people: tuple[str, ...]
    phones: int
    cancelled: int
    at_provider: int


def erase(session: Session, person: Person, now: datetime) -> Erasure:
    """For good: no key of ours reads it afterwards, nor does anybody who has a copy of this database.

    Raises CannotErase while a case is open: whoever is in danger is not made unreachable by a command.
    """
    if person.role not in MAY_BE_ERASED:
        raise CannotErase(f"{person.code} is a {person.role}: only patients and helpers are erased.")
    case = open_case_of(session, person.id)
    if case is not None:
        raise CannotErase(
            f"{person.code} has an open case, {case.code}: end it first with "
            f"`python -m gateway cases close {case.code} --outcome WHAT --by WHO`, then erase."
        )
    return _forget(session, person, now)


def forget_again(session: Session, ids: Iterable[str], now: datetime) -> int:
    """Whom of these an older backup has brought back; each is forgotten anew, open case or not. How many."""
    forgotten = 0
    for person_id in ids:
        person = session.get(Person, person_id)
        if person is not None and person.erased_at is None:
            _close_cases(session, person, now)
            _forget(session, person, now)
            forgotten += 1
    return forgotten


def _forget(session: Session, person: Person, now: datetime) -> Erasure:
    helpers = session.scalars(select(Person).where(Person.helps_id == person.id, Person.erased_at.is_(None))).all()
    people = [lock(session, Person, each.id) for each in (person, *helpers)]
    ids = [each.id for each in people]
    conversations = select(Conversation.id).where(Conversation.person_id.in_(ids))
    cancelled = _call_back(session, ids)
    phones = _lose_phones(session, ids)
    _end(session, ids, now)
    _lose_words(session, ids, conversations)
    for each in people:
        _lose_name(each, now)
    session.flush()
    return Erasure(tuple(ids), phones, cancelled, _at_provider(session, ids))


def _call_back(session: Session, ids: list[str]) -> int:
    """To them, and about them to anybody else."""
    taken_back = 0
    for table in (Message, Call):
        waiting = update(table).where(table.state.in_(NOT_YET_SENT), _concerns(table, ids))
        done = waiting.values(state=Sending.CANCELLED, lease_until=None).returning(table.id)
        taken_back += len(session.scalars(done).all())
    return taken_back


def _end(session: Session, ids: list[str], now: datetime) -> None:
    ends: list[tuple[Any, ColumnElement[bool], dict[str, Any]]] = [
        (Consent, Consent.withdrawn_at.is_(None), {"withdrawn_at": now}),
        (Enrolment, Enrolment.ended_at.is_(None), {"ended_at": now, "ended_why": ERASED, "next_due": None}),
        (Conversation, Conversation.ended_at.is_(None), {"ended_at": now, "outcome": ERASED}),
        (Conversation, Conversation.id.is_not(None), {"state": "ended", "due_at": None}),
    ]
    for table, which, values in ends:
        session.execute(update(table).where(table.person_id.in_(ids), which).values(**values))


def _lose_words(session: Session, ids: list[str], conversations: Any) -> None:
    """Bytes too, and not only the key: an older backup still holds that key, and this database would meet it again."""
    gone: list[tuple[Any, ColumnElement[bool], dict[str, Any]]] = [
        (Turn, Turn.conversation_id.in_(conversations), {"words": GONE}),
        (Answer, Answer.person_id.in_(ids), {"raw": GONE, "number": None, "word": None}),
        (Conversation, Conversation.person_id.in_(ids), {"memory": NOTHING_REMEMBERED}),
        (Message, _concerns(Message, ids), {"body": GONE}),
        (Message, Message.id.in_(_digests(ids)), {"body": GONE}),
        (Call, _concerns(Call, ids), {"last_reply": None, "memory": None}),
        (Inbound, Inbound.person_id.in_(ids), {"body": None}),
        (Note, Note.person_id.in_(ids), {"words": GONE}),
        (Case, Case.patient_id.in_(ids), {"outcome": ERASED, "held_for": None}),
    ]
    for table, which, values in gone:
        session.execute(update(table).where(which).values(**values))
    session.execute(delete(Score).where(Score.person_id.in_(ids)))
    for case in session.scalars(select(Case).where(Case.patient_id.in_(ids))):
        case.frozen = {**case.frozen, "symptoms": []}


def _lose_phones(session: Session, ids: list[str]) -> int:
    """A shared phone stays with the others; the row of one's own stays for the counts, without its number."""
    held = set(session.scalars(select(PersonPhone.phone_id).where(PersonPhone.person_id.in_(ids))))
    session.execute(delete(PersonPhone).where(PersonPhone.person_id.in_(ids)))
    shared = set(session.scalars(select(PersonPhone.phone_id).where(PersonPhone.phone_id.in_(held))))
    for phone in session.scalars(select(Phone).where(Phone.id.in_(held - shared))):
        lose_number(session, phone)
    return len(held - shared)


def lose_number(session: Session, phone: Phone) -> None:
    """Whoever writes from it next is a stranger with a new row."""
    phone.number, phone.lookup = GONE, f"{ERASED} {phone.id}"
    session.execute(update(Inbound).where(Inbound.phone_id == phone.id).values(body=None))
    session.execute(update(Message).where(Message.phone_id == phone.id, Message.to_id.is_(None)).values(body=GONE))


def _lose_name(person: Person, now: datetime) -> None:
    person.key = person.name = person.small_number = person.doctor_id = None
    person.code = f"{ERASED}-{person.id}"
    person.standing, person.standing_why = Standing.ENDED, ERASED
    person.no_visit, person.erased_at = False, now
    person.pin = person.wishes = person.birth_year = person.card = person.call_code = None


def _close_cases(session: Session, person: Person, now: datetime) -> None:
    """Of a restored backup: it was closed before the person was erased, and the backup is from before that."""
    for case in session.scalars(select(Case).where(Case.patient_id == person.id, Case.closed_at.is_(None))):
        case.state, case.closed_at, case.closed_by = State.CLOSED, now, ERASED
        case.due_at = case.next_action = case.waits_on = None
        number = last_number(session, case.id) + 1
        session.add(
            CaseEvent(id=new_id(now), case_id=case.id, number=number, at=now, kind="closed", facts={"why": ERASED})
        )


def _at_provider(session: Session, ids: list[str]) -> int:
    sent = select(func.count()).where(
        Message.redacted_at.is_(None), Message.provider_id.is_not(None), _concerns(Message, ids)
    )
    heard = select(func.count()).where(Inbound.redacted_at.is_(None), Inbound.kind == "sms", Inbound.person_id.in_(ids))
    return (session.scalar(sent) or 0) + (session.scalar(heard) or 0)


def _digests(ids: list[str]) -> Select[str]:
    """An SMS to a doctor that tells of several patients is sealed under no patient's key."""
    return select(Telling.message_id).join(Case, Case.id == Telling.case_id).where(Case.patient_id.in_(ids))


def _concerns(table: type[Message] | type[Call], ids: list[str]) -> ColumnElement[bool]:
    return or_(table.to_id.in_(ids), table.subject_id.in_(ids))
