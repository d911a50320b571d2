"""`python -m gateway advice`: which advice do clinicians read, who approved it, and how does a new version come in?"""

import sys
from contextlib import closing
from pathlib import Path

import click

from gateway import advising, settings
from gateway.clock import Clock
from gateway.commands.flowfiles import print_problems, text_of
from gateway.opening import open_current
from gateway.store.queries.advice import advice_of, newest_advice


@click.group()
def advice() -> None:
    """What a clinician is told to do when he takes a case on."""


@advice.command("list")
def list_all() -> None:
    """Name, version, levels, who approved it and by when it is to be reviewed."""
    with closing(open_current(settings.load())) as database, database.read() as session:
        for row in newest_advice(session):
            one = advice_of(row)
            levels = ", ".join(one.levels)
            click.echo(f"{row.name}  version {row.number}  {levels}  {one.approved_by}  review {one.review_by}")


@advice.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def publish(file: Path) -> None:
    """The next version, for every case that opens from now on. The file says who approves it."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.write() as session:
        version, problems = advising.publish(session, text_of(file), Clock(chosen.story_allowed).now(session))
    print_problems(file, problems)
    if version is None:
        sys.exit(1)
    click.echo(f"{version.name} version {version.number} holds for every case that opens from now on.")
