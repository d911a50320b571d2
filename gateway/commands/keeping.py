"""`python -m gateway erase` and `retention`: who is forgotten, and what goes when its time is over."""

import sys
from contextlib import closing

import click
from sqlalchemy.orm import Session

from gateway import keeping, settings
from gateway.clock import Clock
from gateway.commands.progress import Progress
from gateway.keeping.erased import NAME as LIST
from gateway.keeping.erasing import CannotErase, Erasure
from gateway.opening import open_current
from gateway.settings import Settings
from gateway.store.queries.people import person_by_code


@click.command()
@click.argument("patient")
def erase(patient: str) -> None:
    """Forget PATIENT (the code of the list) for good: key, name, phone and words. Counts and times stay."""
    chosen = settings.load()

    def work(session: Session) -> Erasure:
        person = person_by_code(session, patient)
        if person is None:
            raise CannotErase(f"There is no person '{patient}'.")
        return keeping.erase(session, person, Clock(chosen.story_allowed).now(session))

    try:
        with closing(open_current(chosen)) as database:
            done = database.again(work)
    except CannotErase as why:
        click.echo(str(why), err=True)
        sys.exit(1)
    keeping.note_erased(chosen.var_dir / LIST, done.people)
    for sentence in _of_erasure(done, chosen):
        click.echo(sentence)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def retention(dry_run: bool) -> None:
    """Take away words older than KEEP_WORDS_DAYS, and strangers' numbers older than KEEP_STRANGERS_DAYS."""
    chosen = settings.load()
    periods = keeping.Periods(chosen.keep_words_days, chosen.keep_strangers_days)
    with closing(open_current(chosen)) as database:
        with database.read() as session:
            now = Clock(chosen.story_allowed).now(session)
            found = keeping.overdue(session, periods, now)
        for called, number in found.items():
            click.echo(f"{number:8} {called}")
        if dry_run:
            click.echo("Nothing was changed.")
            return
        with Progress("rows") as progress:
            gone = keeping.take_away(database, periods, now, progress.count)
    click.echo(f"{gone} rows have lost their words.")


def _of_erasure(done: Erasure, chosen: Settings) -> list[str]:
    said = [
        f"Erased: {len(done.people)} people (helpers with their patient), {done.phones} phones, "
        f"{done.cancelled} messages that had not left.",
        f"Noted in {chosen.var_dir / LIST}: keep a copy beside the backups, so that no older one brings anybody back.",
        *(f"  {each}" for each in done.people),
    ]
    if done.at_provider:
        said.append(
            f"The words of {done.at_provider} texts are still at the provider: the clock takes them away, "
            "each half an hour after its last receipt."
        )
    return said
