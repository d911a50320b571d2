"""What do doctors and coordinators do with an SMS about a case?"""

from functools import partial

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core.life import State
from gateway.forecasting.days import Days
from gateway.store.queries.cases import told_to
from gateway.store.tables import Case, Message, Person, Role

READS, PHONES = 10, 40  # minutes on average: until he answers, and then until he has phoned
LOOKS = 120  # minutes until she sees to it
ACCEPTS, DONE = "1", "46"  # I call; advice was given and medicine
IN_HAND = (State.ACCEPTED, State.OVERDUE)


def reads(days: Days, session: Session, row: Message, person: Person) -> None:
    """Whoever is told answers, or is silent and the next one is told."""
    if person.role is Role.COORDINATOR:
        if row.case_id:
            days.later(LOOKS, partial(_closes, days, case_id=row.case_id))
        return
    if days.dice.random() < days.plan.helped:
        days.later(days.dice.expovariate(1 / READS), partial(_acts, days, person_id=person.id))


def _acts(days: Days, session: Session, person_id: str) -> None:
    """One SMS for each case that waits for him."""
    clinician = session.get_one(Person, person_id)
    for case in told_to(session, clinician, days.now):
        if case.state == State.TOLD:
            days.text(session, person_id, f"{case.code} {ACCEPTS}")
            phoned = partial(_notes, days, person_id=person_id, case_id=case.id)
            days.later(days.dice.expovariate(1 / PHONES), phoned)
        else:
            _notes(days, session, person_id, case.id)


def _notes(days: Days, session: Session, person_id: str, case_id: str) -> None:
    case = session.get_one(Case, case_id)
    if case.accepted_by == person_id and case.state in IN_HAND:
        days.text(session, person_id, f"{case.code} {DONE}")


def _closes(days: Days, session: Session, case_id: str) -> None:
    """She sees to it herself, where no doctor has it in hand."""
    if session.get_one(Case, case_id).state not in IN_HAND:
        cases.close(session, days.now, case_id, "coordinator", "phoned")
