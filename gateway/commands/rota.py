"""`python -m gateway rota`: when is nobody on duty in the next days?"""

import sys
from contextlib import closing
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from gateway import settings
from gateway.cases.rota import Gap, gaps
from gateway.clock import Clock
from gateway.opening import open_current


@click.command()
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 60), help="How far ahead.")
def rota(days: int) -> None:
    """Stretches in which nobody is on duty, by site and in its own time. Exit 1 while a case would reach nobody but
    the coordinator."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        found = gaps(session, Clock(chosen.story_allowed).now(session), timedelta(days=days))
        for gap in found:
            click.echo(_line(gap))
    click.echo(f"{len(found)} gaps in {days} days")
    sys.exit(1 if any(gap.everywhere for gap in found) else 0)


def _line(gap: Gap) -> str:
    zone = ZoneInfo(gap.site.time_zone)
    start, end = gap.start.astimezone(zone), gap.end.astimezone(zone)
    who = "nobody at any tier" if gap.everywhere else "somebody is away, the next site is told"
    return f"{gap.site.code}  {start:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M}  {who}"
