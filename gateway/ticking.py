"""What does the clock process do each second, and what if one part of it fails?"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway import delivery, outreach
from gateway.cases import ladder
from gateway.clock import Clock
from gateway.doorbell import Doorbell
from gateway.store.beats import beat
from gateway.store.database import Database, DatabaseAway
from gateway.store.outbox import Rates
from gateway.store.queries.messages import is_anything_due

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

PAUSE = 1.0
PAUSE_IN_A_STORY = 0.05  # where time jumps, whoever drives it waits for us
OVERDUE = timedelta(seconds=2)  # what the doorbell did not bring out by then, the clock sends itself
LONGEST_BACK_OFF = 60.0
BETWEEN_BEATS = 2.0

log = logging.getLogger(__name__)


@dataclass
class Part:
    """One thing to be done again and again. A failing one is tried less and less often and holds up no other."""

    name: str
    work: Callable[[], object]
    failures: int = 0
    not_before: float = 0.0


def keep_promises(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rates: Rates,
    doorbell: Doorbell,
    ending: threading.Event,
) -> None:
    """Until `ending` is set. Everything due is a row, so nothing is lost between two looks."""

    def tick(work: Callable[[Session, datetime], int]) -> None:
        """A batch for each commit, until nothing is due: after an outage there may be thousands."""
        while not ending.is_set():
            with database.write() as session:
                if not work(session, clock.now(session)):
                    return

    def ring() -> None:
        with database.read() as session:
            is_due = is_anything_due(session, clock.now(session))
        if is_due:
            doorbell.ring_now()

    parts = [
        Part("clock outreach", lambda: tick(outreach.tick)),
        Part("clock cases", lambda: tick(ladder.tick)),
        Part("clock doorbell", ring),
        Part(
            "clock delivery",
            lambda: delivery.drain(database, telephone, clock, rates, overdue_by=OVERDUE, is_ending=ending.is_set),
        ),
    ]
    told_at = 0.0
    while not ending.is_set():
        done = [part.name for part in parts if try_part(part)]
        if time.monotonic() - told_at >= BETWEEN_BEATS:
            told_at = time.monotonic()
            _tell(database, clock, done)
        ending.wait(PAUSE_IN_A_STORY if clock.story else PAUSE)


def try_part(part: Part) -> bool:
    """Whether it was done. An error is recorded and the part rests for a while: its promises stay due."""
    if time.monotonic() < part.not_before:
        return False
    try:
        part.work()
    except Exception:  # the edge of a job; were it raised again, every other promise would wait for this one
        part.failures += 1
        pause = min(2.0 ** (part.failures - 1), LONGEST_BACK_OFF)
        part.not_before = time.monotonic() + pause
        log.exception("%s failed %d times in a row, again in %.0f s", part.name, part.failures, pause)
        return False
    part.failures = 0
    return True


def _tell(database: Database, clock: Clock, done: list[str]) -> None:
    """/status shows how long ago each part was last done. The sweep's place is here, too."""
    try:
        with database.write() as session:
            for name in done:
                beat(session, name, clock.real())
    except DatabaseAway as away:
        log.error("the database is away: %s", away)
