"""`python -m gateway db`: the care of the database."""

import click

from gateway import settings
from gateway.store.database import Upgrade
from gateway.store.database import upgrade as bring_up


@click.group()
def db() -> None:
    """The care of the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables to the newest version. Safe beside a running gateway, and twice at once."""
    click.echo(_told(bring_up(settings.load().database_url)))


def _told(done: Upgrade) -> str:
    if not done.steps:
        return f"The database is at {done.after} already: nothing to do."
    begun = f"from {done.before}" if done.before else "from nothing"
    return "\n".join([f"The database went {begun} to {done.after}:", *(f"  {step}" for step in done.steps)])
