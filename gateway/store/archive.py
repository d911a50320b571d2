"""What does a backup look like inside? A zip of one file of JSON lines for each table, and a manifest."""

import base64
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from gateway.store.types import UtcTime

FORMAT = 1
MANIFEST = "manifest.json"
QUICKLY = 1  # what is sealed does not get smaller, however long one tries
LONGEST_LINE = 16 * 1024 * 1024

Row = dict[str, Any]


class Unusable(Exception):
    """One sentence for the operator."""


@dataclass(frozen=True)
class Part:
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`version` is the last migration, `key_sample` and `index_sample` tell whether the keys are those of the time."""

    version: str
    made_at: str
    engine: str
    key_sample: str
    index_sample: str
    parts: dict[str, Part]
    format: int = FORMAT


def write_part(archive: zipfile.ZipFile, table: Table, rows: Iterable[Row], told: Callable[[int], object]) -> Part:
    """One line a row, in the order in which they come."""
    summed, number = hashlib.sha256(), 0
    with archive.open(_name(table.name), "w", force_zip64=True) as file:
        for row in rows:
            line = json.dumps(_plain(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            summed.update(line)
            file.write(line)
            number += 1
            told(1)
    return Part(number, summed.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises Unusable."""
    try:
        told = json.loads(archive.read(MANIFEST))
        parts = {name: Part(**part) for name, part in told.pop("parts").items()}
        manifest = Manifest(parts=parts, **told)
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise Unusable("This is no backup of the gateway: it has no manifest that can be read.") from None
    if manifest.format != FORMAT:
        raise Unusable(f"This backup has format {manifest.format}, and this program reads {FORMAT}.")
    return manifest


def read_part(archive: zipfile.ZipFile, table: Table, part: Part) -> Iterator[Row]:
    """Raises Unusable at the end when a row is missing or changed: commit nothing before."""
    summed, number = hashlib.sha256(), 0
    try:
        with archive.open(_name(table.name)) as file:
            for line in _lines(file):
                summed.update(line)
                number += 1
                yield _typed(table, json.loads(line))
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        raise Unusable(f"This backup is damaged in {table.name}, after row {number}. Nothing was restored.") from None
    if Part(number, summed.hexdigest()) != part:
        raise Unusable(f"This backup is damaged: {table.name} is not what was written. Nothing was restored.")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Raises Unusable."""
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Unusable("This is no backup of the gateway, or its end is missing.") from None


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line


def _plain(row: Row) -> Row:
    return {name: _written(value) for name, value in row.items() if value is not None}


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(table: Table, line: Row) -> Row:
    """Every column, so that all rows make one statement. Raises ValueError for one that this program does not know."""
    if unknown := line.keys() - table.columns.keys():
        raise ValueError(unknown)
    return {column.name: _read(column, line.get(column.name)) for column in table.columns}


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    return base64.b64decode(value, validate=True) if isinstance(kind, LargeBinary) else value


def _name(table: str) -> str:
    return f"{table}.jsonl"
