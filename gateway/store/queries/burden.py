"""How many steps did each finished report take her, and what left the house for it: SMS and minutes of calls?"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from gateway.store.ids import earliest_id
from gateway.store.queries.figures import COUNTED
from gateway.store.queries.reports import FINISHED
from gateway.store.tables import Call, Conversation, Message, Person, Sending, Turn

HERS = ("heard", "pressed")  # what she sent, and what she pressed

Within = ColumnElement[bool]


class Sent(NamedTuple):
    """`parts` of SMS that the provider took, `case_parts` of those about a case, `call_seconds` as it told them."""

    parts: int
    case_parts: int
    call_seconds: int


def steps_of_reports(session: Session, since: datetime, until: datetime, within: Within) -> dict[int, int]:
    """Replies and keypresses -> how many finished reports took so many. What somebody took for her is left out."""
    each = (
        select(func.count().label("steps"))
        .select_from(Conversation)
        .join(Person, Person.id == Conversation.person_id)
        .join(Turn, Turn.conversation_id == Conversation.id)
        .where(Conversation.id >= earliest_id(since), Conversation.id < earliest_id(until))
        .where(Conversation.rank.in_(COUNTED), Conversation.outcome.in_(FINISHED), Conversation.taken_by.is_(None))
        .where(Conversation.case_id.is_(None), Turn.direction.in_(HERS), within)
        .group_by(Conversation.id)
        .subquery()
    )
    rows = session.execute(select(each.c.steps, func.count()).group_by(each.c.steps))
    return {steps: number for steps, number in rows}  # noqa: C416 - rows, not pairs


def sent(session: Session, since: datetime, until: datetime, within: Within | None) -> Sent:
    """To and about patients `within`; None: everything that left, to whomever."""
    about_a_case = sql_case((Message.case_id.is_not(None), Message.segments), else_=0)
    parts = select(func.sum(Message.segments), func.sum(about_a_case)).where(
        Message.state == Sending.ACCEPTED, Message.sent_at >= since, Message.sent_at < until
    )
    seconds = select(func.sum(Call.seconds)).where(Call.sent_at >= since, Call.sent_at < until)
    if within is not None:
        ours = select(Person.id).where(within)
        parts = parts.where(Message.subject_id.in_(ours))
        seconds = seconds.where(Call.subject_id.in_(ours))
    all_parts, case_parts = session.execute(parts).one()
    return Sent(int(all_parts or 0), int(case_parts or 0), int(session.scalar(seconds) or 0))
