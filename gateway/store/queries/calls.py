"""Which calls are over and not yet drawn a conclusion from, and is one under way?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from gateway.store.tables import Call, Kind, Sending, Telling

IS_OVER = ("completed", "busy", "no-answer", "failed", "canceled")
ON_THE_WAY = (Sending.PENDING, Sending.CLAIMED, Sending.DOUBT)
LONGEST_CALL = timedelta(minutes=45)
NEVER_LEFT = (Sending.REFUSED, Sending.EXPIRED)


def to_weigh() -> ColumnElement[bool]:
    """Calls of a conversation, or of a patient who rang: what follows from their end is not decided yet."""
    return and_(Call.weighed_at.is_(None), Call.kind == Kind.PROMPT, Call.to_id.is_not(None), _is_over())


def any_to_weigh() -> ColumnElement[bool]:
    """Those, and the rings about a case."""
    return or_(to_weigh(), and_(*_of_cases()))


def _of_cases() -> tuple[ColumnElement[bool], ...]:
    return Call.weighed_at.is_(None), Call.kind == Kind.CASE, Call.case_id.is_not(None), _is_over()


def _is_over() -> ColumnElement[bool]:
    return or_(Call.receipt.in_(IS_OVER), Call.state.in_(NEVER_LEFT))


def of_cases_to_weigh(session: Session, most: int) -> list[str]:
    """Cases about which a ring is over and nothing is concluded from it yet."""
    return [str(case) for case in session.scalars(_cases_to_weigh(most))]


@cache
def _cases_to_weigh(most: int) -> Select[Any]:
    return select(Call.case_id).where(*_of_cases()).order_by(Call.id).limit(most)


def unweighed(session: Session, most: int) -> Sequence[tuple[str, str]]:
    """(call, whose): the oldest first."""
    return [(row, str(person)) for row, person in session.execute(_unweighed(most))]


@cache
def _unweighed(most: int) -> Select[str, str | None]:
    return select(Call.id, Call.to_id).where(to_weigh()).order_by(Call.id).limit(most)


def unweighed_of_case(session: Session, case_id: str) -> list[Call]:
    """Rings about this case that are over, oldest first."""
    return list(session.scalars(_of_case(), {"case": case_id}))


@cache
def _of_case() -> Select[Any]:
    return select(Call).where(Call.case_id == bindparam("case"), *_of_cases()).order_by(Call.id)


def rings_about(session: Session, case_id: str, person_id: str) -> bool:
    """A call to this person about this case waits, rings or talks."""
    unended = or_(Call.receipt.is_(None), Call.receipt.not_in(IS_OVER))
    still = or_(Call.state.in_(ON_THE_WAY), and_(Call.state == Sending.ACCEPTED, unended))
    mine = (Call.case_id == case_id, Call.to_id == person_id, Call.weighed_at.is_(None), still)
    return session.scalar(select(Call.id).where(*mine).limit(1)) is not None


def ring_for_same_sms(session: Session, message_id: str, person_id: str, but: str) -> Call | None:
    """The newest call to this person about another case of which the same SMS tells."""
    others = select(Telling.case_id).where(Telling.message_id == message_id, Telling.case_id != but)
    theirs = (Call.case_id.in_(others), Call.to_id == person_id, Call.kind == Kind.CASE, Call.direction == "out")
    sent = select(Telling.at).where(Telling.message_id == message_id).order_by(Telling.at).limit(1).scalar_subquery()
    return session.scalars(select(Call).where(*theirs, Call.created_at >= sent).order_by(Call.id.desc())).first()


def is_over(call: Call) -> bool:
    return call.receipt in IS_OVER or call.state in NEVER_LEFT


def is_ringing(session: Session, person_id: str, now: datetime, but: str | None = None) -> bool:
    """A call to or from this person waits, rings or talks. One whose end was never told is no more, after a while."""
    unended = or_(Call.receipt.is_(None), Call.receipt.not_in(IS_OVER))
    talks = and_(Call.state == Sending.ACCEPTED, unended, Call.not_before > now - LONGEST_CALL)
    open_calls = select(Call.id).where(Call.to_id == person_id, or_(Call.state.in_(ON_THE_WAY), talks))
    return session.scalar(open_calls.where(Call.id != (but or "")).limit(1)) is not None
