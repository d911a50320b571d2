"""When the next promise falls due: a prompt, a lapse, a case's action, a row of the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gateway.store.queries.calls import to_weigh
from gateway.store.tables import Call, Case, Conversation, Enrolment, Message, Sending


def next_due(session: Session) -> datetime | None:
    """Story time; None when nothing at all is promised. What is being sent counts as due since it was allowed to go."""
    moments = [session.scalar(question) for question in _questions()]
    return min((moment for moment in moments if moment is not None), default=None)


def _questions() -> list[Select[Any]]:
    """One each: SQL takes a minimum over several tables only through a union."""
    waiting = (Sending.PENDING, Sending.CLAIMED)
    return [
        select(func.min(Enrolment.next_due)).where(Enrolment.ended_at.is_(None)),
        select(func.min(Conversation.due_at)).where(Conversation.ended_at.is_(None)),
        select(func.min(Case.due_at)).where(Case.closed_at.is_(None)),
        select(func.min(Message.not_before)).where(Message.state.in_(waiting)),
        select(func.min(Call.not_before)).where(Call.state.in_(waiting), Call.direction == "out"),
        select(func.min(Call.not_before)).where(to_weigh()),
    ]
