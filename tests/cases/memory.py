"""A database in memory for each of thousands of histories: the same tables and statements, and nothing on a disk."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from gateway.store.database import Database, open_database
from gateway.store.engines import STATEMENTS_KEPT
from gateway.store.sealing import Keys
from tests import databases
from tests.cases.story import seed


def seeded(folder: Path, keys: Keys) -> bytes:
    """A database with all tables and the shipped flows, to begin histories from."""
    with databases.fresh("sqlite", folder / "seeded.db") as url:
        database = open_database(url, keys)
        with database.write() as session:
            seed(session)
        database.close()
        line = sqlite3.connect(folder / "seeded.db")
        line.execute("PRAGMA journal_mode=DELETE")  # what is written ahead of a file has no place in memory
        content = line.serialize()
        line.close()
    return content


def in_memory(content: bytes, keys: Keys) -> Database:
    """One connection, so one transaction at a time. Foreign keys and locks are as in `gateway/store/engines.py`."""
    line = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS_KEPT)
    line.deserialize(content)
    line.execute("PRAGMA foreign_keys=ON")
    engine = create_engine("sqlite://", creator=lambda: line, poolclass=StaticPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        line.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return Database(engine, keys)
