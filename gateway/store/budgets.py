"""What may an ordinary message cost today? Whatever is over a budget waits where everybody can see it; no case does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true, union_all, update
from sqlalchemy.orm import Session, aliased

from gateway.store.tables import Call, Case, Conversation, Kind, Message, Person, Phone, Role, Sending

Row = type[Message] | type[Call]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AGAIN = timedelta(minutes=10)  # while the budget of all is spent, the rows behind it are looked at so often
ON_ITS_WAY = (Sending.CLAIMED, Sending.DOUBT)
PATIENTS = (Role.PATIENT, Role.HELPER)
# They stand in the column `error`, where the provider's own codes begin at 10000.
OVER_BUDGET = 1
NOT_ALLOWED = 2


@dataclass(frozen=True)
class Budget:
    """`a_day` and the caps count segments, and a call as one; `per_number_a_day` counts SMS and calls to one phone.

    `countries`: code -> the most that may go there in an hour, None for no cap; the first is of a phone without one.
    """

    per_number_a_day: int = 20
    a_day: int | None = None
    reserve_for_cases: float = 0.2
    countries: dict[str, int | None] = field(default_factory=dict)

    @property
    def ordinary_a_day(self) -> int | None:
        return None if self.a_day is None else int(self.a_day * (1 - self.reserve_for_cases))


@dataclass(frozen=True)
class _Wanted:
    """A candidate that the budgets count."""

    id: str
    phone_id: str
    cost: int
    country: str
    is_strangers: bool
    is_patients: bool


def held(session: Session, table: Row, ids: Iterable[str], story_now: datetime, budget: Budget) -> frozenset[str]:
    """Which of these due rows may not leave now. They wait, until their time has passed; a case's are never among them.

    The caller holds the sender's lock, so that two claims cannot spend the same.
    """
    wanted = _wanted(session, table, list(ids), budget)
    if not wanted:
        return frozenset()
    abroad = [row for row in wanted if row.is_strangers and budget.countries and row.country not in budget.countries]
    _end(session, table, abroad)
    ours = [row for row in wanted if row not in abroad]
    kept = _over_the_numbers(session, table, ours, story_now, budget)
    ours = [row for row in ours if row.id not in kept]
    kept |= _over_the_day(session, table, ours, story_now, budget)
    kept |= _over_the_countries(session, table, [row for row in ours if row.id not in kept], story_now, budget)
    return frozenset(kept | {row.id for row in abroad})


def held_lately(session: Session) -> int:
    """How many rows wait for a budget at this moment."""
    return sum(
        session.scalar(select(func.count()).where(table.state == Sending.PENDING, table.error == OVER_BUDGET)) or 0
        for table in (Message, Call)
    )


def _wanted(session: Session, table: Row, ids: list[str], budget: Budget) -> list[_Wanted]:
    if not ids:
        return []
    rows = session.execute(
        select(table.id, table.phone_id, _cost(table), Phone.country, table.to_id, Person.role)
        .join(Phone, Phone.id == table.phone_id)
        .outerjoin(Person, Person.id == table.to_id)
        .where(table.id.in_(ids), _is_ordinary(table))
    ).all()
    home = next(iter(budget.countries), "")
    by_id = {row[0]: row for row in rows}
    return [
        _Wanted(id_, phone, cost, country or home, to_id is None, role in PATIENTS or to_id is None)
        for id_, phone, cost, country, to_id, role in (by_id[id_] for id_ in ids if id_ in by_id)
    ]


def _is_ordinary(table: Row) -> ColumnElement[bool]:
    """Neither about a case, nor to its people about one, nor a question whose conversation a case came of."""
    person, talk = aliased(Person), aliased(Conversation)
    staff = exists().where(person.id == table.to_id, person.role.not_in(PATIENTS))
    asked_again = exists().where(talk.id == table.conversation_id, talk.case_id.is_not(None))
    came_of_it = exists().where(Case.conversation_id == table.conversation_id)
    kinds = or_(table.kind.in_((Kind.PROMPT, Kind.NOTICE)), and_(table.kind == Kind.REPLY, ~staff))
    return and_(table.case_id.is_(None), or_(kinds, table.to_id.is_(None)), ~asked_again, ~came_of_it)


def _over_the_numbers(
    session: Session, table: Row, wanted: list[_Wanted], story_now: datetime, budget: Budget
) -> set[str]:
    """Until the oldest that counts is a day old; all that is due to that phone waits with it, so that order holds."""
    phones = {row.phone_id for row in wanted if row.is_patients}
    if not phones:
        return set()
    left = _left(story_now - DAY, only=(Kind.PROMPT, Kind.REPLY, Kind.NOTICE, Kind.SAFETY), phones=phones)
    spent = select(left.c.phone_id, func.count(), func.min(left.c.at)).group_by(left.c.phone_id)
    full = {phone: oldest for phone, count, oldest in session.execute(spent) if count >= budget.per_number_a_day}
    for phone, oldest in full.items():
        _hold(session, table, oldest + DAY if oldest else story_now + AGAIN, story_now, table.phone_id == phone)
    return {row.id for row in wanted if row.is_patients and row.phone_id in full}


def _over_the_day(session: Session, table: Row, wanted: list[_Wanted], story_now: datetime, budget: Budget) -> set[str]:
    if budget.ordinary_a_day is None or not wanted:
        return set()
    left = _left(story_now - DAY)
    room = budget.ordinary_a_day - (session.scalar(select(func.sum(left.c.cost))) or 0)
    kept = {row.id for row, total in _running(wanted) if total > room}
    if kept:
        _hold(session, table, story_now + AGAIN, story_now, true() if room <= 0 else table.id.in_(kept))
    return kept


def _over_the_countries(
    session: Session, table: Row, wanted: list[_Wanted], story_now: datetime, budget: Budget
) -> set[str]:
    caps = {country: cap for country, cap in budget.countries.items() if cap is not None}
    if not caps or not any(row.country in caps for row in wanted):
        return set()
    left, home = _left(story_now - HOUR), next(iter(budget.countries))
    country = func.coalesce(Phone.country, home)
    each = select(Phone.country, func.sum(left.c.cost)).join(Phone, Phone.id == left.c.phone_id).group_by(Phone.country)
    spent = Counter[str]()
    for code, total in session.execute(each):
        spent[code or home] += total
    kept: set[str] = set()
    for code, cap in caps.items():
        room = cap - spent[code]
        over = {row.id for row, total in _running(row for row in wanted if row.country == code) if total > room}
        there = table.phone_id.in_(select(Phone.id).where(country == code))
        if over:
            _hold(session, table, story_now + AGAIN, story_now, there if room <= 0 else table.id.in_(over))
        kept |= over
    return kept


def _running(wanted: Iterable[_Wanted]) -> list[tuple[_Wanted, int]]:
    """Each with what it and those before it cost together."""
    rows = list(wanted)
    return list(zip(rows, accumulate(row.cost for row in rows), strict=True))


def _left(since: datetime, only: tuple[Kind, ...] | None = None, phones: set[str] | None = None) -> Any:
    """All that left since then or is on its way, SMS and calls: counted from the rows, so that nothing can drift."""
    parts = []
    for table in (Message, Call):
        gone = or_(table.sent_at > since, table.state.in_(ON_ITS_WAY))
        part = select(table.phone_id, _cost(table).label("cost"), table.sent_at.label("at")).where(gone)
        if table is Call:
            part = part.where(Call.direction == "out")
        if only:
            part = part.where(table.kind.in_(only), table.case_id.is_(None))
        if phones is not None:
            part = part.where(table.phone_id.in_(phones))
        parts.append(part)
    return union_all(*parts).subquery()


def _cost(table: Row) -> ColumnElement[int]:
    return literal(1) if table is Call else Message.segments + 0


def _hold(session: Session, table: Row, until: datetime, story_now: datetime, which: ColumnElement[bool]) -> None:
    due = and_(table.state == Sending.PENDING, table.not_before <= story_now)
    order = update(table).where(due, _is_ordinary(table), which).values(not_before=until, error=OVER_BUDGET)
    session.execute(order, execution_options={"synchronize_session": False})


def _end(session: Session, table: Row, wanted: list[_Wanted]) -> None:
    """To a stranger abroad nothing is ever said."""
    ids = [row.id for row in wanted]
    order = update(table).where(table.id.in_(ids), table.state == Sending.PENDING)
    if ids:
        values = {"state": Sending.CANCELLED, "error": NOT_ALLOWED}
        session.execute(order.values(**values), execution_options={"synchronize_session": False})
