"""`python -m gateway report month`: what the console's month page shows, as lines; and each doctor's SMS."""

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import settings
from gateway.clock import Clock
from gateway.opening import open_from
from gateway.quality import behind, letters
from gateway.quality.doctors import FEWEST
from gateway.quality.month import Answering, Doctor, Figures, figures_of, month_at, month_named
from gateway.quality.rounds import Rounds
from gateway.quality.tables import plain
from gateway.store.queries.accounts import sites_beneath
from gateway.store.queries.figures import Fate, Offered
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.queries.meetings import replies
from gateway.store.tables import Site
from gateway.talk import meetings


@click.group()
def report() -> None:
    """Figures of a month. Codes only: no names, no phone numbers, no words of a patient."""


@report.command("month")
@click.argument("month", required=False)
@click.option("--site", "site_code", help="This site and all beneath it, by its code.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, too.")
@click.option("--send", is_flag=True, help="One SMS to each doctor about his month, once: queued, for his hours.")
def of_month(month: str | None, site_code: str | None, file: Path | None, send: bool) -> None:
    """Print the figures of MONTH (2026-03), or of the last one that is over."""
    chosen = settings.load()
    zone = ZoneInfo(chosen.time_zone)
    with closing(open_from(chosen)) as database, database.write() as session:
        now = Clock(chosen.story_allowed).now(session)
        wanted = month_named(month, zone) if month else month_at(now, zone).step(-1)
        if wanted is None:
            raise click.UsageError(f"'{month}' is no month: write for example 2026-03")
        if send and wanted.until > now:
            raise click.UsageError(f"{wanted.name} is not over: a doctor hears of whole months only")
        found = figures_of(session, wanted, _sites(session, site_code), now)
        for line in lines(found):
            click.echo(line)
        if file:
            _write(file, found)
        if send:
            click.echo(f"{len(letters.send(session, wanted, now, chosen.talk_weeks))} SMS to doctors queued")


@report.command("meetings")
def of_meetings() -> None:
    """Print who comes to the meetings that the list of sites holds: invited, yes, no, no answer."""
    chosen = settings.load()
    with closing(open_from(chosen)) as database, database.read() as session:
        flows = [flow_of(version) for version in newest_of_each(session) if meetings.invites(flow_of(version))]
        sites = session.scalars(select(Site).order_by(Site.code)).all()
        for site, flow in ((site, flow) for site in sites for flow in flows):
            if meeting := meetings.meeting_of(site):
                came = replies(session, site.id, flow.flow, next(iter(flow.questions())), meeting.written)
                told = "  ".join(f"{word} {came[word]}" for word in ("yes", "no", "no answer"))
                click.echo(f"{site.code}  {meeting.on}  {meeting.what}  invited {came.total()}  {told}")


def lines(found: Figures) -> Iterator[str]:
    yield f"{found.month.name}, {found.month.zone.key}"
    yield f"questions  {_answering(found.answering)}"
    yield from (f"cases      {_round(one)}" for one in found.rounds)
    yield f"safety events: {len(found.events)}"
    yield f"could take part {found.eligible}{''.join(_offered(one) for one in found.offers)}"
    for place in found.places:
        yield f"site {place.site.code}"
        yield f"  questions  {_answering(place.answering)}"
        yield from (f"  cases      {_round(one)}" for one in place.rounds)
    for doctor in found.doctors:
        yield _doctor(doctor)


def _sites(session: Session, site_code: str | None) -> frozenset[str] | None:
    if site_code is None:
        return None
    site = session.scalar(select(Site.id).where(Site.code == site_code))
    if site is None:
        raise click.UsageError(f"no site has the code '{site_code}'")
    return sites_beneath(session, [site])


def _offered(one: Offered) -> str:
    return f"  {one.answer}{f' ({one.why})' if one.why else ''} {one.number}"


def _answering(found: Answering) -> str:
    share = "-" if found.share is None else f"{found.share:.0%}"
    return f"asked {found.sent}  {'  '.join(f'{fate} {found.fates[fate]}' for fate in Fate)}  share {share}"


def _round(one: Rounds) -> str:
    times = f"told {_minutes(one.told)}  accepted {_minutes(one.accepted)}  contact {_minutes(one.contact)}"
    contacts = f"in time {one.in_time}  late {one.late}  off duty {one.off_duty}"
    return f"{one.level:5}  {one.cases}  {times}  {contacts}  still open {one.open}"


def _doctor(doctor: Doctor) -> str:
    part, share = doctor.part, doctor.answering.share
    rank = part.rank or f"none (fewer than {FEWEST} cases)" if part.cases else "none"
    answered = "-" if share is None else f"{share:.0%}"
    return (
        f"doctor {part.clinician.code}  patients answered {answered}  cases {part.cases}  "
        f"taken on {len(part.accepted)} in {_minutes(part.minutes_to_accept)}  contacts {part.contacts}  "
        f"replies in time {part.in_time} of {part.timed}  off duty {part.off_duty}  rank {rank}"
    )


def _minutes(number: float | None) -> str:
    return "-" if number is None else f"{number:g} min"


def _write(file: Path, found: Figures) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(behind.FIGURES)
        writer.writerows(plain(behind.figure_rows(found)))
