"""A fresh database of either kind, with all tables and flows, as often as a test asks; read for canaries at its end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg

from gateway import publishing
from gateway.store.database import open_database, upgrade
from gateway.store.sealing import Keys
from gateway.store.tables import Table
from tests import canaries, servers

ROOT = Path(__file__).parent.parent
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # the shipped flows were published before any story begins
KEYS = Keys(data_keys=(b"d" * 32,), index_key=b"i" * 32)  # a flow is nobody's secret: any will do
_numbers = count(1)


@contextmanager
def fresh(kind: str, file: Path, *, with_flows: bool = True) -> Iterator[str]:
    """Its address. `kind` is sqlite, which lives in `file`, or postgresql. `with_flows`: those that are shipped."""
    if kind == "sqlite":
        shutil.copyfile(_sqlite_template(with_flows), file)
        yield f"sqlite:///{file}"
        return
    name = _new_postgresql(with_flows)
    yield servers.postgresql_url(name)
    _end_postgresql(name)


def _sqlite_template(with_flows: bool) -> Path:
    name = "flows" if with_flows else "empty"
    template = servers.run_folder() / f"{name}.db"
    with servers.once(f"sqlite-{name}") as first:
        if first:
            _bring_up(f"sqlite:///{template}", with_flows)
    return template


def _new_postgresql(with_flows: bool) -> str:
    """A copy of a database that was brought up once. Nobody may be connected to the one that is copied."""
    template = "template_flows" if with_flows else "template_empty"
    with servers.once(template) as first:
        if first:
            _at_postgresql(f"CREATE DATABASE {template}")
            _bring_up(servers.postgresql_url(template), with_flows)
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _at_postgresql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def _bring_up(url: str, with_flows: bool) -> None:
    upgrade(url)
    if with_flows:
        database = open_database(url, KEYS)
        with database.write() as session:
            publishing.seed(session, ROOT / "flows", ROOT / "locales", LONG_AGO)
        database.close()


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


def checkpoint_postgresql() -> None:
    if (servers.run_folder() / "postgresql.done").exists():
        _at_postgresql("CHECKPOINT")


def _at_postgresql(order: str) -> None:
    with psycopg.connect(_plain_url("postgres"), autocommit=True) as connection:
        connection.execute(order.encode())


def _plain_url(name: str) -> str:
    return servers.postgresql_url(name).replace("+psycopg", "")
