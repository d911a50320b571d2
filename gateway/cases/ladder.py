"""Which cases are due, and what happens to each of them now?"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.cases import ledger
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import advance, move, taken
from gateway.core.life import Move
from gateway.store import poison
from gateway.store.queries.cases import DEAD, NOT_DELIVERED, due
from gateway.store.tables import Case, Message, Phone

BATCH = 100
STEPS = 20  # after a long outage a case has several to catch up on, never so many


def tick(session: Session, now: datetime) -> int:
    """How many cases were worked. Each in a savepoint of its own: one that fails is put off, loudly."""
    return poison.each(
        session,
        now,
        "case",
        due(session, now, BATCH),
        lambda case_id: _work(session, now, case_id),
        lambda case_id, again: _put_off(session, case_id, again),
    )


def _work(session: Session, now: datetime, case_id: str) -> int:
    with taken(session, now, case_id) as file:
        _catch_up(file)
    return 1


def _catch_up(file: CaseFile) -> None:
    """Asked again under the lock: a digit may have been quicker, and another clock too."""
    if file.case.closed_at:
        return
    if _is_dead(file):
        ledger.append(file, "undelivered", facts={"message": file.case.waits_on})
        file.case.waits_on = None
        move(file, Move.SKIPPED)
    for _ in range(STEPS):
        if file.life.due_at is None or file.life.due_at > file.now:
            return
        advance(file)


def _is_dead(file: CaseFile) -> bool:
    message = file.session.get(Message, file.case.waits_on) if file.case.waits_on else None
    if message is None:
        return False
    phone = file.session.get_one(Phone, message.phone_id)
    return message.state in DEAD or message.receipt in NOT_DELIVERED or phone.opted_out_at is not None


def _put_off(session: Session, case_id: str, again: datetime) -> str:
    """`next_action` stays: the audit shows the case as soon as its promise is too long past."""
    session.execute(update(Case).where(Case.id == case_id).values(due_at=again))
    return case_id
