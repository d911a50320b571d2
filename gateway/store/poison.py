"""A row whose work always fails: how does it hold up no other, and when must a person look at it?"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from gateway.store.tables import Poison

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8))
QUARANTINED_AFTER = 5  # failures
IN_QUARANTINE = timedelta(hours=1)  # tried again this seldom: a release may have mended it
STILL = timedelta(days=1)

log = logging.getLogger(__name__)


def each(
    session: Session,
    now: datetime,
    work: str,
    rows: Collection[str],
    do: Callable[[str], int],
    put_off: Callable[[str, datetime], str | None],
) -> int:
    """How many were worked, each in a savepoint of its own. One that fails is put off; the rest goes on.

    `put_off` moves the row's own promise to the moment given, and tells its case if it has one.
    """
    if not rows:
        return 0
    known, worked = failing(session, work), 0
    for row in rows:
        if row in known and known[row] > now:
            continue  # due for another reason than its own promise, and not to be tried yet
        try:
            with session.begin_nested():
                worked += do(row)
        except (OperationalError, InterfaceError):
            raise  # the database's trouble, not the row's: everything waits and nothing is counted
        except Exception as error:
            log.exception("%s %s could not be worked and is put off", work, row)
            again = failed(session, now, work, row, error)
            failed_row(session, work, row).case_id = put_off(row, again)
            worked += 1
        else:
            if row in known:
                recovered(session, work, row)
    return worked


def failed(
    session: Session,
    now: datetime,
    work: str,
    row: str,
    error: BaseException,
    pauses: tuple[timedelta, ...] = PAUSES,
) -> datetime:
    """Counts it. When it may be tried again (story time): later each time."""
    poison = session.get(Poison, (work, row)) or Poison(work=work, row=row, failures=0)
    poison.failures, poison.error, poison.failed_at = poison.failures + 1, type(error).__name__[:60], now
    if poison.failures >= QUARANTINED_AFTER:
        poison.quarantined_at = poison.quarantined_at or now
    pause = IN_QUARANTINE if poison.quarantined_at else pauses[min(poison.failures, len(pauses)) - 1]
    poison.not_before = now + pause
    session.add(poison)
    session.flush()
    return poison.not_before


def failed_row(session: Session, work: str, row: str) -> Poison:
    return session.get_one(Poison, (work, row))


def failing(session: Session, work: str) -> dict[str, datetime]:
    """Row -> not to be tried before (story time)."""
    return dict(session.execute(_failing(), {"work": work}).all())


@cache
def _failing() -> Select[str, datetime]:
    return select(Poison.row, Poison.not_before).where(Poison.work == bindparam("work"))


def is_resting(session: Session, now: datetime, work: str, row: str) -> bool:
    poison = session.get(Poison, (work, row))
    return poison is not None and poison.not_before > now


def recovered(session: Session, work: str, row: str) -> None:
    session.execute(delete(Poison).where(Poison.work == work, Poison.row == row))


def quarantined(session: Session, now: datetime) -> list[Poison]:
    """What still fails is tried each hour; what has not failed for a day is over by now, one way or another."""
    still = select(Poison).where(Poison.quarantined_at.is_not(None), Poison.failed_at > now - STILL)
    return list(session.scalars(still.order_by(Poison.failed_at)))
