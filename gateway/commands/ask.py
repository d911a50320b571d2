"""`python -m gateway ask`: begin a conversation with one patient now."""

import sys
from contextlib import closing

import click

from gateway import outreach, settings
from gateway.clock import Clock
from gateway.opening import open_current
from gateway.outreach import CannotAsk
from gateway.store.queries.people import person_by_code


@click.command("ask")
@click.argument("patient")
@click.argument("flow")
def ask(patient: str, flow: str) -> None:
    """Begin FLOW with PATIENT (a code) now; exit 1 and one sentence if it cannot be."""
    chosen = settings.load()
    try:
        with closing(open_current(chosen)) as database, database.write() as session:
            person = person_by_code(session, patient)
            if person is None:
                raise CannotAsk(f"nobody has the code '{patient}'")
            row = outreach.ask(session, person, flow, Clock(story=chosen.story_allowed).now(session))
    except CannotAsk as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    click.echo(f"{patient} is asked '{flow}': conversation {row.id}")
