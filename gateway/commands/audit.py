"""`python -m gateway audit`: is every promise kept?"""

import sys
from contextlib import closing

import click

from gateway import settings, watch
from gateway.clock import Clock
from gateway.opening import open_current


@click.command("audit")
def audit() -> None:
    """Print every case without a next action, every message stuck, every promise past due; exit 1 if any."""
    chosen = settings.load()
    with closing(open_current(chosen, any_keys=True)) as database, database.read() as session:
        findings = watch.audit(session, Clock(story=chosen.story_allowed).now(session))
    for finding in findings:
        click.echo(f"{finding.broken}: {finding.sentence}")
    if findings:
        sys.exit(1)
    click.echo("Every promise is kept.")
