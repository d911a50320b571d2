"""`python -m gateway import`: sites, clinicians and patients from a CSV file, all or nothing."""

import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click

from gateway import advising, publishing, settings
from gateway.clock import Clock
from gateway.commands.flowfiles import SHIPPED_FLOWS, SHIPPED_LOCALES
from gateway.enrolment import KINDS, Imported, bring_in
from gateway.opening import open_current, open_from, version_in
from gateway.settings import Settings
from gateway.store.database import upgrade

LARGEST = 5 * 1024 * 1024  # bytes


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_people(kind: str, file: Path) -> None:
    """Bring in a CSV file. A wrong cell is printed as `FILE:line:column: sentence`; then nothing changes."""
    chosen = settings.load()
    text = _text(file)
    _first_tables(chosen)
    with closing(open_current(chosen)) as database, database.write() as session:
        now = Clock(story=chosen.story_allowed).now(session)
        publishing.seed(session, SHIPPED_FLOWS, SHIPPED_LOCALES, now)  # nothing, once there is any flow
        advising.seed(session, SHIPPED_FLOWS, now)  # nothing, once there is any advice
        done = bring_in(session, kind, text, now, chosen)
    _report(kind, file, done)


def _first_tables(chosen: Settings) -> None:
    """An empty database gets its tables: a village's list is often the first thing that anybody brings. An older one
    is left for `db upgrade`, which somebody decides on."""
    with closing(open_from(chosen)) as database:
        is_empty = version_in(database) is None
    if is_empty:
        upgrade(chosen.database_url)


def _text(file: Path) -> str:
    if file.stat().st_size > LARGEST:
        _stop(file, 1, f"the file is larger than {LARGEST // 1024 // 1024} MB: split it")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        _stop(file, line, "this is not UTF-8: save it in Excel as 'CSV UTF-8 (comma delimited)'")


def _stop(file: Path, line: int, why: str) -> NoReturn:
    click.echo(f"{file}:{line}:1: {why}")
    sys.exit(1)


def _report(kind: str, file: Path, done: Imported) -> None:
    for row in (*done.bad, *done.notes):
        click.echo(f"{file}:{row.line}:{row.column}: {row.why}")
    if done.bad:
        click.echo(f"{len(done.bad)} to mend, nothing has changed.", err=True)
        sys.exit(1)
    for change in done.changed:
        click.echo(f"changed {change}")
    click.echo(f"{kind}: {done.added} new, {len(done.changed)} changed, {done.same} as before")
