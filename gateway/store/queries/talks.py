"""When did a person last speak with a patient: a contact that was noted, a report read out to her, a yes of hers?"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from gateway.core.life import Move
from gateway.store.base import BY_TELEPHONE
from gateway.store.queries.cases import SAYS_SO, UNDONE
from gateway.store.tables import Case, CaseEvent, Conversation, Person, Role, Site, Standing

Within = ColumnElement[bool]


class How(StrEnum):
    NOTED = "noted"
    SAYS_SO = "says so"
    REPORT = "report by telephone"
    ENROLLED = "enrolled"  # nobody since


class Talk(NamedTuple):
    at: datetime
    how: How


class Unspoken(NamedTuple):
    person: Person
    site: Site
    last: Talk


def last_talk(session: Session, person: Person) -> Talk:
    return _last(session, [person])[person.id]


def unspoken(session: Session, within: Within, since: datetime, limit: int) -> list[Unspoken]:
    """Active patients with whom nobody has spoken since then, whoever was enrolled first before the others."""
    hers = (Person.role == Role.PATIENT, Person.standing == Standing.ACTIVE, Person.created_at < since, within)
    first = select(Person.id).where(*hers, ~_noted(since).exists(), ~_reported(since).exists())
    first = first.order_by(Person.created_at, Person.id).limit(limit)
    rows = select(Person, Site).join(Site, Site.id == Person.site_id).where(Person.id.in_(first))
    found = session.execute(rows.order_by(Person.created_at, Person.id)).all()
    last = _last(session, [person for person, _ in found])
    return [Unspoken(person, site, last[person.id]) for person, site in found]


def _noted(since: datetime) -> Select[Any]:
    """Of the patient in the query around it."""
    return _talks_in_cases().where(Case.patient_id == Person.id, CaseEvent.at >= since)


def _reported(since: datetime) -> Select[Any]:
    return select(Conversation.id).where(
        Conversation.person_id == Person.id, BY_TELEPHONE, Conversation.started_at >= since
    )


def _last(session: Session, people: Sequence[Person]) -> dict[str, Talk]:
    """Person -> the last talk; for whoever has had none, the day on which she was enrolled."""
    ids = [person.id for person in people]
    found = [(person.id, Talk(person.created_at, How.ENROLLED)) for person in people]
    newest = func.max(CaseEvent.at)
    noted = _talks_in_cases().with_only_columns(Case.patient_id, CaseEvent.kind, newest)
    for patient, kind, at in session.execute(
        noted.where(Case.patient_id.in_(ids)).group_by(Case.patient_id, CaseEvent.kind)
    ):
        found.append((patient, Talk(at, How.SAYS_SO if kind == SAYS_SO else How.NOTED)))
    by_telephone = select(Conversation.person_id, func.max(Conversation.started_at))
    hers = by_telephone.where(BY_TELEPHONE, Conversation.person_id.in_(ids)).group_by(Conversation.person_id)
    found += [(person_id, Talk(at, How.REPORT)) for person_id, at in session.execute(hers)]
    return dict(sorted(found, key=lambda each: each[1].at))


def _talks_in_cases() -> Select[Any]:
    """What a clinician noted, unless the same clinician took it back."""
    undone = aliased(CaseEvent)
    taken_back = exists().where(
        undone.case_id == CaseEvent.case_id,
        undone.kind == UNDONE,
        undone.facts["number"].as_integer() == CaseEvent.number,
    )
    noted = and_(CaseEvent.kind == Move.CONTACT, ~taken_back)
    return select(CaseEvent.id).join(Case, Case.id == CaseEvent.case_id).where(or_(noted, CaseEvent.kind == SAYS_SO))
