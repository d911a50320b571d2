"""Does a ring at the doorbell send at once, and does everything leave without one, too?"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from gateway.bundled import Bundled
from gateway.clock import Clock
from gateway.doorbell import JOB, QUEUE, SECONDS_FOR_REDIS, Doorbell, connect, take_off
from gateway.store import outbox
from gateway.store.beats import beats
from gateway.store.database import Database
from gateway.store.sealing import Keys
from gateway.store.tables import Kind
from gateway.supervisor import ROOT, die_with_parent
from tests.network import Network, running_network, settings_for
from tests.village import settle

CLOCK = Clock()
DEAD = "redis://127.0.0.1:9/0"
SOON = 30.0  # a busy machine
RINGS = 100


@pytest.fixture(scope="module")
def keys() -> Keys:
    """Those that the processes derive from the same settings."""
    settings = settings_for()
    return Keys(settings.data_key_bytes, settings.index_key_bytes)


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with running_network() as running:
        yield running


def put_sms(database: Database, body: str) -> None:
    now = CLOCK.real()
    with database.write() as session:
        outbox.put_sms(
            session, now, to=settle(session, now).baraka, body=body, subject=None, kind=Kind.CASE,
            valid_for=timedelta(hours=1),
        )  # fmt: skip


def is_sent(network: Network, body: str) -> bool:
    return [entry["body"] for entry in network.ledger("sms_out")].count(body) == 1


def eventually(holds: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something: other processes have their own time."""
    until = time.monotonic() + SOON
    while not (given := holds()):
        assert time.monotonic() < until, "it never came"
        threading.Event().wait(0.05)
    return given


@contextmanager
def working(name: str, database_url: str, network: Network, redis_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    told = settings_for(network.url, database_url=database_url, redis_url=redis_url).model_dump(exclude_none=True)
    said = {
        key.upper(): getattr(value, "get_secret_value", lambda value=value: str(value))() for key, value in told.items()
    }
    process = subprocess.Popen([sys.executable, "worker.py", name], env=os.environ | said, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def test_at_most_one_ring_waits_and_it_says_nothing_about_anybody(redis_url: str) -> None:
    doorbell, redis = Doorbell(redis_url), connect(redis_url)
    assert [doorbell.ring_now() for _ in range(3)] == [True, True, True]
    assert redis.llen(f"rq:queue:{QUEUE}") == 1
    (job,) = redis.lrange(f"rq:queue:{QUEUE}", 0, -1)
    assert JOB.encode() in redis.hget(f"rq:job:{job.decode()}", "description") + _payload(redis, job.decode())
    take_off(redis)
    doorbell.ring_now()
    assert redis.llen(f"rq:queue:{QUEUE}") == 2
    redis.close()


def _payload(redis: Redis, job: str) -> bytes:
    """As JSON, so never a pickle that Redis could make us run; RQ compresses it."""
    data: bytes = zlib.decompress(redis.hget(f"rq:job:{job}", "data"))
    assert data == f'["{JOB}", null, [], {{}}]'.encode()
    return data


@pytest.mark.parametrize("url", ["", DEAD, "unix:///nowhere/redis.sock"])
def test_a_doorbell_out_of_order_costs_nothing(url: str) -> None:
    doorbell = Doorbell(url)
    doorbell.ring()
    assert doorbell.ring_now() is False
    assert doorbell.is_in_order() is False


def test_who_rings_does_not_wait_for_a_redis_that_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        doorbell, began = Doorbell(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"), time.monotonic()
        for _ in range(RINGS):
            doorbell.ring()
        assert time.monotonic() - began < RINGS * SECONDS_FOR_REDIS / 10


def test_a_ring_sends_at_once(database_url: str, database: Database, network: Network, redis_url: str) -> None:
    with working("jobs", database_url, network, redis_url):
        put_sms(database, redis_url + database_url[:6])
        Doorbell(redis_url).ring_now()
        assert eventually(lambda: is_sent(network, redis_url + database_url[:6]))
        with database.read() as session:
            assert "jobs" in eventually(lambda: beats(session))


def test_with_redis_dead_the_clock_sends(database_url: str, database: Database, network: Network) -> None:
    with working("clock", database_url, network, DEAD):
        put_sms(database, "without a bell " + database_url[:6])
        assert eventually(lambda: is_sent(network, "without a bell " + database_url[:6]))


def test_the_clock_says_that_each_of_its_parts_lives(database_url: str, database: Database, network: Network) -> None:
    def alive() -> set[str]:
        with database.read() as session:
            return set(beats(session))

    with working("clock", database_url, network, DEAD) as process:
        expected = {"clock outreach", "clock cases", "clock doorbell", "clock delivery"}
        assert eventually(lambda: expected <= alive())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_jobs_are_back_after_redis_was_away(
    tmp_path: Path, database_url: str, database: Database, network: Network
) -> None:
    bundled = Bundled(tmp_path)
    with bundled_server(bundled) as first, working("jobs", database_url, network, bundled.url):
        assert eventually(lambda: Redis.from_url(bundled.url).scard("rq:workers"))
        first.kill()
        first.wait()
        with bundled_server(bundled):
            put_sms(database, "after Redis was away " + database_url[:6])
            assert eventually(lambda: Doorbell(bundled.url).ring_now())
            assert eventually(lambda: is_sent(network, "after Redis was away " + database_url[:6]))


@contextmanager
def bundled_server(bundled: Bundled) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(bundled.command, preexec_fn=die_with_parent())
    doorbell = Doorbell(bundled.url)
    try:
        assert eventually(doorbell.is_in_order)
        yield process
    finally:
        process.terminate()
        process.wait(5)


@pytest.mark.parametrize("arguments", [[], ["both"], ["jobs", "clock"]])
def test_wrong_usage_is_told(arguments: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "worker.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (2, "usage: worker.py jobs|clock\n")


def test_what_is_missing_is_told_a_line_each(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "worker.py"), "clock"], cwd=tmp_path, env={"PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "CLINIC_NAME is missing\n" in ran.stderr
    assert "Traceback" not in ran.stderr
