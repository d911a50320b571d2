"""What waits for a person today, within the sites that somebody may see?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from gateway.core.flow import Level
from gateway.store.base import FAILS, UNANSWERED
from gateway.store.ids import earliest_id
from gateway.store.road import UNREAD
from gateway.store.tables import (
    Answer,
    Case,
    Conversation,
    Enrolment,
    Inbound,
    Person,
    PersonPhone,
    Phone,
    Role,
    Site,
    Standing,
)

LEVELS = (Level.NOW, Level.RED, Level.AMBER)
SILENT_SINCE = timedelta(days=28)
SILENT_PROMPTS = 2
TEXTS_SINCE = timedelta(days=14)
AHEAD = timedelta(hours=24)

Within = ColumnElement[bool]


class Waiting(NamedTuple):
    case: Case
    patient: Person
    site: Site
    holder: Person | None


class Silent(NamedTuple):
    """`prompts` in a row without any answer, the first of them at `since`."""

    person: Person
    site: Site
    prompts: int
    since: datetime


class Text(NamedTuple):
    """`person` None: nobody on the list."""

    text: Inbound
    person: Person | None
    phone: Phone | None


class Failing(NamedTuple):
    person: Person
    site: Site
    phone: Phone


class Planned(NamedTuple):
    enrolment: Enrolment
    person: Person


def waiting(session: Session, within: Within, limit: int, offset: int = 0) -> list[Waiting]:
    """Open cases, the most urgent first: by level, then by whose next promise comes first."""
    holder = aliased(Person)
    rank = sql_case({level.value: place for place, level in enumerate(LEVELS)}, value=Case.level, else_=len(LEVELS))
    order = (rank, Case.due_at, Case.id)
    is_open = select(Case.id).join(Person, Person.id == Case.patient_id).where(Case.closed_at.is_(None), within)
    first = is_open.order_by(*order).limit(limit).offset(offset)  # by ids alone: sorting whole rows takes longer
    rows = session.execute(
        select(Case, Person, Site, holder)
        .join(Person, Person.id == Case.patient_id)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(holder, holder.id == Case.accepted_by)
        .where(Case.id.in_(first))
        .order_by(*order)
    )
    return [Waiting(*row) for row in rows]


def count_waiting(session: Session, within: Within) -> dict[str, int]:
    """Level -> open cases."""
    counted = select(Case.level, func.count()).join(Person, Person.id == Case.patient_id)
    rows = session.execute(counted.where(Case.closed_at.is_(None), within).group_by(Case.level))
    return {level: number for level, number in rows}  # noqa: C416 - rows, not pairs


def silent(session: Session, now: datetime, within: Within, limit: int) -> list[Silent]:
    """Active patients whose last prompts in a row brought no answer; what we missed ourselves doesn't count."""
    recent = (Conversation.id >= earliest_id(now - SILENT_SINCE), UNANSWERED)
    answered = select(func.max(Answer.conversation_id)).where(Answer.person_id == Conversation.person_id)
    several = (  # who alone is worth the look at her last answer
        select(Conversation.person_id, answered.scalar_subquery().label("answered"))
        .where(*recent)
        .group_by(Conversation.person_id)
        .having(func.count() >= SILENT_PROMPTS)
        .subquery()
    )
    counted = (
        select(Conversation.person_id, func.count().label("prompts"), func.min(Conversation.started_at).label("since"))
        .join(several, several.c.person_id == Conversation.person_id)
        .where(*recent, Conversation.id > func.coalesce(several.c.answered, ""))
        .group_by(Conversation.person_id)
        .having(func.count() >= SILENT_PROMPTS)
        .subquery()
    )
    rows = session.execute(
        select(Person, Site, counted.c.prompts, counted.c.since)
        .join(counted, counted.c.person_id == Person.id)
        .join(Site, Site.id == Person.site_id)
        .where(Person.role == Role.PATIENT, Person.standing == Standing.ACTIVE, within)
        .order_by(counted.c.since, Person.id)
        .limit(limit)
    )
    return [Silent(*row) for row in rows]


def unread(session: Session, now: datetime, within: Within, *, strangers: bool, limit: int) -> list[Text]:
    """Texts that no question had asked for and nobody has marked as read, newest first."""
    whose = or_(within, Inbound.person_id.is_(None)) if strangers else and_(within, Inbound.person_id.is_not(None))
    rows = session.execute(
        select(Inbound, Person, Phone)
        .outerjoin(Person, Person.id == Inbound.person_id)
        .outerjoin(Phone, Phone.id == Inbound.phone_id)
        .where(UNREAD, Inbound.received_at > now - TEXTS_SINCE, Inbound.kind == "sms", whose)
        .order_by(Inbound.received_at.desc())
        .limit(limit)
    )
    return [Text(*row) for row in rows]


def failing(session: Session, within: Within, limit: int) -> list[Failing]:
    """People whose number does not work, or who stopped our texts, the newest first."""
    since = func.coalesce(Phone.bad_since, Phone.opted_out_at)
    rows = session.execute(
        select(Person, Site, Phone)
        .join(PersonPhone, PersonPhone.person_id == Person.id)
        .join(Phone, Phone.id == PersonPhone.phone_id)
        .join(Site, Site.id == Person.site_id)
        .where(FAILS, within)
        .where(Person.standing != Standing.ENDED, Person.erased_at.is_(None))
        .order_by(since.desc(), Person.id)
        .limit(limit)
    )
    return [Failing(*row) for row in rows]


def planned(session: Session, now: datetime, within: Within, limit: int) -> list[Planned]:
    """What is asked next, the earliest first."""
    rows = session.execute(_planned(now, within).order_by(Enrolment.next_due, Enrolment.id).limit(limit))
    return [Planned(*row) for row in rows]


def planned_by_doctor(session: Session, now: datetime, within: Within) -> Sequence[tuple[str | None, datetime]]:
    """(doctor, when) of everything that is asked within a day."""
    rows = session.execute(_planned(now, within).with_only_columns(Person.doctor_id, Enrolment.next_due))
    return [(doctor, due) for doctor, due in rows if due]


def _planned(now: datetime, within: Within) -> Select[Enrolment, Person]:
    return (
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.ended_at.is_(None), Enrolment.next_due.is_not(None), Enrolment.next_due <= now + AHEAD)
        .where(Person.standing == Standing.ACTIVE, within)
    )
