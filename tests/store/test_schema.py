"""Tables and migrations say the same, and two releases that begin at once do not collide."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from gateway.store import schema
from gateway.store.database import Database, upgrade
from gateway.store.engines import engine_for
from gateway.store.tables import Table
from tests.village import settle

ROOT = Path(__file__).parent.parent.parent


def test_tables_and_migrations_say_the_same(database: Database) -> None:
    """When this fails: `python -m gateway.store.migrations "Say what changed"`, then read the file it wrote."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": Table.metadata}
        )
        assert compare_metadata(context, Table.metadata) == []


def test_a_database_is_brought_up_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    first, second = upgrade(url), upgrade(url)
    assert (first.before, first.after) == (None, schema.newest())
    assert first.steps[0] == "0001 Lay the first tables."
    assert (second.before, second.steps) == (schema.newest(), ())


def test_what_is_there_stays(database: Database, database_url: str) -> None:
    with database.write() as session:
        settle(session)
    assert upgrade(database_url).steps == ()
    database.check()


def test_two_releases_at_once_do_not_collide(database: Database, database_url: str) -> None:
    """All tables are taken away, then four processes bring them back."""
    with database.write() as session:
        for table in [*Table.metadata.tables, "alembic_version"]:
            cascade = " CASCADE" if database.engine.dialect.name == "postgresql" else ""
            session.execute(text(f"DROP TABLE {table}{cascade}"))
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        done = pool.map(upgrade, [database_url] * 4)
    assert sorted(len(one.steps) for one in done)[:3] == [0, 0, 0]
    assert max(len(one.steps) for one in done) >= 1
    database.check()


def test_a_step_may_go_back_and_forth(database: Database, database_url: str) -> None:
    from alembic import command

    engine = engine_for(database_url, foreign_keys=False)
    with engine.begin() as connection:
        command.downgrade(schema.configuration(connection), "base")
    engine.dispose()
    assert upgrade(database_url).before is None
    database.check()


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    """From another folder than the code's."""
    from tests.test_settings import RIGHT

    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": "sqlite:///own/gateway.db"}
    told = [
        subprocess.run(
            [sys.executable, "-m", "gateway", "db", "upgrade"],
            cwd=tmp_path, env=environment | RIGHT, capture_output=True, text=True, check=True,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert told[0].startswith(f"The database went from nothing to {schema.newest()}:\n  0001 Lay the first tables.")
    assert told[1] == f"The database is at {schema.newest()} already: nothing to do.\n"
