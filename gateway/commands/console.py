"""`python -m gateway console`: codes for whoever cannot sign in, read by whoever stands at the machine."""

import sys
from contextlib import closing

import click

from gateway import settings
from gateway.accounts import tickets
from gateway.accounts.log import note_access
from gateway.clock import Clock
from gateway.opening import open_current
from gateway.store.queries.accounts import user_by_login


@click.group()
def console() -> None:
    """Codes for the console: the first administrator, or somebody who lost a password."""


@console.command("first-run")
def first_run() -> None:
    """Print a code for one use, valid two hours, by which the first administrator is made. Older codes end."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database:
        code = database.again(lambda session: tickets.first_run(session, Clock().real()))
    if code is None:
        click.echo("There are accounts already: `python -m gateway console code LOGIN` helps one of them in.", err=True)
        sys.exit(1)
    click.echo(welcome(chosen.public_url, code))


@console.command()
@click.argument("login")
def code(login: str) -> None:
    """Print a code by which LOGIN chooses a new password; it also ends the second step. Valid three days."""
    chosen = settings.load()
    now = Clock().real()
    with closing(open_current(chosen)) as database, database.write() as session:
        user = user_by_login(session, login)
        made = tickets.invite(session, user, now) if user else None
        note_access(session, now, user, "code at the machine")
    if made is None:
        click.echo("No account signs in with this name.", err=True)
        sys.exit(1)
    click.echo(f"{chosen.public_url}/code takes this code once: {made}")


def welcome(public_url: str, code: str) -> str:
    return f"Nobody can sign in yet. Open {public_url}/first within two hours; the code is {code}"
