"""`python -m gateway check-config`: is the environment right, and would a breach reach a person?"""

import secrets
import sys
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from gateway.opening import lacking, open_from, unreadable, version_in
from gateway.phone.abilities import abilities
from gateway.settings import Settings, SettingsProblem, load
from gateway.store.database import DatabaseAway
from gateway.store.queries.people import sites_without_coordinator


@click.command("check-config")
@click.option(
    "--new-keys", is_flag=True, help="Print fresh random SECRET_KEY, DATA_KEYS and INDEX_KEY, and nothing else."
)
def check_config(new_keys: bool) -> None:
    """Say what is wrong with settings, database or people."""
    if new_keys:
        for name in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY"):
            click.echo(f"{name}={secrets.token_hex(32)}")
        return
    try:
        settings = load()
    except SettingsProblem as problem:
        click.echo("\n".join(problem.sentences))
        sys.exit(1)
    problems = list(_problems(settings))
    for sentence in [abilities(settings.region, has_number=settings.twilio_from is not None), *problems]:
        click.echo(sentence)
    if problems:
        sys.exit(1)
    click.echo("Everything that can be checked from here is right.")


def _problems(settings: Settings) -> Iterator[str]:
    database = open_from(settings)
    try:
        if why := lacking(version_in(database)) or unreadable(database):
            yield why
        else:
            with database.read() as session:
                yield from _unheard_sites(session)
    except DatabaseAway as away:
        yield f"The database of DATABASE_URL cannot be reached ({away})."
    finally:
        database.close()


def _unheard_sites(session: Session) -> Iterator[str]:
    for site in sites_without_coordinator(session):
        yield f"Site {site.code}: no coordinator with a working phone at it or above it, nobody would hear of a case."
