"""`python -m gateway report statement`, `report incentives`: what has each done, and what do a site's rules give?"""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import settings
from gateway.clock import Clock
from gateway.commands.choosing import period_of, sites_of
from gateway.commands.flowfiles import print_problems, text_of
from gateway.opening import open_current
from gateway.quality import incentives, statements
from gateway.quality.month import at_sites
from gateway.quality.periods import Period
from gateway.quality.steps import records
from gateway.quality.tables import Row, as_csv
from gateway.quality.trainings import trainings
from gateway.store.tables import Person, Site

File = click.Path(dir_okay=False, path_type=Path)


@click.command("statement")
@click.argument("period", required=False)
@click.option("--site", "site_code", help="Cases of patients at this site and all beneath it, by its code.")
@click.option("--csv", "file", type=File, help="Write it here as a file, too.")
def statement(period: str | None, site_code: str | None, file: Path | None) -> None:
    """Print what each site and clinician did in PERIOD (2026-03, 2026-Q1, 2026), or in the last month that is over."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        wanted = period_of(period, ZoneInfo(chosen.time_zone), Clock(chosen.story_allowed).now(session))
        sites = sites_of(session, site_code)
        found = statements.statements(session, wanted, at_sites(Person.site_id, sites), sites)
    for line in statements.lines(wanted, found):
        click.echo(line)
    if file:
        _write(file, statements.STATEMENT, [statements.row(wanted, one) for one in found])


@click.command("incentives")
@click.argument("period", required=False)
@click.option("--rules", "source", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "site_code", help="Cases of patients at this site and all beneath it, by its code.")
@click.option("--csv", "file", type=File, help="Write it here as a file, too.")
def of_incentives(period: str | None, source: Path, site_code: str | None, file: Path | None) -> None:
    """Print what the site's own rules give each for PERIOD: a list to check and to sign. Nothing is paid by it."""
    rules, problems = incentives.read(text_of(source))
    if rules is None:
        print_problems(source, problems, err=True)
        raise SystemExit(1)
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        wanted = period_of(period, ZoneInfo(chosen.time_zone), Clock(chosen.story_allowed).now(session))
        found = _incentives(session, wanted, rules, sites_of(session, site_code))
    click.echo(f"{wanted.name}, {wanted.zone.key}. To check and to sign: nothing is paid by it")
    for _, clinician, role, kind, rule, number, amount, total, unit in found:
        click.echo(f"{clinician} ({role}, {kind})  {rule}: {number} x {amount} = {total} {unit}")
    if file:
        _write(file, incentives.INCENTIVES, found)


def _incentives(session: Session, period: Period, rules: incentives.Rules, sites: frozenset[str] | None) -> list[Row]:
    found = list(records(session, period.since, period.until, at_sites(Person.site_id, sites)))
    asked = trainings(session, period.since, period.until)
    here = [one for one in asked if sites is None or one.clinician.site_id in sites]
    kinds = {site.id: site.kind for site in session.scalars(select(Site))}
    return incentives.rows(period, rules, incentives.deeds(found, here), kinds)


def _write(file: Path, header: tuple[str, ...], table: Iterable[Row]) -> None:
    file.write_text(as_csv(header, table), encoding="utf-8-sig", newline="")
