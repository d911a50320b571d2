"""Which cases lie before a clinician when his SMS comes in?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.cases.doctors import must_send_code
from gateway.core import orders
from gateway.core.flow import Level
from gateway.store.queries.cases import told_to
from gateway.store.queries.people import on_phone, phone_of
from gateway.store.tables import Case, Person

# Long enough for an SMS that was under way when another case was answered or closed.
UNSETTLED = timedelta(minutes=10)
LEVELS = (Level.NOW, Level.RED, Level.AMBER)


@dataclass(frozen=True)
class Lying:
    """`cases` by code, the newest where a code came back after its rest; `desk` is what the core needs of them."""

    cases: dict[str, Case]
    desk: orders.Desk

    @property
    def open(self) -> list[Case]:
        return [self.cases[code] for code in self.desk.open]


def before(session: Session, clinician: Person, now: datetime) -> Lying:
    cases: dict[str, Case] = {}
    for case in told_to(session, clinician, now):
        cases.setdefault(case.code, case)
    mine = sorted((case for case in cases.values() if _is_his(case, clinician)), key=urgency)
    elsewhere = [case for case in cases.values() if case not in mine]
    phone = phone_of(session, clinician.id)
    desk = orders.Desk(
        open=tuple(case.code for case in mine),
        elsewhere=tuple(case.code for case in elsewhere),
        is_unsettled=any(_changed_hands(case) > now - UNSETTLED for case in elsewhere),
        has_two_roles=phone is not None and must_send_code(on_phone(session, phone)),
    )
    return Lying(cases, desk)


def _is_his(case: Case, clinician: Person) -> bool:
    return case.closed_at is None and case.accepted_by in (None, clinician.id)


def urgency(case: Case) -> tuple[int, datetime]:
    """The least is the most urgent: by level, then who has waited longest. Numbers of two scales cannot be compared."""
    return LEVELS.index(Level(case.level)), case.opened_at


def _changed_hands(case: Case) -> datetime:
    """When a case that is not his (any more) was answered by another, or closed."""
    return case.closed_at or case.accepted_at or case.opened_at
