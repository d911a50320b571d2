"""How does a web process tell the jobs process, at once, that something waits in the outbox?

The doorbell only saves a second or two: `worker.py clock` sends by itself what has been due for over 2 s. So nothing
here may fail or slow the one who rings, and an emptied or dead Redis loses nothing.
"""

import logging
import threading

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "gateway"
WAITING = "gateway:doorbell"
JOB = "worker.answer_doorbell"
SECONDS_A_RING_WAITS = 5  # after a kill the next ring is heard this soon
SECONDS_FOR_A_JOB = 30
SECONDS_FOR_REDIS = 1.0

log = logging.getLogger(__name__)


def connect(url: str) -> Redis:
    """One try, one second: a Redis that is away must show at once."""
    return Redis.from_url(
        url,
        socket_connect_timeout=SECONDS_FOR_REDIS,
        socket_timeout=SECONDS_FOR_REDIS,
        retry=Retry(NoBackoff(), 0),
    )


class Doorbell:
    """`ring` costs the caller nothing: a thread of its own speaks to Redis, once for all rings that came meanwhile."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url) if url else None
        self._rung = threading.Event()
        self._listening = threading.Lock()

    def ring(self) -> None:
        if self._redis is None:
            return
        self._rung.set()
        if self._listening.acquire(blocking=False):
            # Begun by the first ring, so that it lives in the process that rings and not in the one that forked it.
            threading.Thread(target=self._listen, name="doorbell", daemon=True).start()

    def ring_now(self) -> bool:
        """Whether Redis took it. At most one ring waits: the job takes the mark away before anything else."""
        if self._redis is None:
            return False
        try:
            if self._redis.set(WAITING, 1, nx=True, ex=SECONDS_A_RING_WAITS):
                _queue(self._redis).enqueue_call(
                    JOB, timeout=SECONDS_FOR_A_JOB, result_ttl=0, failure_ttl=3600, description="doorbell"
                )
            return True
        except RedisError as error:
            log.warning("the doorbell is out of order: %s", type(error).__name__)
            return False

    def is_in_order(self) -> bool:
        try:
            return self._redis is not None and bool(self._redis.ping())
        except RedisError:
            return False

    def _listen(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            self.ring_now()


def take_off(redis: Redis) -> None:
    """The first thing a job does, so that a ring during its work is not lost."""
    redis.delete(WAITING)


def _queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)
