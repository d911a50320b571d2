"""What became of the questions of a stretch of time, and which numbers were reported in it?"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.core.flow import Rank
from gateway.core.memory import Outcome
from gateway.store.ids import earliest_id
from gateway.store.queries.cases import DEAD, NOT_DELIVERED
from gateway.store.queries.conversations import LEARNING, MISSED
from gateway.store.queries.reports import FINISHED
from gateway.store.tables import (
    Answer,
    Call,
    Case,
    Conversation,
    Enrolment,
    Message,
    Offer,
    Person,
    Role,
    Sending,
    Site,
)

COUNTED = (Rank.BASELINE, Rank.WEEKLY, Rank.MOOD)  # what asks how she is; no practice, drill, training or re-check
NO_CALL = ("failed", "canceled")
BY_HER_WORD = (Outcome.DECLINED, Outcome.STOPPED, "asked for a pause")

Within = ColumnElement[bool]


class Fate(StrEnum):
    """What became of one set of questions. `MISSED`: we were down; it counts as asked in no figure.

    `LEARNING`: no answer in her first weeks. `BROKEN`: it was ended before its time, she being away, paused or gone.
    Both are in no percentage.
    """

    ANSWERED = "answered"
    PARTLY = "partly"
    SILENT = "silent"
    LEARNING = "learning"
    DECLINED = "declined"
    UNDELIVERED = "undelivered"
    BROKEN = "broken"
    MISSED = "missed_system"
    OPEN = "open"


class Put(NamedTuple):
    """One set of questions that was put to somebody."""

    conversation_id: str
    at: datetime
    flow: str
    fate: str
    person: Person
    site: Site


class Offered(NamedTuple):
    """`why`: a word of `enrolment.offers`, None where she takes part."""

    answer: str
    why: str | None
    number: int


class Group(NamedTuple):
    site_id: str
    doctor_id: str | None
    fate: str
    number: int


def put_by_group(session: Session, since: datetime, until: datetime, within: Within) -> list[Group]:
    """How many, by the patient's site and doctor and by what became of them."""
    by = (Person.site_id, Person.doctor_id, _fate())
    return [Group(*row) for row in session.execute(_put(since, until, within, *by, func.count()).group_by(*by))]


def put_by_stretch(session: Session, starts: Sequence[datetime], within: Within) -> dict[tuple[int, str], int]:
    """(which of the stretches between these moments, fate) -> how many."""
    by = (_stretch(starts, Conversation.id, earliest_id), _fate())
    rows = session.execute(_put(starts[0], starts[-1], within, *by, func.count()).group_by(*by))
    return {(place, fate): number for place, fate, number in rows}


def puts(
    session: Session, since: datetime, until: datetime, within: Within, fate: str, limit: int, offset: int = 0
) -> list[Put]:
    """One by one, oldest first; `fate` "" for all of them that were asked."""
    fated = _fate().label("fate")
    wanted = fated == fate if fate else fated != Fate.MISSED
    columns = (Conversation.id, Conversation.started_at, Conversation.flow, fated, Person, Site)
    rows = _put(since, until, within, *columns).join(Site, Site.id == Person.site_id).where(wanted)
    return [Put(*row) for row in session.execute(rows.order_by(Conversation.id).limit(limit).offset(offset))]


def numbers_by_stretch(
    session: Session, starts: Sequence[datetime], within: Within, flow: str
) -> dict[str, dict[int, dict[int, int]]]:
    """Question -> stretch -> number -> how often it was the answer. Not confirmed ones are left out."""
    place = _stretch(starts, Conversation.id, earliest_id)
    by = (Answer.question, place, Answer.number)
    sure = (Answer.superseded_at.is_(None), Answer.number.is_not(None), Answer.confirmed.is_distinct_from(False))
    rows = _put(starts[0], starts[-1], within, *by, func.count()).join(
        Answer, Answer.conversation_id == Conversation.id
    )
    found: dict[str, dict[int, dict[int, int]]] = {}
    for question, stretch, value, number in session.execute(rows.where(*sure, Conversation.flow == flow).group_by(*by)):
        found.setdefault(question, {}).setdefault(stretch, {})[value] = number
    return found


