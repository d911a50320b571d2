"""How is everything written to one file while the gateway runs, and how does it come back, whole or not at all?"""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from gateway.store.archive import (
    Manifest,
    Part,
    Row,
    Unusable,
    open_archive,
    read_manifest,
    read_part,
    write_manifest,
    write_part,
)
from gateway.store.engines import engine_for, for_reading
from gateway.store.schema import PATIENCE_SECONDS, check_references, configuration, newest, version_of
from gateway.store.sealing import CannotOpen, Keys, place_of
from gateway.store.tables import Table

__all__ = ["Manifest", "Unusable", "back_up", "restore"]

BATCH = 500
BATCHES = {"recordings": 8}  # of two megabytes each: what is in the memory at once
SAMPLE = "backup sample"
NUMBER = "+000000000000000"  # nobody's
Told = Callable[[int, int], object]  # rows done, rows in all


def back_up(url: str, keys: Keys, path: Path, now: datetime, told: Told = lambda done, of: None) -> Manifest:
    """One moment of the whole database in one file that only its owner may read. Raises Unusable.

    Writers are not held up. The keys are not in it: what is sealed stays sealed.
    """
    with _engine(url) as engine, for_reading(engine).connect() as connection, _new_file(path) as archive:
        _take_your_time(connection)
        version = version_of(connection)
        if version is None:
            raise Unusable("This database is empty: there is nothing to back up.")
        tables = _tables(connection)
        of = sum(_count(connection, table) for table in tables)
        manifest = Manifest(
            version=version,
            made_at=now.isoformat(timespec="seconds"),
            engine=connection.dialect.name,
            key_sample=_sample(keys).hex(),
            index_sample=keys.index(NUMBER),
            parts=_write_all(connection, archive, tables, _adding(told, of)),
        )
        write_manifest(archive, manifest)
        return manifest


def restore(
    url: str,
    keys: Keys,
    path: Path,
    finish: Callable[[Session], object] = lambda session: None,
    told: Told = lambda done, of: None,
) -> Manifest:
    """Into a database without a row, SQLite's or PostgreSQL's, whichever the backup came from.

    `finish` is done in the same transaction, so that nobody ever sees what it takes away. Raises Unusable.
    """
    with open_archive(path) as archive, _engine(url) as engine, engine.begin() as connection:
        _take_your_time(connection)
        manifest = read_manifest(archive)
        _check_keys(manifest, keys)
        _make_room(connection, manifest)
        of = sum(part.rows for part in manifest.parts.values())
        _read_all(connection, archive, manifest, _adding(told, of))
        command.upgrade(configuration(connection), "head")
        check_references(connection)
        with Session(connection, info={"keys": keys}) as session:
            finish(session)
            session.commit()  # of the session; the transaction is committed below, with everything
        return manifest


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = engine_for(url, busy_seconds=PATIENCE_SECONDS, foreign_keys=False, in_a_hurry=False)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _new_file(path: Path) -> Iterator[zipfile.ZipFile]:
    """Under its own name only when it is whole and on the disk. Raises Unusable where there is one already."""
    if path.exists():
        raise Unusable(f"{path} is there already: a backup never overwrites another.")
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename it never replaces what came there meanwhile
    finally:
        part.unlink(missing_ok=True)


def _take_your_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _tables(connection: Connection) -> list[Any]:
    """Those that the database has: it may be of an older version."""
    there = set(inspect(connection).get_table_names())
    return [table for table in Table.metadata.sorted_tables if table.name in there]


def _count(connection: Connection, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _write_all(
    connection: Connection, archive: zipfile.ZipFile, tables: list[Any], told: Callable[[int], object]
) -> dict[str, Part]:
    parts = {}
    for table in tables:
        there = {column["name"] for column in inspect(connection).get_columns(table.name)}
        wanted = select(*(column for column in table.columns if column.name in there))
        wanted = wanted.order_by(*table.primary_key).execution_options(yield_per=_batch(table.name))
        streamed = connection.execute(wanted)
        parts[table.name] = write_part(archive, table, map(dict, streamed.mappings()), told)
    return parts


def _adding(told: Told, of: int) -> Callable[[int], object]:
    done = 0

    def add(rows: int) -> None:
        nonlocal done
        done += rows
        if done % BATCH == 0 or done == of:
            told(done, of)

    return add


def _sample(keys: Keys) -> bytes:
    return keys.wrap(SAMPLE.encode(), SAMPLE)


def _check_keys(manifest: Manifest, keys: Keys) -> None:
    """A database whose words nobody can read would look well until the first patient writes."""
    try:
        keys.open(bytes.fromhex(manifest.key_sample), place_of("people", "key", SAMPLE))
    except (CannotOpen, ValueError, IndexError):
        raise Unusable("None of DATA_KEYS opens this backup: set the keys of the time when it was made.") from None
    if manifest.index_sample not in keys.indexes(NUMBER):
        raise Unusable("INDEX_KEY is not that of this backup: no phone would be found by its number.")


def _make_room(connection: Connection, manifest: Manifest) -> None:
    """Tables as they were at the time; what came since is then brought in as by any upgrade."""
    script = ScriptDirectory.from_config(configuration())
    known = {revision.revision for revision in script.walk_revisions()}
    if manifest.version not in known:
        raise Unusable(
            f"This backup is of version {manifest.version}, and this program knows versions up to {newest()}: "
            "restore it with the program that made it, or a newer one."
        )
    here = version_of(connection)
    if here is None:
        command.upgrade(configuration(connection), manifest.version)
        return
    if any(_count(connection, table) for table in _tables(connection)):
        raise Unusable("This database is not empty: restore into a new one, so that nothing is mixed or lost.")
    if here != manifest.version:
        raise Unusable(
            f"This backup is of version {manifest.version}, this database of {here}: restore into one without tables."
        )


def _read_all(
    connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, told: Callable[[int], object]
) -> None:
    known = Table.metadata.tables
    if unknown := manifest.parts.keys() - known.keys():
        raise Unusable(f"This program knows no table {', '.join(sorted(unknown))}: restore with the one that made it.")
    for name, part in manifest.parts.items():
        there = {column["name"] for column in inspect(connection).get_columns(name)}
        rows = read_part(archive, known[name], part)
        while batch := list(islice(rows, _batch(name))):
            connection.execute(insert(known[name]), [_only(row, there) for row in batch])
            told(len(batch))


def _batch(table: str) -> int:
    return BATCHES.get(table, BATCH)


def _only(row: Row, columns: set[str]) -> Row:
    return {name: value for name, value in row.items() if name in columns}
