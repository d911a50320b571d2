"""What every test can ask for: a fresh database of either kind, keys, a Redis, and nothing left in clear."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import hypothesis
import pytest
import redis

from gateway.demo import network
from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys
from tests import canaries, databases, figures, servers
from tests.network import Network, running_network
from tests.world import OUR_NUMBER

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("house")

_run: IO[str] | None = None


def pytest_configure(config: pytest.Config) -> None:
    global _run
    if servers.RUN not in os.environ:  # a worker of xdist inherits it
        _run = servers.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    global _run
    if _run is not None:
        servers.end_run(_run)
        _run = None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, [])]
    for line in figures.lines(reports):
        terminalreporter.write_line(line)


@pytest.fixture
def count(request: pytest.FixtureRequest) -> figures.Count:
    return figures.counting(request)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(data_keys=(b"d" * 32,), index_key=b"i" * 32)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for each test, with all tables and the shipped flows; `empty`: without these."""
    is_empty = request.node.get_closest_marker("empty") is not None
    with databases.fresh(request.param, tmp_path / "gateway.db", with_flows=not is_empty) as url:
        yield url


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[Database]:
    opened = open_database(database_url, keys, clinic_name="Baiyun clinic")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def one_network() -> Iterator[Network]:
    """A simulated telephone network for all tests of a file."""
    with running_network() as running:
        yield running


@pytest.fixture(scope="session")
def telephones() -> Iterator[network.Network]:
    """The simulated network of a worker's stories; each begins on an empty one."""
    started = network.start(OUR_NUMBER, 0, seed=1)
    yield started
    started.process.terminate()
    started.process.communicate(timeout=30)


@pytest.fixture
def redis_url() -> str:
    """Empty, and this worker's own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    address = servers.redis_url(int(worker))
    with redis.Redis.from_url(address) as connection:
        connection.flushdb()
    return address


@pytest.fixture(scope="session", autouse=True)
def nothing_in_clear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever this process logged and its tests wrote holds no canary; see canaries.py."""
    log = logging.FileHandler(servers.run_folder() / f"{os.getpid()}.log")
    log.setLevel(logging.INFO)
    root = logging.getLogger()
    root.addHandler(log)
    root.setLevel(logging.INFO)
    yield
    root.removeHandler(log)
    log.close()
    databases.checkpoint_postgresql()
    run = servers.run_folder()
    suspects = [*canaries.written_under(tmp_path_factory.getbasetemp()), *run.rglob("*")]
    assert canaries.found_in_files(suspects) == {}
