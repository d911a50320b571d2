"""`python -m gateway export`: what has been done, as files for a spreadsheet."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway import settings
from gateway.clock import Clock
from gateway.opening import open_current
from gateway.quality.tables import as_csv as written
from gateway.quality.tables import tables

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
Day = click.DateTime(["%Y-%m-%d"])


@click.group()
def export() -> None:
    """Files of what has been done. Codes only: no names, no phone numbers, no words of a patient."""


@export.command("csv")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder; made if missing."
)
@click.option("--since", type=Day, help="Cases opened from this day on (UTC).")
@click.option("--until", type=Day, help="Cases opened before this day (UTC).")
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


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None
