"""Which cases are open, whose are they, and does each of them have a next action?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import CompoundSelect, Select, bindparam, func, or_, select, union
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from gateway.core.answers import Respondent, Value
from gateway.core.flow import Level
from gateway.core.ownlimits import OwnLimit
from gateway.store.tables import (
    Answer,
    Case,
    CaseEvent,
    Conversation,
    Kind,
    Message,
    Person,
    PersonPhone,
    Phone,
    Plain,
    Role,
    Score,
    Sending,
    Standing,
    Telling,
)

NOBODY_TO_TELL = "nobody to tell"  # the next action of a case that no coordinator in reach has heard of
PATIENCE = timedelta(minutes=2)  # a promise this long past its time means that nothing works on cases
CODE_RESTS = timedelta(days=30)
DEAD = (Sending.REFUSED, Sending.EXPIRED)
NOT_DELIVERED = ("undelivered", "failed")
UNDONE = "undone"  # in a case's ledger: a clinician took his last reply back
SAYS_SO = "patient: reached"  # her yes to "did the doctor phone or visit you"


def cases_without_next_action(session: Session, now: datetime) -> list[Case]:
    """Rule 9: must always be empty. Open, and nothing will happen, nothing does happen, or nobody could be told."""
    return list(session.scalars(_silent(), {"too_late": now - PATIENCE}))


@cache
def _silent() -> Select[Any]:
    late = Case.due_at < bindparam("too_late", type_=Case.due_at.type)
    return _open().where(or_(Case.due_at.is_(None), late, Case.next_action == NOBODY_TO_TELL))


def open_cases(session: Session) -> list[Case]:
    return list(session.scalars(_open()))


def open_case_of(session: Session, patient_id: str) -> Case | None:
    """At most one is open for a patient: later breaches join it."""
    return session.scalars(_open_of(), {"patient": patient_id}).first()


def has_had_case(session: Session, patient_id: str) -> bool:
    return session.scalar(select(Case.id).where(Case.patient_id == patient_id).limit(1)) is not None


@cache
def _open_of() -> Select[Any]:
    return _open().where(Case.patient_id == bindparam("patient"))


def newest_with_code(session: Session, code: str) -> Case | None:
    return session.scalars(select(Case).where(Case.code == code).order_by(Case.opened_at.desc()).limit(1)).first()


def due(session: Session, now: datetime, limit: int) -> list[str]:
    """Open cases whose next promise has come, or whose SMS to the present tier is known not to arrive."""
    timely = session.scalars(_timely(limit), {"now": now})
    return list(dict.fromkeys([*session.scalars(_lost(limit)), *timely]))


@cache
def _timely(limit: int) -> Select[Any]:
    is_due = Case.due_at <= bindparam("now", type_=Case.due_at.type)
    return select(Case.id).where(Case.closed_at.is_(None), is_due).order_by(Case.due_at).limit(limit)


@cache
def _lost(limit: int) -> Select[Any]:
    return lost_sms().limit(limit)


def lost_sms() -> Select[Any]:
    """Open cases whose SMS to the present tier is known not to arrive."""
    return (
        select(Case.id)
        .join(Message, Message.id == Case.waits_on)
        .join(Phone, Phone.id == Message.phone_id)
        .where(Case.closed_at.is_(None))
        .where(or_(Message.state.in_(DEAD), Message.receipt.in_(NOT_DELIVERED), Phone.opted_out_at.is_not(None)))
    )


def told_to(session: Session, clinician: Person, now: datetime) -> list[Case]:
    """Cases that this clinician was ever told of: the open ones, and those closed while their code rests."""
    alone = select(Message.case_id).where(Message.to_id == clinician.id, Message.kind == Kind.CASE)
    told: CompoundSelect[str] = union(alone, select(Telling.case_id).where(Telling.person_id == clinician.id))
    recent = or_(Case.closed_at.is_(None), Case.closed_at > now - CODE_RESTS)
    return list(session.scalars(select(Case).where(Case.id.in_(told), recent).order_by(Case.opened_at.desc())))


def told_in(session: Session, message_id: str) -> list[Case]:
    """Open cases of which one SMS tells."""
    told = select(Telling.case_id).where(Telling.message_id == message_id)
    return list(session.scalars(_open().where(Case.id.in_(told))))


def code_uses(session: Session, now: datetime) -> dict[str, datetime]:
    """When each code was last in use; `now` for that of an open case."""
    still = sql_case((Case.closed_at.is_(None), 1), else_=0)
    used = select(Case.code, func.max(Case.opened_at), func.max(Case.closed_at), func.max(still)).group_by(Case.code)
    return {
        code: now if is_open else max(opened, closed or opened)
        for code, opened, closed, is_open in session.execute(used)
    }


def clinicians_at(session: Session, site_id: str) -> list[tuple[Person, Phone]]:
    """Who works there and can be sent an SMS."""
    return [(person, phone) for person, phone in session.execute(_reachable().where(Person.site_id == site_id))]


def reachable_clinician(session: Session, person_id: str) -> tuple[Person, Phone] | None:
    found = session.execute(_reachable().where(Person.id == person_id)).first()
    return (found[0], found[1]) if found else None


def reachable_clinicians(session: Session, sites: list[str]) -> list[Person]:
    """Whoever can be sent an SMS at these sites, in their order."""
    found = [person for person, _ in session.execute(_reachable().where(Person.site_id.in_(sites)))]
    return sorted(dict.fromkeys(found), key=lambda person: sites.index(person.site_id))


def shares_phone(session: Session, phone: Phone, person: Person) -> bool:
    held = select(PersonPhone.phone_id).where(PersonPhone.person_id == person.id, PersonPhone.phone_id == phone.id)
    return session.execute(held).first() is not None


def values_of(session: Session, conversation: Conversation) -> dict[str, Value]:
    """Current answers and newest scores of one conversation, by id."""
    scores = select(Score).where(Score.conversation_id == conversation.id).order_by(Score.id)
    answers = select(Answer).where(Answer.conversation_id == conversation.id, Answer.superseded_at.is_(None))
    values: dict[str, Value] = {score.name: score.value for score in session.scalars(scores)}
    return values | {answer.question: _value(answer) for answer in session.scalars(answers)}


def answered_for_her(session: Session, conversation: Conversation) -> bool:
    """Whether a helper gave any of its answers."""
    by_helper = (Answer.conversation_id == conversation.id, Answer.respondent == Respondent.HELPER)
    return session.scalar(select(Answer.id).where(*by_helper).limit(1)) is not None


def frozen_limits(case: Case) -> tuple[OwnLimit, ...]:
    """Of her own, as they held when the case opened."""
    return tuple(OwnLimit(question, Level(level), value) for question, level, value in case.frozen.get("limits", []))


def events_of(session: Session, case_id: str) -> list[CaseEvent]:
    return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.number)))


class Line(NamedTuple):
    """Of a case's ledger. A month reads thousands: as rows they cost half of what they cost as objects."""

    number: int
    at: datetime
    kind: str
    by_id: str | None
    facts: Plain


