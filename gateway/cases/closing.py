"""A person ends a case: the only end of a `now` case."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases.casefile import CaseFile
from gateway.cases.moving import move, taken
from gateway.core.life import Move
from gateway.store.tables import Person

LONGEST_OUTCOME = 40


def close(session: Session, now: datetime, case_id: str, by: str, outcome: str) -> bool:
    """`by` is a person's name or console account, `outcome` a few words. False when it was closed already."""
    with taken(session, now, case_id) as file:
        return end(file, by, outcome)


def end(file: CaseFile, by: str, outcome: str, person: Person | None = None) -> bool:
    """The same for whoever holds the file already; `person` stands in its ledger."""
    if file.case.closed_at:
        return False
    file.case.closed_by, file.case.outcome = by[:LONGEST_OUTCOME], outcome[:LONGEST_OUTCOME]
    return move(file, Move.CLOSE, person, outcome=outcome[:LONGEST_OUTCOME])
