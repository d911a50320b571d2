"""Which cases are due, and what happens to each of them now?"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.cases import ledger, rings
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import advance, move, taken
from gateway.core.life import Move
from gateway.store import poison
from gateway.store.queries.calls import of_cases_to_weigh
from gateway.store.queries.cases import due
from gateway.store.tables import Case

BATCH = 100
STEPS = 20  # after a long outage a case has several to catch up on, never so many


def tick(session: Session, now: datetime) -> int:
    """How many cases were worked. Each in a savepoint of its own: one that fails is put off, loudly."""
    return poison.each(
        session,
        now,
        "case",
        dict.fromkeys([*due(session, now, BATCH), *of_cases_to_weigh(session, BATCH)]),
        lambda case_id: _work(session, now, case_id),
        lambda case_id, again: _put_off(session, case_id, again),
    )


def _work(session: Session, now: datetime, case_id: str) -> int:
    with taken(session, now, case_id) as file:
        _catch_up(file)
    return 1


def _catch_up(file: CaseFile) -> None:
    """Asked again under the lock: a digit may have been quicker, and another clock too."""
    is_lost = rings.weigh(file)
    if file.case.closed_at:
        return
    if is_lost:
        move(file, Move.SKIPPED)
    if rings.sms_is_dead(file, file.case.waits_on):
        ledger.append(file, "undelivered", facts={"message": file.case.waits_on})
        file.case.waits_on = None
        move(file, Move.UNDELIVERED if rings.can_replace_sms(file) else Move.SKIPPED)
    for _ in range(STEPS):
        if file.life.due_at is None or file.life.due_at > file.now:
            return
        advance(file)


def _put_off(session: Session, case_id: str, again: datetime) -> str:
    """`next_action` stays: the audit shows the case as soon as its promise is too long past."""
    session.execute(update(Case).where(Case.id == case_id).values(due_at=again))
    return case_id
