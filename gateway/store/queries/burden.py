"""How many steps did each finished report take her, and what left the house for it: SMS and minutes of calls?"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from gateway.core.memory import Outcome
from gateway.store.ids import earliest_id
from gateway.store.queries.figures import COUNTED, is_of_practice
from gateway.store.tables import Call, Case, Conversation, Message, Person, Sending, Site, Turn

HERS = ("heard", "pressed")  # what she sent, and what she pressed

Within = ColumnElement[bool]


class Sent(NamedTuple):
    """`parts` of SMS that the provider took, `case_parts` of those about a case, `call_seconds` as it told them."""

    parts: int
    case_parts: int
    call_seconds: int


class Finished(NamedTuple):
    """One report that she answered to its end, and what it took her."""

    at: datetime
    flow: str
    person: Person
    site: Site
    steps: int


def steps_of_reports(session: Session, since: datetime, until: datetime, within: Within) -> dict[int, int]:
    """Replies and keypresses -> how many finished reports took so many. What somebody took for her is left out."""
    each = _steps_of_each(since, until, within).subquery()
    rows = session.execute(select(each.c.steps, func.count()).group_by(each.c.steps))
    return {steps: number for steps, number in rows}  # noqa: C416 - rows, not pairs


def finished_reports(
    session: Session, since: datetime, until: datetime, within: Within, limit: int, offset: int = 0
) -> list[Finished]:
    """One by one, first those that took most steps."""
    each = _steps_of_each(since, until, within).subquery()
    rows = (
        select(Conversation.started_at, Conversation.flow, Person, Site, each.c.steps)
        .join(each, each.c.id == Conversation.id)
        .join(Person, Person.id == Conversation.person_id)
        .join(Site, Site.id == Person.site_id)
        .order_by(each.c.steps.desc(), Conversation.id)
    )
    return [Finished(*row) for row in session.execute(rows.limit(limit).offset(offset))]


def _steps_of_each(since: datetime, until: datetime, within: Within) -> "Select[str, int]":
    return (
        select(Conversation.id, func.count().label("steps"))
        .join(Person, Person.id == Conversation.person_id)
        .join(Turn, Turn.conversation_id == Conversation.id)
        .where(Conversation.id >= earliest_id(since), Conversation.id < earliest_id(until))
        .where(
            Conversation.rank.in_(COUNTED), Conversation.outcome == Outcome.FINISHED, Conversation.taken_by.is_(None)
        )
        .where(Conversation.case_id.is_(None), Turn.direction.in_(HERS), within)
        .group_by(Conversation.id)
    )


def sent(session: Session, since: datetime, until: datetime, within: Within | None) -> Sent:
    """To and about patients `within`; None: everything that left, to whomever. A case's parts count when it opened."""
    parts = select(func.sum(Message.segments)).where(
        Message.state == Sending.ACCEPTED, Message.sent_at >= since, Message.sent_at < until
    )
    seconds = select(func.sum(Call.seconds)).where(Call.sent_at >= since, Call.sent_at < until)
    if within is not None:
        ours = select(Person.id).where(within)
        parts = parts.where(Message.subject_id.in_(ours))
        seconds = seconds.where(Call.subject_id.in_(ours))
    of_cases = _parts_of_cases(since, until, true() if within is None else within)
    return Sent(*(int(session.scalar(summed) or 0) for summed in (parts, of_cases, seconds)))


def _parts_of_cases(since: datetime, until: datetime, within: Within) -> "Select[int]":
    """Whenever they left: as with contacts, what was done for a case belongs to the month in which it opened."""
    return (
        select(func.sum(Message.segments))
        .join(Case, Case.id == Message.case_id)
        .join(Person, Person.id == Case.patient_id)
        .where(Message.state == Sending.ACCEPTED, Case.opened_at >= since, Case.opened_at < until)
        .where(~is_of_practice(), within)
    )
