"""A fresh database of either kind, with all tables, as often as a test asks; read for canaries before it goes."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from gateway.store.database import upgrade
from gateway.store.tables import Table
from tests import canaries, servers

_numbers = count(1)


@contextmanager
def fresh(kind: str, file: Path) -> Iterator[str]:
    """Its address. `kind` is sqlite, which lives in `file`, or postgresql."""
    if kind == "sqlite":
        shutil.copyfile(_sqlite_template(), file)
        yield f"sqlite:///{file}"
        return
    name = _new_postgresql()
    yield servers.postgresql_url(name)
    _end_postgresql(name)


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


def checkpoint_postgresql() -> None:
    if (servers.run_folder() / "postgresql.done").exists():
        _at_postgresql("CHECKPOINT")


def _at_postgresql(order: str) -> None:
    with psycopg.connect(_plain_url("postgres"), autocommit=True) as connection:
        connection.execute(order.encode())


def _plain_url(name: str) -> str:
    return servers.postgresql_url(name).replace("+psycopg", "")
