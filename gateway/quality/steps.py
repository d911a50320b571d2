"""Who did what in a case, when, how long after, by which channel, in time or late, and in or out of his hours?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer, load_only

from gateway.core import policy
from gateway.core.flow import Level, Rank
from gateway.core.life import Move
from gateway.core.policy import Hours, Times
from gateway.store.queries.cases import UNDONE, Line, lines_of_all
from gateway.store.queries.conversations import ranks_of
from gateway.store.queries.duty import hours_of
from gateway.store.queries.places import STAFF
from gateway.store.tables import Case, Person, Site

ACCEPTS = (Move.ACCEPT, Move.REFERRED, Move.NOT_REACHED, Move.CONTACT)
# Where these bring a case back to "told", its clock begins anew.
BEGINS = (Move.HIGH, Move.WORSE, Move.SILENT, Move.PLAN_OVER, Move.PLAN_BROKEN)
BY_PERSON_HERE = (Move.CLOSE, Move.PLAN)
AT_ONCE = 500  # cases whose lines are fetched together


@dataclass(frozen=True)
class Step:
    """`minutes`: since the case opened or opened again. `due` where somebody had a time to keep."""

    event: Line
    level: Level
    began: datetime
    minutes: float
    channel: str
    due: datetime | None
    by: Person | None
    was_undone: bool = False  # the same clinician took this reply back

    @property
    def is_in_time(self) -> bool | None:
        return None if self.due is None else self.event.at <= self.due

    @property
    def is_off_duty(self) -> bool | None:
        return bool(self.event.facts.get("off duty")) if self.by else None


@dataclass(frozen=True)
class Record:
    """One case with its steps. `marks`: drill, practice, undelivered; the first two count in no figure of a doctor."""

    case: Case
    patient: Person
    site: Site
    steps: tuple[Step, ...]
    marks: tuple[str, ...]
    contact_due: datetime  # of the first round: by then somebody should have phoned

    @property
    def is_real(self) -> bool:
        return not {"drill", "practice"} & set(self.marks)

    @property
    def opened_as(self) -> Level:
        """What it was at the opening: it may have risen or fallen since."""
        return self.steps[0].level if self.steps else Level(self.case.level)

    @cached_property
    def counted(self) -> tuple[Step, ...]:
        """What nobody took back: a slip of a digit is in the ledger and in no figure."""
        return tuple(step for step in self.steps if not step.was_undone)

    @cached_property
    def first_contact(self) -> Step | None:
        return next((step for step in self.counted if step.event.kind == Move.CONTACT), None)


def records(
    session: Session, since: datetime, until: datetime, within: ColumnElement[bool] | None = None
) -> Iterator[Record]:
    """Cases opened in between, oldest first; `within`: of patients at these sites."""
    columns = select(Case, Person, Site, Case.progress["drill"].as_boolean())
    opened = columns.join(Person, Person.id == Case.patient_id).join(Site, Site.id == Person.site_id)
    # Most of a case is how it goes on, and of a patient what is sealed: no figure needs either.
    opened = opened.options(defer(Case.progress), load_only(Person.code, Person.doctor_id, Person.time_zone))
    here = () if within is None else (within,)
    rows = opened.where(Case.opened_at >= since, Case.opened_at < until, *here).order_by(Case.opened_at, Case.id)
    found = [_Found(*row) for row in session.execute(rows)]
    staff = list(session.scalars(select(Person).where(Person.role.in_(STAFF))))  # held: asked for in every line
    rules = _Rules()
    for start in range(0, len(found), AT_ONCE):
        yield from _records(session, found[start : start + AT_ONCE], rules)
    del staff


def _records(session: Session, found: list["_Found"], rules: "_Rules") -> Iterator[Record]:
    """So many at once: a question for each case would make a month's page wait."""
    lines = lines_of_all(session, [one.case.id for one in found])
    ranks = ranks_of(session, [one.case.conversation_id for one in found if one.case.conversation_id])
    for case, patient, site, is_drill in found:
        times, hours = rules.times_of(case), rules.hours_of(session, patient)
        steps = tuple(_steps(session, case, times, hours, lines.get(case.id, [])))
        opened_as = steps[0].level if steps else Level(case.level)
        due = times[opened_as].contact.after(case.opened_at, hours)
        is_practice = ranks.get(case.conversation_id or "") == Rank.PRACTICE
        yield Record(case, patient, site, steps, _marks(steps, bool(is_drill), is_practice), due)


class _Found(NamedTuple):
    case: Case
    patient: Person
    site: Site
    is_drill: bool | None


@dataclass(frozen=True)
class _Rules:
    """Times frozen with a case and hours of duty, each read once: nearly all cases have the same."""

    times: list[tuple[dict[str, Any], dict[Level, Times]]] = field(default_factory=list)
    hours: dict[str, Hours] = field(default_factory=dict)

    def times_of(self, case: Case) -> dict[Level, Times]:
        written: dict[str, Any] = case.frozen["policy"]
        known = next((read for plain, read in self.times if plain == written), None)
        if known is None:
            known = policy.from_json(written)
            self.times.append((written, known))
        return known

    def hours_of(self, session: Session, patient: Person) -> Hours:
        whose = patient.doctor_id or patient.time_zone
        if whose not in self.hours:
            self.hours[whose] = hours_of(session, patient)
        return self.hours[whose]


def _steps(session: Session, case: Case, times: dict[Level, Times], hours: Hours, events: list[Line]) -> Iterator[Step]:
    began, told = case.opened_at, dict[str, datetime]()
    level, undone = Level(case.level), {event.facts["number"] for event in events if event.kind == UNDONE}
    for event in events:
        level = Level(event.facts["level"]) if "level" in event.facts else level
        if event.kind in BEGINS and event.facts.get("is") == "told":
            began = event.at
        if event.kind == "told":
            told[event.facts["person"]] = event.at
        by = session.get(Person, event.by_id) if event.by_id else None
        due = _due(event, times[level], hours, began, told)
        minutes = (event.at - began) / timedelta(minutes=1)
        yield Step(event, level, began, minutes, _channel(event), due, by, event.number in undone)


def _due(event: Line, times: Times, hours: Hours, began: datetime, told: dict[str, datetime]) -> datetime | None:
    """A contact by the opening's clock; whoever was told answers within a tier's time."""
    if event.kind == Move.CONTACT and event.facts.get("was") != "contacted":
        return times.contact.after(began, hours)
    if event.kind in ACCEPTS and event.facts.get("was") in ("told", "better, to be called"):
        return times.tier.after(told.get(event.by_id or "", began), hours)
    return None


def _channel(event: Line) -> str:
    if event.kind in BY_PERSON_HERE:
        return "in person"
    if "call" in event.facts:
        return "call"
    return "sms" if "message" in event.facts or "digits" in event.facts or "conversation" in event.facts else ""


def _marks(steps: tuple[Step, ...], is_drill: bool, is_practice: bool) -> tuple[str, ...]:
    found = {
        "drill": is_drill,
        "practice": is_practice,
        "undelivered": any(step.event.kind == "undelivered" for step in steps),
    }
    return tuple(name for name, is_so in found.items() if is_so)
