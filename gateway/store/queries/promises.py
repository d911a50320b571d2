"""When does the next promise of each kind fall due: a prompt, a lapse, a case's action, a row of the outbox?"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, exists, func, select
from sqlalchemy.orm import Session

from gateway.store.queries.calls import any_to_weigh
from gateway.store.queries.cases import lost_sms
from gateway.store.tables import Call, Case, Conversation, Enrolment, Message, Sending


@dataclass(frozen=True)
class Ahead:
    """Story time; None where nothing of that kind is promised. What is being sent counts as due since it might go."""

    prompt: datetime | None
    lapse: datetime | None
    case: datetime | None
    message: datetime | None
    call: datetime | None
    ended_call: datetime | None
    has_lost_sms: bool  # to somebody who was told of an open case

    @property
    def next(self) -> datetime | None:
        moments = (self.prompt, self.lapse, self.case, self.message, self.call, self.ended_call)
        return min((moment for moment in moments if moment is not None), default=None)

    def has_asking(self, now: datetime) -> bool:
        """Whether `outreach.tick` finds anything to do."""
        return self.ended_call is not None or _is_past(now, self.prompt, self.lapse)

    def has_cases(self, now: datetime) -> bool:
        """Whether `cases.ladder.tick` finds anything to do."""
        return self.has_lost_sms or self.ended_call is not None or _is_past(now, self.case)

    def has_mail(self, now: datetime) -> bool:
        return _is_past(now, self.message, self.call)


def _is_past(now: datetime, *moments: datetime | None) -> bool:
    return any(moment is not None and moment <= now for moment in moments)


def ahead(session: Session) -> Ahead:
    return Ahead(*session.execute(_moments()).one())


def next_due(session: Session) -> datetime | None:
    """None when nothing at all is promised."""
    return ahead(session).next


@cache
def _moments() -> Executable:
    """One statement for all kinds: it is asked each second. Built once."""
    waiting = (Sending.PENDING, Sending.CLAIMED)
    return select(
        select(func.min(Enrolment.next_due)).where(Enrolment.ended_at.is_(None)).scalar_subquery(),
        select(func.min(Conversation.due_at)).where(Conversation.ended_at.is_(None)).scalar_subquery(),
        select(func.min(Case.due_at)).where(Case.closed_at.is_(None)).scalar_subquery(),
        select(func.min(Message.not_before)).where(Message.state.in_(waiting)).scalar_subquery(),
        select(func.min(Call.not_before)).where(Call.state.in_(waiting), Call.direction == "out").scalar_subquery(),
        select(func.min(Call.not_before)).where(any_to_weigh()).scalar_subquery(),
        exists(lost_sms()),
    )
