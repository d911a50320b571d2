"""`flows import`, `flows export` and `flows diff`: how do files go in and out, and what do they change?"""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.orm import Session

from gateway import languages, publishing, settings
from gateway.clock import Clock
from gateway.commands.flowfiles import (
    SHIPPED_FLOWS,
    SHIPPED_LOCALES,
    FlowFile,
    flow_in,
    print_problems,
    problems_of,
    text_of,
)
from gateway.core.changes import Change, changes
from gateway.opening import open_current
from gateway.publishing import drafts
from gateway.store.queries.accounts import named, user_by_login, users
from gateway.store.queries.flows import flow_of, latest, newest, newest_of_each
from gateway.store.tables import FlowVersion, User


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FlowFile)
@click.option("--by", "login", help="The account whose draft it is; needed where there are several.")
@click.option("--replace", "instead", is_flag=True, help="In place of a draft that somebody works at.")
def bring_in(files: tuple[Path, ...], login: str | None, instead: bool) -> None:
    """Flow files become drafts, all or none; nobody is asked by one before it is published in the console."""
    known = languages.load(SHIPPED_LOCALES)
    refused = [print_problems(file, problems_of(file, known, ())) for file in files]
    if any(refused):
        sys.exit(1)
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.write() as session:
        now = Clock(chosen.story_allowed).now(session)
        publishing.seed(session, SHIPPED_FLOWS, SHIPPED_LOCALES, now)  # nothing, once there is any flow
        author = _author(session, login)
        taken = [file for file in files if not drafts.bring_in(session, text_of(file), author, now, instead=instead)]
        if taken:
            _stop(
                *(f"{file}:1:1: somebody writes at a draft of this flow: publish that, or --replace" for file in taken)
            )
    for file in files:
        click.echo(f"{file}: a draft now, to be tried, approved and published in the console")


@click.command("export")
@click.argument("flow")
@click.option("--version", "number", type=int, help="This version instead of the newest one that is published.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Into this file, instead of the terminal.")
def take_out(flow: str, number: int | None, out: Path | None) -> None:
    """Print the file of a FLOW as it was published."""
    with closing(open_current(settings.load())) as database, database.read() as session:
        text = _version(session, flow, number).source
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


@click.command()
@click.argument("before", type=FlowFile)
@click.argument("after", required=False, type=FlowFile)
def diff(before: Path, after: Path | None) -> None:
    """Say in words what the file AFTER changes; a file alone is compared with what is published."""
    if after is None:
        flow = flow_in(before)
        with closing(open_current(settings.load())) as database, database.read() as session:
            live = newest(session, flow.flow)
            found = changes(flow_of(live) if live else None, flow)
    else:
        found = changes(flow_in(before), flow_in(after))
    for line in map(_line, found):
        click.echo(line)
    click.echo(f"{len(found)} differences")


def _author(session: Session, login: str | None) -> User:
    """Whoever brings a file in may not approve its limits, so it needs a name."""
    if login:
        found = user_by_login(session, login)
        return found or _stop(f"No account signs in as '{login}'.")
    known = users(session)
    if not known:
        _stop("There is no account yet, and a draft needs an author: start `serve` and make the first one at /first.")
    if len(known) > 1:
        raise click.UsageError(f"whose draft is it? Write --by, one of {', '.join(_logins(session, known))}")
    return known[0]


def _logins(session: Session, known: Sequence[User]) -> list[str]:
    return [named(session, user).login for user in known]


def _version(session: Session, flow: str, number: int | None) -> FlowVersion:
    found = newest(session, flow) if number is None else latest(session, flow, number)
    if found is None:
        known = ", ".join(version.flow for version in newest_of_each(session)) or "none yet"
        _stop(f"No flow '{flow}'{f' has version {number}' if number else ' is published'}; there are: {known}.")
    return found


def _line(change: Change) -> str:
    """`limit moved, pain, red: 7 -> 8 (limits)`: in brackets what somebody else must approve."""
    of = ", ".join(filter(None, (change.kind, change.about, change.level)))
    return f"{of}: {change.before or '-'} -> {change.after or '-'}{f' ({change.area})' if change.area else ''}"


def _stop(*sentences: str) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(1)
