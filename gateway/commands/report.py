"""`python -m gateway report month`: what the console's month page shows; and each doctor's SMS."""

from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from gateway import settings
from gateway.clock import Clock
from gateway.commands.choosing import period_of, sites_of
from gateway.commands.figures import FORMS, as_csv
from gateway.commands.statement import of_incentives, statement
from gateway.opening import open_current
from gateway.quality import burden, letters
from gateway.quality.month import figures_of
from gateway.quality.periods import MONTH
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.queries.meetings import replies
from gateway.store.tables import Site
from gateway.talk import meetings


@click.group()
def report() -> None:
    """Figures of a month, a quarter or a year. Codes only: no names, no phone numbers, no words of a patient."""


report.add_command(statement)
report.add_command(of_incentives)


@report.command("month")
@click.argument("month", required=False)
@click.option("--month", "named", help="The same MONTH: 2026-03, 2026-Q1 or 2026.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@click.option("--site", "site_code", help="This site and all beneath it, by its code.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, too.")
@click.option("--send", is_flag=True, help="One SMS to each doctor about his month, once: queued, for his hours.")
def of_month(
    month: str | None, named: str | None, form: str, site_code: str | None, file: Path | None, send: bool
) -> None:
    """Print the figures of MONTH (2026-03, 2026-Q1, 2026), or of the last month that is over."""
    chosen = settings.load()
    if month and named and month != named:
        raise click.UsageError(f"two months are named: '{month}' and '{named}'")
    with closing(open_current(chosen)) as database, database.write() as session:
        now = Clock(chosen.story_allowed).now(session)
        wanted = period_of(named or month, ZoneInfo(chosen.time_zone), now)
        if send and (wanted.until > now or wanted.months != MONTH):
            raise click.UsageError(f"{wanted.name} is not over, or no month: a doctor hears of whole months only")
        sites = sites_of(session, site_code)
        found = figures_of(session, wanted, sites, now)
        spent = burden.burden(session, found, sites, chosen.sms_price)
        click.echo(FORMS[form](found, spent).rstrip("\r\n"))
        if file:
            file.write_text(as_csv(found, spent), encoding="utf-8-sig", newline="")
        if send:
            sent = letters.send(session, wanted, now, chosen.talk_weeks)
            click.echo(f"{len(sent)} SMS to doctors queued", err=form != "text")


@report.command("meetings")
def of_meetings() -> None:
    """Print who comes to the meetings that the list of sites holds: invited, yes, no, no answer."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        flows = [flow_of(version) for version in newest_of_each(session) if meetings.invites(flow_of(version))]
        sites = session.scalars(select(Site).order_by(Site.code)).all()
        for site, flow in ((site, flow) for site in sites for flow in flows):
            if meeting := meetings.meeting_of(site):
                came = replies(session, site.id, flow.flow, next(iter(flow.questions())), meeting.written)
                told = "  ".join(f"{word} {came[word]}" for word in ("yes", "no", "no answer"))
                click.echo(f"{site.code}  {meeting.on}  {meeting.what}  invited {came.total()}  {told}")
