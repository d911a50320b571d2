"""`python -m gateway export`: what has been done, as files for a spreadsheet or for another system."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from gateway import settings
from gateway.clock import Clock
from gateway.commands.progress import Progress
from gateway.opening import open_current
from gateway.quality.fhir.resources import KINDS, resources
from gateway.quality.tables import as_csv as written
from gateway.quality.tables import tables

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
Day = click.DateTime(["%Y-%m-%d"])
Decorated = Callable[..., None]


@click.group()
def export() -> None:
    """Files of what has been done. Codes only: no names, no phone numbers, no words of a patient."""


def _of(what: str) -> Callable[[Decorated], Decorated]:
    """The options that every export has."""
    options = (
        click.option(
            "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder; made if missing."
        ),
        click.option("--since", type=Day, help=f"{what} from this day on (UTC)."),
        click.option("--until", type=Day, help=f"{what} before this day (UTC)."),
    )

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@export.command("csv")
@_of("Cases opened")
def as_csv(out: Path, since: datetime | None, until: datetime | None) -> None:
    """Write cases.csv, case_steps.csv, safety_events.csv, doctors.csv and trainings.csv."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        now = Clock(chosen.story_allowed).now(session)
        found = tables(session, _utc(since) or FIRST, _utc(until) or now, now)
    out.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in found.items():
        (out / name).write_text(written(header, rows), encoding="utf-8-sig", newline="")
        click.echo(f"{out / name}: {len(rows)} rows")


@export.command("fhir")
@_of("Reports begun and cases opened")
def as_fhir(out: Path, since: datetime | None, until: datetime | None) -> None:
    """Write FHIR R4 as NDJSON, a file for each kind of resource: Patient.ndjson, Observation.ndjson, ...

    Drills and practice carry the tag HTEST. docs/exchange.md says what stands where.
    """
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session, Progress("reports") as progress:
        until = _utc(until) or Clock(chosen.story_allowed).now(session)
        found = resources(session, _utc(since) or FIRST, until, chosen.public_url, progress.show)
        lines = write_ndjson(out, KINDS, found)
    if chosen.listen_is_local:
        click.echo(
            "PUBLIC_URL is this machine: the identifiers in these files are no other's only once it is set.", err=True
        )
    for kind in KINDS:
        click.echo(f"{out / _file(kind)}: {lines[kind]} rows")


def write_ndjson(out: Path, kinds: Sequence[str], found: Iterable[dict[str, Any]]) -> Counter[str]:
    """How many of each. All are written before the first takes its name: a broken export leaves the last one whole."""
    out.mkdir(parents=True, exist_ok=True)
    lines = Counter[str]()
    with TemporaryDirectory(prefix=".export-", dir=out) as begun:
        with ExitStack() as open_files:
            files = {
                kind: open_files.enter_context((Path(begun) / _file(kind)).open("w", encoding="utf-8"))
                for kind in kinds
            }
            for resource in found:
                kind = resource["resourceType"]
                files[kind].write(json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n")
                lines[kind] += 1
        for kind in kinds:
            (Path(begun) / _file(kind)).replace(out / _file(kind))
    return lines


def _file(kind: str) -> str:
    return f"{kind}.ndjson"


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None
