"""What is written out for other systems: reports, cases and people, so many at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from gateway.store.queries.places import STAFF
from gateway.store.tables import Answer, Case, Consent, Conversation, FlowVersion, Person, Role, Score, Site, User

AT_ONCE = 500  # rows that are in memory together


class Given(NamedTuple):
    """A current answer, without the words in which it came."""

    conversation: str
    question: str
    number: int | None
    word: str | None
    respondent: str
    at: datetime


class Scored(NamedTuple):
    conversation: str
    name: str
    value: float
    at: datetime


def reports(session: Session, since: datetime, until: datetime) -> Iterator[list[Any]]:
    """Batches of (conversation, her time zone, its version, the version of the case that it re-checks)."""
    base = aliased(FlowVersion)
    rows = (
        select(Conversation, Person.time_zone, FlowVersion, base)
        .join(Person, Person.id == Conversation.person_id)
        .join(FlowVersion, FlowVersion.id == Conversation.version_id)
        .outerjoin(Case, Case.id == Conversation.case_id)
        .outerjoin(base, base.id == Case.version_id)
        .where(*_reported(since, until))
    )
    return _batches(session, rows, Conversation.id)


def count_reports(session: Session, since: datetime, until: datetime) -> int:
    counted = select(func.count()).select_from(Conversation).join(Person, Person.id == Conversation.person_id)
    return session.scalar(counted.where(*_reported(since, until))) or 0


def reported_of(session: Session, ids: Iterable[str], since: datetime, until: datetime) -> set[str]:
    """Which of these conversations are among the reports of that time."""
    of = select(Conversation.id).join(Person, Person.id == Conversation.person_id)
    return set(session.scalars(of.where(Conversation.id.in_(list(ids)), *_reported(since, until))))


def answers_of(session: Session, ids: Iterable[str]) -> dict[str, tuple[Given, ...]]:
    columns = (Answer.conversation_id, Answer.question, Answer.number, Answer.word, Answer.respondent)
    of = select(*columns, Answer.answered_at).where(Answer.conversation_id.in_(list(ids)), *_current())
    return _by_conversation(Given(*row) for row in session.execute(of.order_by(Answer.id)))


def scores_of(session: Session, ids: Iterable[str]) -> dict[str, tuple[Scored, ...]]:
    """The newest of each name: an answer that came later counted them again."""
    columns = (Score.conversation_id, Score.name, Score.value, Score.scored_at)
    of = select(*columns).where(Score.conversation_id.in_(list(ids))).order_by(Score.id)
    newest = {(row[0], row[1]): Scored(*row) for row in session.execute(of)}
    return _by_conversation(newest.values())


def cases(session: Session, since: datetime, until: datetime) -> Iterator[list[Any]]:
    """Batches of (case, her time zone, the rank of the report that opened it), of whom was erased too."""
    rows = (
        select(Case, Person.time_zone, Conversation.rank)
        .join(Person, Person.id == Case.patient_id)
        .outerjoin(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.opened_at >= since, Case.opened_at < until)
    )
    return _batches(session, rows, Case.id)


def patients(session: Session, since: datetime, until: datetime) -> Iterator[list[Any]]:
    """All; somebody who was erased only where a case of that time still speaks of her."""
    spoken_of = exists().where(Case.patient_id == Person.id, Case.opened_at >= since, Case.opened_at < until)
    kept = or_(Person.erased_at.is_(None), spoken_of)
    return _batches(session, select(Person).where(Person.role == Role.PATIENT, kept), Person.id)


def staff(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.role.in_(STAFF)).order_by(Person.id)))


def acting_as(session: Session) -> dict[str, str | None]:
    """Console account -> the clinician or coordinator as whom it acts."""
    return {name: person for name, person in session.execute(select(User.id, User.person_id))}  # noqa: C416 - rows


def sites(session: Session) -> list[Site]:
    return list(session.scalars(select(Site).order_by(Site.id)))


def consents(session: Session) -> Iterator[list[Any]]:
    """Batches of (consent, her time zone)."""
    hers = and_(Person.role == Role.PATIENT, Person.erased_at.is_(None))
    return _batches(
        session,
        select(Consent, Person.time_zone).join(Person, Person.id == Consent.person_id).where(hers),
        Consent.id,
    )


def _reported(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of patients who were not erased, with an answer at least."""
    answered = exists().where(Answer.conversation_id == Conversation.id, *_current())
    begun = and_(Conversation.started_at >= since, Conversation.started_at < until)
    return begun, Person.role == Role.PATIENT, Person.erased_at.is_(None), answered


def _current() -> tuple[ColumnElement[bool], ...]:
    return Answer.superseded_at.is_(None), or_(Answer.number.is_not(None), Answer.word.is_not(None))


def _batches(session: Session, rows: Select[*tuple[Any, ...]], by: InstrumentedAttribute[str]) -> Iterator[list[Any]]:
    """In the order of their ids, each batch from where the last one ended: an offset would count them all again."""
    after = ""
    while found := list(session.execute(rows.where(by > after).order_by(by).limit(AT_ONCE))):
        yield found
        after = found[-1][0].id


def _by_conversation(rows: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.conversation, []).append(row)
    return {name: tuple(those) for name, those in found.items()}
