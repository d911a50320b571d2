"""`python -m gateway cases`: which cases are open, a plan for one, and its end by a person."""

import sys
from contextlib import closing
from datetime import datetime

import click
from sqlalchemy.orm import Session

from gateway import cases as verbs
from gateway import settings
from gateway.clock import Clock
from gateway.opening import open_current
from gateway.store.queries.cases import NOBODY_TO_TELL, newest_with_code, open_cases
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Case, Person


@click.group()
def cases() -> None:
    """Open cases, and closing one."""


@cases.command("list")
def list_open() -> None:
    """Every open case: code, level, state, patient's code, open since, next action and when. No names, no numbers."""
    with closing(open_current(settings.load())) as database, database.read() as session:
        found = open_cases(session)
        for case in found:
            click.echo(_line(session, case))
    click.echo(f"{len(found)} open")


@cases.command()
@click.argument("code")
@click.option("--outcome", required=True, help="What became of it, in a few words; at most 40 characters are kept.")
@click.option("--by", required=True, help="Who closes it: a name.")
def close(code: str, outcome: str, by: str) -> None:
    """End a case. A case of level `now` has no other end."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.write() as session:
        case = newest_with_code(session, code)
        now = Clock(chosen.story_allowed).now(session)
        if case is None or not verbs.close(session, now, case.id, by, outcome):
            click.echo(f"No case {code} is open: `python -m gateway cases list` shows those that are.", err=True)
            sys.exit(1)
    click.echo(f"{code} is closed.")


@cases.command()
@click.argument("code")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day on which it ends.")
@click.option("--by", required=True, help="Whose plan it is: a clinician's code.")
@click.option("--reason", required=True, help="In a few words.")
def plan(code: str, until: datetime, by: str, reason: str) -> None:
    """A clinician's plan for what is severe and known: until that day nobody is told again unless it is worse."""
    chosen = settings.load()
    try:
        with closing(open_current(chosen)) as database, database.write() as session:
            case, clinician = newest_with_code(session, code), person_by_code(session, by)
            if case is None or clinician is None:
                raise verbs.CannotPlan(f"no case {code} is known" if case is None else f"there is no clinician '{by}'")
            now = Clock(chosen.story_allowed).now(session)
            verbs.plan(session, now, case.id, clinician, until.date(), reason)
    except verbs.CannotPlan as why:
        click.echo(f"No plan: {why}.", err=True)
        sys.exit(1)
    click.echo(f"{code} has a plan until {until:%Y-%m-%d}.")


def _line(session: Session, case: Case) -> str:
    patient = session.get_one(Person, case.patient_id).code
    due = f"{case.due_at:%Y-%m-%d %H:%M}Z" if case.due_at else "never"
    opened = f"{case.opened_at:%Y-%m-%d %H:%M}Z"
    line = f"{case.code}  {case.level:5}  {case.state}  {patient}  since {opened}  next {case.next_action} {due}"
    return f"{line}  NO COORDINATOR COULD BE TOLD" if case.next_action == NOBODY_TO_TELL else line
