"""How a connection to SQLite or PostgreSQL is opened so that what is committed stays committed."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.store.patience import Impatient, left, waiting

BUSY_SECONDS = 5.0
POSTGRES_LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
}
CONNECT_SECONDS = 1
ANSWER_SECONDS = 0.8
POOL_SECONDS = 0.7  # every connection taken: more threads than connections
POSTGRES_PORT = 5432
ARE_YOU_THERE = bytes.fromhex("0000000804d2162f")  # SSLRequest: any PostgreSQL answers it with one letter
STATEMENTS_KEPT = 500  # more than we have; of the driver's own 128 one turn pushes out the next one's
DEAF_MILLISECONDS = 1000  # a network that no longer acknowledges is given up, so that a webhook can say 503


# A report reads many tables and means one moment.
READING: dict[str, dict[str, Any]] = {
    "sqlite": {"reading": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_turns: "WeakKeyDictionary[Engine, Lock]" = WeakKeyDictionary()


class NoTurn(Exception):
    """The other writers of this process took all the time there was."""


def engine_for(
    url: str, *, busy_seconds: float = BUSY_SECONDS, foreign_keys: bool = True, in_a_hurry: bool = True
) -> Engine:
    """One engine for a DATABASE_URL. Its transactions write; see `for_reading`. A migration is in no hurry."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, busy_seconds, foreign_keys)
    return _postgresql(address, in_a_hurry)


def _sqlite(address: URL, busy_seconds: float, foreign_keys: bool) -> Engine:
    path = sqlite_file(address)
    make_private_file(path)
    kept_ready = {"cached_statements": STATEMENTS_KEPT}
    engine = create_engine(address, hide_parameters=True, pool_timeout=POOL_SECONDS, connect_args=kept_ready)
    _turns[engine] = Lock()
    _watch_file(engine, path)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute(_wait_for_lock(busy_seconds))
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an answered webhook outlives a power cut
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA trusted_schema=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        file = connection.connection.dbapi_connection
        assert isinstance(file, sqlite3.Connection)
        file.execute(_wait_for_lock(busy_seconds))
        file.execute(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        # A deferred writer fails at once with SQLITE_BUSY_SNAPSHOT, whatever the busy timeout.
        with waiting():
            file.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """The writers of one process queue for SQLite's one lock. Raises NoTurn.

    Left to the busy time-out alone, each sleeps and looks, and under load the same one finds it taken for seconds.
    """
    queue = _turns.get(engine)
    if queue is None:
        yield
        return
    with waiting():
        is_ours = queue.acquire(timeout=left(BUSY_SECONDS))
    if not is_ours:
        raise NoTurn
    try:
        yield
    finally:
        queue.release()


def _wait_for_lock(busy_seconds: float) -> str:
    """A webhook has less time for another process's lock than the clock has."""
    return f"PRAGMA busy_timeout={int(left(busy_seconds) * 1000)}"


def _watch_file(engine: Engine, path: Path) -> None:
    """A file that was moved or deleted can still be written to, and nobody would ever read it: 200, and lost."""

    @event.listens_for(engine, "do_connect")
    def make_none(_dialect: Any, _record: Any, place: list[str], named: dict[str, Any]) -> None:
        place[0], named["uri"] = f"{path.absolute().as_uri()}?mode=rw", True

    @event.listens_for(engine, "connect")
    def remember(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _which(path)

    @event.listens_for(engine, "checkout")
    def is_still_there(_connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if record.info.get("file") != _which(path):
            raise DisconnectionError("the database file is gone, or another one stands in its place")


def _which(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def for_reading(engine: Engine) -> Engine:
    """The same connections, for transactions that see one moment and may change nothing."""
    return engine.execution_options(**READING[engine.dialect.name])


def sqlite_file(address: URL) -> Path:
    if not address.database or address.database == ":memory:" or address.database.startswith("file:"):
        raise ValueError("DATABASE_URL must name a file for SQLite, for example sqlite:///var/gateway.db")
    return Path(address.database)


def make_private_file(path: Path) -> None:
    """-wal and -shm take the mode of the file itself, so it must be right before SQLite first opens it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _postgresql(address: URL, in_a_hurry: bool) -> Engine:
    limits = " ".join(f"-c {name}={value}" for name, value in POSTGRES_LIMITS.items())
    connect: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": DEAF_MILLISECONDS,
        "options": limits,
        "application_name": "symptom-gateway",
    }
    engine = create_engine(
        address,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_timeout=POOL_SECONDS,
        connect_args=connect,
    )

    @event.listens_for(engine, "do_connect")
    def ask_first(_dialect: Any, _record: Any, _args: Any, named: dict[str, Any]) -> Impatient:
        with waiting():
            _ask_whether_there(str(named.get("host", "")), int(named.get("port", POSTGRES_PORT)))
            connection = Impatient.connect(**named)
        if not in_a_hurry:
            connection.silence = None
        return connection

    return engine


def _ask_whether_there(host: str, port: int) -> None:
    """The driver waits at least two seconds for a server that is away, and a webhook has one."""
    if not host or "," in host:
        return
    try:
        with _line_to(host, port) as line:
            line.settimeout(left(ANSWER_SECONDS))
            line.sendall(ARE_YOU_THERE)
            answer = line.recv(1)
    except OSError as error:
        raise psycopg.OperationalError("the server cannot be reached") from error
    if not answer:
        raise psycopg.OperationalError("the server hung up")


def _line_to(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=left(ANSWER_SECONDS))
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(left(ANSWER_SECONDS))
    try:
        line.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        line.close()
        raise
    return line
