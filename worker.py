"""`worker.py jobs` answers the doorbell; `worker.py clock` keeps every promise, with or without Redis."""

import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from types import FrameType

from redis import Redis, RedisError
from redis.client import Pipeline
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from gateway import delivery
from gateway.clock import Clock
from gateway.doorbell import QUEUE, Doorbell, connect, take_off
from gateway.logs import write_logs
from gateway.opening import open_from
from gateway.phone.twilio_out import Telephone
from gateway.quality import letters
from gateway.settings import Settings, SettingsProblem, load
from gateway.store.beats import beat
from gateway.store.database import Database, DatabaseAway
from gateway.store.outbox import Rates
from gateway.ticking import BETWEEN_BEATS, keep_promises

NEXT_LOOK = 5  # seconds between two signs of life of a worker without work
RQ_MARGIN = 15  # RQ looks for a job this much shorter than a worker's time to live
BACK_WITHIN = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What one process holds for as long as it lives."""

    settings: Settings
    database: Database
    clock: Clock
    telephone: Telephone
    rates: Rates
    doorbell: Doorbell
    ending: threading.Event = field(default_factory=threading.Event)


@cache
def parts() -> Parts:
    settings = load()
    return Parts(
        settings=settings,
        database=open_from(settings),
        clock=Clock(story=settings.story_allowed),
        telephone=Telephone(settings),
        rates=delivery.rates_of(settings),
        doorbell=Doorbell(settings.redis_url),
    )


class JobFailed(Exception):
    """Stands in Redis for an error whose own text may hold what a patient wrote."""


def answer_doorbell() -> int:
    """The one job there is: without arguments, so that nothing about anybody is ever in Redis."""
    held = parts()
    take_off(connect(held.settings.redis_url))
    try:
        return delivery.drain(held.database, held.telephone, held.clock, held.rates, is_ending=held.ending.is_set)
    except Exception as error:
        log.exception("the outbox could not be emptied")
        held.ending.wait(1)
        raise JobFailed(type(error).__name__) from None


class Jobs(SimpleWorker):
    """Works in its own process, without a fork for each job, and is back within 2 s after Redis was away."""

    max_connection_wait_time = BACK_WITHIN

    beat_at = 0.0

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(timeout, pipeline)
        if time.monotonic() - self.beat_at < BETWEEN_BEATS:
            return
        self.beat_at, held = time.monotonic(), parts()
        try:
            with held.database.write() as session:
                beat(session, "jobs", held.clock.real())
        except DatabaseAway as away:
            log.error("the database is away: %s", away)

    def request_stop(self, number: int, frame: FrameType | None) -> None:
        parts().ending.set()
        super().request_stop(number, frame)  # type: ignore[no-untyped-call]  # RQ's has no types


def jobs() -> None:
    """Begins again whenever Redis was away, until it is told to end."""
    held = parts()
    while not held.ending.is_set():
        _end_on_signal(held)
        try:
            redis = Redis.from_url(held.settings.redis_url)
            worker = Jobs(
                [QUEUE], connection=redis, serializer=JSONSerializer, worker_ttl=NEXT_LOOK + RQ_MARGIN,
                log_job_description=False,
            )  # fmt: skip
            worker.work(logging_level="WARNING")
        except RedisError as error:
            log.warning("Redis is away (%s); the clock sends meanwhile", type(error).__name__)
        held.ending.wait(1)


def clock() -> None:
    held = parts()
    _end_on_signal(held)
    keep_promises(
        held.database, held.telephone, held.clock, held.rates, held.doorbell, held.ending,
        held.settings.heartbeat_url,
        letters.every_month(held.settings.month_sms_day, held.settings.time_zone, held.settings.talk_weeks),
    )  # fmt: skip


def _end_on_signal(held: Parts) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: held.ending.set())


def main(arguments: list[str]) -> int:
    if arguments not in (["jobs"], ["clock"]):
        print("usage: worker.py jobs|clock", file=sys.stderr)
        return 2
    write_logs()
    try:
        if not parts().settings.redis_url:
            raise SettingsProblem(
                ["REDIS_URL is missing: `python -m gateway serve` brings its own Redis, a Procfile does not"]
            )
    except SettingsProblem as problem:
        print("\n".join(problem.sentences), file=sys.stderr)
        return 1
    {"jobs": jobs, "clock": clock}[arguments[0]]()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # all is committed, and the interpreter's own farewell takes seconds on a busy machine
