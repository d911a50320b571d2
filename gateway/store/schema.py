"""Which version of the tables a database has, and how it is brought to the newest."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from gateway.store.engines import engine_for

FOLDER = Path(__file__).parent / "migrations"
PATIENCE_SECONDS = 300.0
ONE_AT_A_TIME = 0x53474D31  # any number that only we use: the advisory lock of a migration


@dataclass(frozen=True)
class Upgrade:
    """`before` is None for an empty database; `steps` names what was applied, oldest first."""

    before: str | None
    after: str
    steps: tuple[str, ...]


def upgrade(url: str) -> Upgrade:
    """Brings the tables to the newest version. Of two at once the second waits, then finds nothing to do."""
    engine = engine_for(url, busy_seconds=PATIENCE_SECONDS, foreign_keys=False, in_a_hurry=False)
    try:
        with _alone(engine) as connection:
            before = version_of(connection)
            command.upgrade(configuration(connection), "head")
            after = version_of(connection)
            assert after is not None
            check_references(connection)
            return Upgrade(before, after, _steps(before, after))
    finally:
        engine.dispose()


def newest() -> str:
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head


def version_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings without an alembic.ini, so that it works from wherever the code is installed."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """SQLite's BEGIN IMMEDIATE is the lock; its foreign keys are off, since a table is changed by making it anew."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_AT_A_TIME})
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))  # never queue the whole gateway behind us
        yield connection


def check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise AssertionError("a migration left a row that points to nothing; nothing was changed")


def _steps(before: str | None, after: str) -> tuple[str, ...]:
    script = ScriptDirectory.from_config(configuration())
    applied = [f"{revision.revision} {revision.doc}" for revision in script.iterate_revisions(after, before or "base")]
    return tuple(reversed(applied))
