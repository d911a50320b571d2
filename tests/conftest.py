"""What every test can ask for: a fresh database of either kind, keys, a Redis, and nothing left in clear."""

import logging
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import IO

import psycopg
import pytest
import redis

from gateway.store.database import Database, open_database, upgrade
from gateway.store.sealing import Keys
from gateway.store.tables import Table
from tests import canaries, servers

_run: IO[str] | None = None
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    global _run
    if servers.RUN not in os.environ:  # a worker of xdist inherits it
        _run = servers.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    global _run
    if _run is not None:
        servers.end_run(_run)
        _run = None


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(data_keys=(b"d" * 32,), index_key=b"i" * 32)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for each test, with all tables."""
    if request.param == "sqlite":
        file = tmp_path / "gateway.db"
        shutil.copyfile(_sqlite_template(), file)
        yield f"sqlite:///{file}"
    else:
        name = _new_postgresql()
        yield servers.postgresql_url(name)
        _end_postgresql(name)


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[Database]:
    opened = open_database(database_url, keys)
    yield opened
    opened.close()


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
    _checkpoint_postgresql()
    run = servers.run_folder()
    suspects = [*canaries.written_under(tmp_path_factory.getbasetemp()), *run.rglob("*")]
    assert canaries.found_in_files(suspects) == {}


def _sqlite_template() -> Path:
    template = servers.run_folder() / "template.db"
    with servers.once("template-sqlite") as first:
        if first:
            upgrade(f"sqlite:///{template}")
    return template


def _new_postgresql() -> str:
    """A copy of a database that was brought up once. Nobody may be connected to the one that is copied."""
    with servers.once("template-postgresql") as first:
        if first:
            _at_postgresql("CREATE DATABASE template_gateway")
            upgrade(servers.postgresql_url("template_gateway"))
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _at_postgresql(f"CREATE DATABASE {name} TEMPLATE template_gateway")
    return name


def _end_postgresql(name: str) -> None:
    """Read in full before it goes: a column in clear fails the very test that wrote it."""
    found = _found_in_postgresql(name)
    _at_postgresql(f"DROP DATABASE {name} WITH (FORCE)")
    assert found == {}


def _found_in_postgresql(name: str) -> dict[str, set[str]]:
    found = {}
    with psycopg.connect(_plain_url(name)) as connection:
        for table in Table.metadata.tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT BINARY)') as rows:
                found[table] = canaries.found_in(b"".join(bytes(row) for row in rows))
    return {table: canaries_found for table, canaries_found in found.items() if canaries_found}


def _checkpoint_postgresql() -> None:
    if (servers.run_folder() / "postgresql.done").exists():
        _at_postgresql("CHECKPOINT")


def _at_postgresql(order: str) -> None:
    with psycopg.connect(_plain_url("postgres"), autocommit=True) as connection:
        connection.execute(order.encode())


def _plain_url(name: str) -> str:
    return servers.postgresql_url(name).replace("+psycopg", "")
