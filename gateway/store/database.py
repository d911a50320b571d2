"""How the gateway reads and writes: sessions that commit whole or not at all, and a plain word when that fails."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from gateway.store import schema
from gateway.store.engines import NoTurn, engine_for, for_reading, turn
from gateway.store.patience import WEBHOOK_SECONDS, is_over, within
from gateway.store.schema import Upgrade
from gateway.store.sealing import Keys
from gateway.store.tables import Table

__all__ = ["WEBHOOK_SECONDS", "Crossed", "Database", "DatabaseAway", "Upgrade", "lock", "open_database", "upgrade"]

Row = TypeVar("Row", bound=Table)
Given = TypeVar("Given")
TRIES = 3
LONGEST_PAUSE = 0.05  # before the second try; twice as long before the third

# The file is gone, full, locked or broken. Anything else from SQLite is our own mistake and stays as it is.
SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
# SQLSTATE classes: connection, resources, operator (shutdown, cancelled), system; then deadlocks and waits cut short.
POSTGRES_AWAY = ("08", "53", "57", "58", "40001", "40P01", "55P03", "25P03")
CROSSED = ("40001", "40P01")  # a serialisation failure, a deadlock: whole again at the next try
# A disk gone read-only, a standby: away for a writer. A reader who is told so tried to write, which is our mistake.
READ_ONLY = (sqlite3.SQLITE_READONLY, "25006")


class DatabaseAway(Exception):
    """Nothing was committed, or nobody knows: the same webhook may safely come again."""


class Crossed(DatabaseAway):
    """Another transaction was in the way and nothing was committed: the same work done anew succeeds."""


class Database:
    """`write()` and `read()` give a session; its rows stay readable after the commit.

    `patience`: seconds that one transaction may wait for the database, its connection and its locks.
    `clinic_name`: what texts call the clinic where no doctor's name does; sessions carry it beside the keys.
    `same_hour_answer`: a person answers within the hour, day and night: some questions are asked only then.
    `may_call`: there is a number of ours to call from.
    """

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        patience: float | None = None,
        clinic_name: str = "",
        same_hour_answer: bool = False,
        may_call: bool = True,
    ) -> None:
        self.engine = engine
        self.keys = keys
        self.patience = patience
        self.clinic_name = clinic_name
        self.same_hour_answer = same_hour_answer
        self.may_call = may_call
        told = {"clinic_name": clinic_name, "same_hour_answer": same_hour_answer, "may_call": may_call}
        carried = {"keys": keys, **told}
        self._writing = sessionmaker(engine, expire_on_commit=False, info=carried)
        self._reading = sessionmaker(for_reading(engine), expire_on_commit=False, info=carried)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Commits at the end, rolls back on any error. Raises DatabaseAway."""
        with _told_plainly(writing=True), within(self.patience), turn(self.engine), self._writing.begin() as session:
            yield session

    def again(self, work: Callable[[Session], Given]) -> Given:
        """What `work` gives, after the commit. Crossed by another transaction it is done anew, three times in all.

        So `work` may change nothing but the session's rows. Two that add the same row at once cross, too: the second
        one finds it there. Raises DatabaseAway.
        """
        with within(self.patience):
            for number in range(1, TRIES):
                try:
                    return self._once(work)
                except (Crossed, IntegrityError):
                    if is_over():
                        raise
                time.sleep(random.uniform(0, LONGEST_PAUSE * number))
            return self._once(work)

    def _once(self, work: Callable[[Session], Given]) -> Given:
        with self.write() as session:
            return work(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The data as they are at one moment. A change is an error. Raises DatabaseAway."""
        with _told_plainly(writing=False), within(self.patience), self._reading() as session:
            yield session

    def in_a_hurry(self) -> "Database":
        """The same database for whoever must say within a second that it is away."""
        return Database(self.engine, self.keys, WEBHOOK_SECONDS, self.clinic_name, self.same_hour_answer, self.may_call)

    def check(self) -> None:
        """Raises DatabaseAway unless a webhook could be taken now."""
        with self.in_a_hurry().read() as session:
            session.execute(text("SELECT 1 FROM people LIMIT 1"))

    def close(self) -> None:
        self.engine.dispose()


def open_database(
    url: str,
    keys: Keys,
    patience: float | None = None,
    clinic_name: str = "",
    same_hour_answer: bool = False,
    may_call: bool = True,
) -> Database:
    return Database(engine_for(url), keys, patience, clinic_name, same_hour_answer, may_call)


def upgrade(url: str) -> Upgrade:
    """The tables at the newest version. Raises DatabaseAway."""
    with _told_plainly(writing=True):
        return schema.upgrade(url)


def lock(session: Session, table: type[Row], row_id: str) -> Row:
    """The row as it is now, held until the commit. SQLite's writers are alone already.

    FOR NO KEY UPDATE, since a foreign key to a row held FOR UPDATE waits: a patient's webhook that tells the doctor and
    the doctor's webhook that tells the patient would wait for each other.
    """
    return session.get_one(table, row_id, with_for_update={"key_share": True}, populate_existing=True)


@contextmanager
def _told_plainly(writing: bool) -> Iterator[None]:
    try:
        yield
    except (PoolTimeout, NoTurn) as error:
        raise DatabaseAway("every connection, or the one turn to write, is taken") from error
    except StaleDataError as error:
        raise Crossed(type(error).__name__) from error
    except (DBAPIError, sqlite3.Error) as error:  # bare where a transaction could not even begin
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = _code(cause)
        if code in CROSSED:
            raise Crossed(type(cause).__name__) from error
        if _is_away(error, cause, code) or (writing and code in READ_ONLY):
            raise DatabaseAway(type(cause).__name__) from error
        raise


def _code(cause: BaseException | None) -> int | str | None:
    """SQLite's number without the part that says more exactly where, PostgreSQL's SQLSTATE, or None without answer."""
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return None if code is None else int(code) & 0xFF
    return getattr(cause, "sqlstate", None)


def _is_away(error: Exception, cause: BaseException | None, code: int | str | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        return code in SQLITE_AWAY
    if code is None:  # it never got as far as an answer
        is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
        return is_cut or type(cause).__name__ in ("OperationalError", "ConnectionTimeout")
    return str(code).startswith(POSTGRES_AWAY)
