"""A database in memory for each of thousands of histories: the same tables and statements, and nothing on a disk."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from gateway.store.database import Database
from gateway.store.engines import STATEMENTS_KEPT
from gateway.store.sealing import Keys
from tests import databases


class Memory:
    """One connection, so one transaction at a time. Foreign keys and locks are as in `gateway/store/engines.py`."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.seeded = _seeded(folder)
        self.line = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS_KEPT
        )
        engine = create_engine("sqlite://", creator=lambda: self.line, poolclass=StaticPool, hide_parameters=True)
        self.database = Database(engine, keys)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            reading = connection.get_execution_options().get("reading", False)
            self.line.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    def fresh(self) -> Database:
        """All tables and the shipped flows, and nobody yet. What stood there before is gone."""
        self.line.deserialize(self.seeded)
        self.line.execute("PRAGMA foreign_keys=ON")
        return self.database

    def close(self) -> None:
        self.database.close()
        self.line.close()


def _seeded(folder: Path) -> bytes:
    with databases.fresh("sqlite", folder / "seeded.db"):
        line = sqlite3.connect(folder / "seeded.db")
        line.execute("PRAGMA journal_mode=DELETE")  # what is written ahead of a file has no place in memory
        content = line.serialize()
        line.close()
    return content
