"""What do doctors and coordinators do with an SMS about a case?"""

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core.life import State
from gateway.store.queries.cases import told_to
from gateway.store.tables import Case, Message, Person, Role

if TYPE_CHECKING:
    from gateway.forecasting.run import Run

READS, PHONES, LOOKS = 10, 40, 120  # minutes on average: until he answers, until he has phoned, until she has
ACCEPTS, DONE = "1", "46"  # I call; advice was given and medicine
IN_HAND = (State.ACCEPTED, State.OVERDUE)


def reads(run: "Run", session: Session, row: Message, person: Person) -> None:
    """Whoever is told answers, or is silent and the next one is told."""
    if person.role is Role.COORDINATOR:
        if row.case_id:
            run.later(LOOKS, partial(_closes, run, case_id=row.case_id))
        return
    if run.dice.random() < run.plan.helped:
        run.later(run.dice.expovariate(1 / READS), partial(_acts, run, person_id=person.id))


def _acts(run: "Run", session: Session, person_id: str) -> None:
    """One SMS for each case that waits for him."""
    clinician = session.get_one(Person, person_id)
    for case in told_to(session, clinician, run.now):
        if case.state == State.TOLD:
            run.text(session, person_id, f"{case.code} {ACCEPTS}")
            phoned = partial(_notes, run, person_id=person_id, case_id=case.id)
            run.later(run.dice.expovariate(1 / PHONES), phoned)
        else:
            _notes(run, session, person_id, case.id)


def _notes(run: "Run", session: Session, person_id: str, case_id: str) -> None:
    case = session.get_one(Case, case_id)
    if case.accepted_by == person_id and case.state in IN_HAND:
        run.text(session, person_id, f"{case.code} {DONE}")


def _closes(run: "Run", session: Session, case_id: str) -> None:
    """She sees to it herself, where no doctor has it in hand."""
    if session.get_one(Case, case_id).state not in IN_HAND:
        cases.close(session, run.now, case_id, "coordinator", "phoned")
