"""`python -m gateway db`: the care of the database."""

import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.orm import Session

from gateway import keeping, settings
from gateway.clock import Clock
from gateway.commands.progress import Progress
from gateway.keeping.erased import NAME as LIST
from gateway.opening import open_current
from gateway.settings import Settings
from gateway.store import backup as backups
from gateway.store.backup import Unusable
from gateway.store.database import Upgrade
from gateway.store.database import upgrade as bring_up
from gateway.store.rotation import Rotated, rotate
from gateway.store.sealing import Keys

KEYS_ARE_NOT_IN_IT = (
    "DATA_KEYS and INDEX_KEY are not in it: without them it cannot be read. Keep them elsewhere, and never beside it."
)


@click.group()
def db() -> None:
    """The care of the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables to the newest version. Safe beside a running gateway, and twice at once."""
    click.echo(_told(bring_up(settings.load().database_url)))


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all tables, as they are at one moment, to one new file. The gateway goes on meanwhile."""
    chosen = settings.load()
    keys, now = _keys(chosen), Clock().real()
    try:
        with Progress("rows") as progress:
            made = backups.back_up(chosen.database_url, keys, file, now, progress.show)
    except Unusable as problem:
        _stop(str(problem))
    rows = sum(part.rows for part in made.parts.values())
    click.echo(f"{file}: {rows} rows of version {made.version}, as of {made.made_at}.")
    click.echo(KEYS_ARE_NOT_IN_IT)
    _list_erased(chosen, file.with_name(LIST))


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erased", "lists", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of people erased since; erased.txt beside FILE and in VAR_DIR are read by themselves.",
)  # fmt: skip
def restore(file: Path, lists: tuple[Path, ...]) -> None:
    """Bring a backup into an empty database, whole or not at all. Whoever was erased since stays erased."""
    chosen = settings.load()
    paths = [path for path in dict.fromkeys([*lists, file.with_name(LIST), chosen.var_dir / LIST]) if path.exists()]
    forgotten = 0

    def forget(session: Session) -> None:
        nonlocal forgotten
        forgotten = keeping.forget_again(session, ids, Clock(chosen.story_allowed).now(session))

    try:
        ids = list(dict.fromkeys(each for path in paths for each in keeping.read_list(path)))
        with Progress("rows") as progress:
            made = backups.restore(chosen.database_url, _keys(chosen), file, forget, progress.show)
    except (Unusable, ValueError) as problem:
        _stop(str(problem))
    rows = sum(part.rows for part in made.parts.values())
    click.echo(f"{rows} rows of version {made.version} are back, as of {made.made_at}.")
    click.echo(_of_the_erased(paths, forgotten, made.made_at))


@db.command("rotate-keys")
def rotate_keys() -> None:
    """Bring everything under the first of DATA_KEYS and INDEX_KEY. May be ended at any moment and begun again."""
    chosen = settings.load()
    with closing(open_current(chosen, any_keys=True)) as database, Progress("rows looked at") as progress:
        done = rotate(database, progress.count)
    for sentence in _of_keys(done, len(chosen.data_key_bytes), len(chosen.index_key_bytes)):
        click.echo(sentence)
    if done.left or done.lost:
        sys.exit(1)


def _told(done: Upgrade) -> str:
    if not done.steps:
        return f"The database is at {done.after} already: nothing to do."
    begun = f"from {done.before}" if done.before else "from nothing"
    return "\n".join([f"The database went {begun} to {done.after}:", *(f"  {step}" for step in done.steps)])


def _list_erased(chosen: Settings, beside: Path) -> None:
    """What keeps older backups in this folder from bringing back somebody who was erased since."""
    with closing(open_current(chosen, any_keys=True)) as database, database.read() as session:
        number = keeping.write_list(beside, keeping.erased_ids(session))
    click.echo(f"{beside}: {number} erased. It belongs beside the backups: a restore reads it.")


def _of_the_erased(paths: list[Path], forgotten: int, made_at: str) -> str:
    if not paths:
        return (
            f"No {LIST} was found, neither beside the backup nor in VAR_DIR: whoever was erased after {made_at} "
            "is back. Erase them again."
        )
    return f"{forgotten} of the erased came back with it and are erased again ({', '.join(map(str, paths))})."


def _of_keys(done: Rotated, data_keys: int, index_keys: int) -> list[str]:
    said = [f"{done.renewed} rows were brought under the newest key."]
    said += [
        f"{table}: {number} rows are still under an older key: run this again." for table, number in done.left.items()
    ]
    said += [f"{table}: {rows} rows are opened by none of DATA_KEYS." for table, rows in done.lost.items()]
    if not done.left and (data_keys > 1 or index_keys > 1):
        said.append(
            "Nothing in this database is under an older key. Once web, jobs and clock have all been started with the "
            "newest key first, run this once more; then the older ones may be taken out of the settings. "
            "Backups made before today still need them."
        )
    return said


def _keys(chosen: Settings) -> Keys:
    return Keys(chosen.data_key_bytes, chosen.index_key_bytes)


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
