"""`python -m gateway serve`: the whole gateway in one command."""

import os
import sys
from contextlib import closing

import click

from gateway import advising, publishing
from gateway.accounts import tickets
from gateway.clock import Clock
from gateway.commands.console import welcome
from gateway.logs import write_logs
from gateway.opening import open_from
from gateway.settings import Settings, load
from gateway.store.database import upgrade
from gateway.supervisor import ROOT, CannotServe
from gateway.supervisor import serve as keep_running


@click.command()
def serve() -> None:
    """Run all of it: web, jobs, clock and the bundled server."""
    settings = load()
    write_logs()
    try:
        keep_running(settings, lambda: _prepare(settings), click.echo)
    except CannotServe as why:
        click.echo(str(why), err=True)
        sys.exit(1)
    sys.stdout.flush()
    os._exit(0)  # nothing is left to save, and the interpreter's own farewell takes seconds on a busy machine


def _prepare(settings: Settings) -> None:
    """The newest tables, the shipped flows once, and while nobody can sign in a code for the first who will."""
    upgrade(settings.database_url)
    clock = Clock(story=settings.story_allowed)
    with closing(open_from(settings)) as database, database.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", clock.now(session))
        advising.seed(session, ROOT / "flows", clock.now(session))
        code = tickets.first_run(session, clock.real())
    if code:
        click.echo(welcome(settings.public_url, code))
