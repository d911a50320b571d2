"""What does the clock process do each second, and what if one part of it fails?"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway import budgets, delivery, intake, keeping, outreach, watch
from gateway.cases import ladder, rota
from gateway.clock import Clock
from gateway.doorbell import Doorbell
from gateway.outreach import training
from gateway.store.beats import beat
from gateway.store.database import Database, DatabaseAway
from gateway.store.outbox import Rates
from gateway.store.queries import promises
from gateway.store.queries.messages import is_anything_due
from gateway.store.queries.promises import Ahead

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

PAUSE = 1.0
PAUSE_IN_A_STORY = 0.05  # where time jumps, whoever drives it waits for us
OVERDUE = timedelta(seconds=2)  # what the doorbell did not bring out by then, the clock sends itself
LONGEST_BACK_OFF = 60.0
DATABASE_AWAY = 2.0  # seconds to the next look
BETWEEN_BEATS = 2.0
CATCH_UP_WITHIN = 10.0  # what was missed while we were down is heard before anybody is reminded to answer
LAST_WORD = 3.0  # for a request under way at the end; cut off, it is a doubt like any other

log = logging.getLogger(__name__)


@dataclass
class Part:
    """One thing to be done again and again. A failing one is tried less and less often and holds up no other."""

    name: str
    work: Callable[[], object]
    every: float = 0.0  # seconds
    failures: int = 0
    not_before: float = 0.0


def keep_promises(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rates: Rates,
    doorbell: Doorbell,
    ending: threading.Event,
    heartbeat_url: str | None = None,
    every_month: Callable[[Session, datetime], int] | None = None,
) -> None:
    """Until `ending` is set. Everything due is a row, so nothing is lost between two looks.

    What speaks with the provider has a thread of its own: its silence must not hold up a case.
    """
    caught_up = threading.Event()
    outside = _with_provider(database, telephone, clock, rates, ending, heartbeat_url, caught_up)
    thread = threading.Thread(target=_repeat, args=(database, clock, outside, ending), name="provider", daemon=True)
    thread.start()
    began = time.monotonic()
    while not (ending.is_set() or caught_up.wait(0.1) or time.monotonic() - began > CATCH_UP_WITHIN):
        pass
    _repeat(database, clock, _inside(database, clock, doorbell, ending, every_month), ending)
    thread.join(LAST_WORD)


def _inside(
    database: Database,
    clock: Clock,
    doorbell: Doorbell,
    ending: threading.Event,
    every_month: Callable[[Session, datetime], int] | None,
) -> list[Part]:
    """What needs the database only."""

    def tick(work: Callable[[Session, datetime], int]) -> None:
        """A batch for each commit, until nothing is due: after an outage there may be thousands."""
        while not ending.is_set():
            if not database.again(lambda session: work(session, clock.now(session))):
                return

    def tick_if(has_work: Callable[[Ahead, datetime], bool], work: Callable[[Session, datetime], int]) -> None:
        """Most seconds nothing is due, and one question without a lock says so."""
        with database.read() as session:
            is_due = has_work(promises.ahead(session), clock.now(session))
        if is_due:
            tick(work)

    def ring() -> None:
        with database.read() as session:
            is_due = is_anything_due(session, clock.now(session))
        if is_due:
            doorbell.ring_now()

    letters = [Part("clock month", lambda: tick(every_month), every=600)] if every_month else []
    return [
        Part("clock outreach", lambda: tick_if(Ahead.has_asking, outreach.tick)),
        Part("clock cases", lambda: tick_if(Ahead.has_cases, ladder.tick)),
        Part("clock budgets", lambda: tick(budgets.tell)),
        Part("clock forgotten", lambda: tick(watch.wake_forgotten), every=60),
        Part("clock rota", lambda: tick(rota.tell), every=600),
        Part("clock training", lambda: tick(training.plan), every=600),
        Part("clock poison", lambda: tick(watch.tell_of_poison), every=15),
        Part("clock doorbell", ring),
        *letters,
    ]


def _with_provider(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rates: Rates,
    ending: threading.Event,
    heartbeat_url: str | None,
    caught_up: threading.Event,
) -> list[Part]:
    def fill() -> None:
        try:
            watch.fill_gaps(database, telephone, clock, intake.heard)
        finally:
            caught_up.set()

    def send() -> None:
        delivery.drain(database, telephone, clock, rates, overdue_by=OVERDUE, is_ending=ending.is_set)

    return [
        Part("clock gaps", fill, every=60),
        Part("clock delivery", send),
        Part("clock doubts", lambda: delivery.settle_doubts(database, telephone, clock, is_ending=ending.is_set)),
        Part(
            "clock receipts", lambda: delivery.ask_after(database, telephone, clock, is_ending=ending.is_set), every=15
        ),
        Part("clock heartbeat", lambda: watch.call_home(database, clock, heartbeat_url), every=5),
        Part("clock tidying", lambda: keeping.tidy(database, telephone, clock), every=5),
    ]


def _repeat(database: Database, clock: Clock, parts: list[Part], ending: threading.Event) -> None:
    told_at = 0.0
    while not ending.is_set():
        done = [part.name for part in parts if not ending.is_set() and try_part(part)]
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
    except DatabaseAway as away:  # nothing can be done until it is back, and then at once
        part.not_before = time.monotonic() + DATABASE_AWAY
        log.error("%s: the database is away: %s", part.name, away)
        return False
    except Exception:  # the edge of a job; were it raised again, every other promise would wait for this one
        part.failures += 1
        pause = min(2.0 ** (part.failures - 1), LONGEST_BACK_OFF)
        part.not_before = time.monotonic() + pause
        log.exception("%s failed %d times in a row, again in %.0f s", part.name, part.failures, pause)
        return False
    part.failures, part.not_before = 0, time.monotonic() + part.every
    return True


def _tell(database: Database, clock: Clock, done: list[str]) -> None:
    """/status shows how long ago each part was last done."""
    try:
        with database.write() as session:
            for name in done:
                beat(session, name, clock.real())
    except DatabaseAway as away:
        log.error("the database is away: %s", away)