def opened_by_stretch(session: Session, starts: Sequence[datetime], within: Within) -> dict[tuple[int, str], int]:
    """(stretch, level) -> cases opened; those of practice left out."""
    by = (_stretch(starts, Case.opened_at, lambda moment: moment), Case.level)
    rows = (
        select(*by, func.count())
        .join(Person, Person.id == Case.patient_id)
        .where(Case.opened_at >= starts[0], Case.opened_at < starts[-1], ~is_of_practice(), within)
        .group_by(*by)
    )
    return {(place, level): number for place, level, number in session.execute(rows)}


def is_of_practice() -> ColumnElement[bool]:
    """A case that opened in a practice run: in no figure."""
    return exists().where(Conversation.id == Case.conversation_id, Conversation.rank == Rank.PRACTICE)


def offers(session: Session, since: datetime, until: datetime, within: Within) -> list[Offered]:
    """What became of those who could take part, and why, the most frequent first. `within`: of `Offer.site_id`."""
    by = (Offer.answer, Offer.why)
    rows = select(*by, func.count()).where(Offer.at >= since, Offer.at < until, within).group_by(*by)
    return [Offered(*row) for row in session.execute(rows.order_by(func.count().desc(), *by))]


def _put(since: datetime, until: datetime, within: Within, *columns: Any) -> "Select[Any]":
    """By ids, which are in order of time: the table has no other index by it."""
    return (
        select(*columns)
        .select_from(Conversation)
        .join(Person, Person.id == Conversation.person_id)
        .where(Conversation.id >= earliest_id(since), Conversation.id < earliest_id(until))
        .where(Conversation.rank.in_(COUNTED), Conversation.case_id.is_(None), _was_planned())
        .where(Person.role == Role.PATIENT, within)
    )


def _was_planned() -> ColumnElement[bool]:
    """Not begun by a word of her own, which plants a row of the rule AT_ONCE."""
    at_once = Enrolment.rule["at_once"].as_boolean()
    return exists().where(Enrolment.id == Conversation.enrolment_id, at_once.is_(None))


def _fate() -> ColumnElement[str]:
    # Whatever was answered has one current answer, and only of those there is an index by conversation.
    came_back = exists().where(Answer.conversation_id == Conversation.id, Answer.superseded_at.is_(None))
    return sql_case(
        (Conversation.outcome == MISSED, Fate.MISSED.value),
        (Conversation.outcome.in_(FINISHED), Fate.ANSWERED.value),
        (Conversation.state != "ended", Fate.OPEN.value),
        (or_(Conversation.outcome == Outcome.LEFT, came_back), Fate.PARTLY.value),
        (Conversation.outcome.in_(BY_HER_WORD), Fate.DECLINED.value),
        (_is_lost(), Fate.UNDELIVERED.value),
        (Conversation.outcome == LEARNING, Fate.LEARNING.value),
        (Conversation.outcome == Outcome.GAVE_UP, Fate.SILENT.value),
        else_=Fate.BROKEN.value,
    )


def _is_lost() -> ColumnElement[bool]:
    """Something was to leave, and nothing of it can have arrived."""
    dead = or_(Message.state.in_(DEAD), Message.receipt.in_(NOT_DELIVERED))
    mine = (Message.conversation_id == Conversation.id, Message.state != Sending.CANCELLED)
    rang = exists().where(
        Call.conversation_id == Conversation.id,
        Call.state == Sending.ACCEPTED,
        or_(Call.receipt.is_(None), Call.receipt.not_in(NO_CALL)),
    )
    return and_(exists().where(*mine, dead), not_(exists().where(*mine, not_(dead))), not_(rang))


def _stretch(
    starts: Sequence[datetime], column: InstrumentedAttribute[Any], as_column: Callable[[datetime], Any]
) -> ColumnElement[int]:
    """Which stretch a row lies in, reckoned here: each database cuts weeks in its own way."""
    ends = [(column < as_column(end), place) for place, end in enumerate(starts[1:])]
    return sql_case(*ends, else_=len(starts))