def lines_of_all(session: Session, cases: Sequence[str]) -> dict[str, list[Line]]:
    """Case -> its ledger, in order."""
    found: dict[str, list[Line]] = {}
    columns = (CaseEvent.case_id, CaseEvent.number, CaseEvent.at, CaseEvent.kind, CaseEvent.by_id, CaseEvent.facts)
    lines = select(*columns).where(CaseEvent.case_id.in_(cases)).order_by(CaseEvent.case_id, CaseEvent.number)
    for case_id, number, at, kind, by_id, facts in session.execute(lines):
        found.setdefault(case_id, []).append(Line(number, at, kind, by_id, facts))
    return found


def last_number(session: Session, case_id: str) -> int:
    return session.scalar(_last_number(), {"case": case_id}) or 0


@cache
def _last_number() -> Select[Any]:
    return select(func.max(CaseEvent.number)).where(CaseEvent.case_id == bindparam("case"))


def _value(answer: Answer) -> Value:
    if answer.number is not None:
        return answer.number
    return cast("Value", answer.word)  # yes, no or skipped: what else an answer without a number can be


def _open() -> Select[Case]:
    return select(Case).where(Case.closed_at.is_(None)).order_by(Case.opened_at, Case.id)


def _reachable() -> Select[Person, Phone]:
    return (
        select(Person, Phone)
        .join(PersonPhone, PersonPhone.person_id == Person.id)
        .join(Phone, Phone.id == PersonPhone.phone_id)
        .where(
            Person.role == Role.CLINICIAN,
            Person.standing == Standing.ACTIVE,
            Phone.bad_since.is_(None),
            Phone.opted_out_at.is_(None),
        )
        .order_by(Person.code)
    )
