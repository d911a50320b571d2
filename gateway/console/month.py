"""The month: who answered, how cases went, what went wrong; each figure with its rows and its meaning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, render_template, request
from sqlalchemy import select

from gateway.console import casewords, plots, review, trend
from gateway.console.doors import LOOKS, Reach, Visit, opens
from gateway.console.monthwords import MEANINGS
from gateway.console.plots import Line
from gateway.core.flow import Level, Rank
from gateway.core.places import place
from gateway.quality import behind, burden, rounds
from gateway.quality.behind import OF_CASES, Wanted, cases_behind
from gateway.quality.doctors import CAPACITY, FEWEST
from gateway.quality.month import figures_of, weeks
from gateway.quality.periods import QUARTER, YEAR, Period, month_at, period_named
from gateway.quality.tables import EVENTS, Row, as_csv
from gateway.store.queries import figures as asked
from gateway.store.queries.accounts import sites_beneath
from gateway.store.queries.burden import finished_reports
from gateway.store.queries.figures import Fate, Within
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.tables import Person, Post, Site
from gateway.talk.facts import called

READS = (Post.SUPERVISOR, Post.COORDINATOR, Post.ADMINISTRATOR)
MONTHS = 12  # to choose from
A_PAGE = 100
MOST = 20_000  # rows of one file
ALL_ASKED = "sent"
EVENTS_SHOWN = 20


@dataclass(frozen=True)
class Behind:
    """What stands behind a figure: `kind` says of what the rows are, `table` is the same as a file has it."""

    of: str
    kind: str
    rows: Sequence[Any]
    header: tuple[str, ...]
    table: list[Row]


@opens("/month", *READS)
def page(at: Visit) -> Any:
    month, now = _month(at), at.now
    within = _reach(at).within(Person.site_id)
    found = figures_of(at.session, month, _reach(at).sites, now)
    starts = weeks(month, now)
    put = asked.put_by_stretch(at.session, starts, within)
    return render_template(
        "month.html",
        **_chosen(at, month),
        **review.shown(at, month, _reach(at).sites),
        found=found,
        spent=burden.burden(at.session, found, _reach(at).sites, at.house.settings.sms_price),
        questions=plots.columns(starts, put, _fates(fate for _, fate in put)),
        opened=plots.columns(starts, asked.opened_by_stretch(at.session, starts, within), list(Level)[::-1]),
        symptoms=_symptoms(at, starts, within),
        events=found.events[-EVENTS_SHOWN:][::-1],
        fates=_fates(found.answering.fates),
        fewest=FEWEST,
        capacity=CAPACITY,
        meanings=[(name, at.tongue.say(said)) for name, said in MEANINGS.items()],
        say_figure=lambda name: at.tongue.word("figure", name),
        say_level=lambda name: at.tongue.word("level", name),
        called=lambda person: called(at.session, person),
    )


@opens("/month.csv", *READS)
def figures(at: Visit) -> Any:
    month = _month(at)
    sites = _reach(at).sites
    found = figures_of(at.session, month, sites, at.now)
    spent = burden.burden(at.session, found, sites, at.house.settings.sms_price)
    table = [*behind.figure_rows(found), *burden.rows(month.name, spent)]
    return _file(f"month-{month.name}.csv", behind.FIGURES, table)


@opens("/month/rows", *READS)
def rows(at: Visit) -> Any:
    month, start = _month(at), max(request.args.get("from", 0, type=int), 0)
    found = _behind(at, month, A_PAGE + 1, start)
    at.notes("saw rows of the month")
    return render_template(
        "month_rows.html",
        **_chosen(at, month),
        found=found,
        rows=found.rows[:A_PAGE],
        more=start + A_PAGE if len(found.rows) > A_PAGE else None,
        before=max(start - A_PAGE, 0) if start else None,
        same=urlencode([(name, value) for name, value in request.args.items() if name != "from"]),
        meaning=at.tongue.say(MEANINGS[found.of]) if found.of in MEANINGS else "",
        may_look=at.reach(*LOOKS).holds if at.holds(*LOOKS) else lambda _: False,
        rounds=rounds,
        say=casewords,
    )


@opens("/month/rows.csv", *READS)
def rows_as_file(at: Visit) -> Any:
    month = _month(at)
    found = _behind(at, month, MOST, 0)
    at.notes("took rows of the month along")
    return _file(f"month-{month.name}-{found.of.replace(' ', '-')}.csv", found.header, found.table)


def _month(at: Visit) -> Period:
    name = request.args.get("month", "")
    month = period_named(name, at.tongue.zone) if name else month_at(at.now, at.tongue.zone)
    if month is None:
        abort(404)
    return month


def _site(at: Visit) -> str:
    """The site that was chosen, or none; one out of reach is not there."""
    site_id: str = request.args.get("site", "")
    if site_id and (not at.reach().holds(site_id) or at.session.get(Site, site_id) is None):
        abort(404)
    return site_id


def _reach(at: Visit) -> Reach:
    """Of the post, or of the site that was chosen and all beneath it."""
    site_id = _site(at)
    return Reach(sites_beneath(at.session, [site_id])) if site_id else at.reach()


def _chosen(at: Visit, month: Period) -> dict[str, Any]:
    this = month_at(at.now, at.tongue.zone)
    sites = at.session.scalars(select(Site).order_by(Site.name, Site.id))
    return {
        "at": at,
        "now": at.now,
        "month": month,
        "site_id": _site(at),
        "sites": [site for site in sites if at.reach().holds(site.id)],
        "months": _periods(month, this),
        "is_running": month.since <= at.now < month.until,
    }


def _periods(chosen: Period, this: Period) -> list[Period]:
    """The last twelve months, their quarters and years, and whichever was chosen."""
    months = [this.step(-back) for back in range(MONTHS)]
    quarters = [Period(each.year, (each.month - 1) // 3 * 3 + 1, each.zone, QUARTER) for each in months]
    years = [Period(each.year, 1, each.zone, YEAR) for each in months]
    return list(dict.fromkeys([chosen, *months, *quarters, *years]))


def _behind(at: Visit, month: Period, limit: int, start: int) -> Behind:
    of, within, now = request.args.get("of", ALL_ASKED), _reach(at).within(Person.site_id), at.now
    if of == ALL_ASKED or of in list(Fate):
        fate = "" if of == ALL_ASKED else of
        puts = asked.puts(at.session, month.since, month.until, within, fate, limit, start)
        return Behind(of, "asked", puts, behind.ASKED, [behind.asked_row(put) for put in puts])
    if of == behind.REPORTS_OF:
        reports = finished_reports(at.session, month.since, month.until, within, limit, start)
        return Behind(of, "reports", reports, behind.REPORTS, [behind.report_row(one) for one in reports])
    found = figures_of(at.session, month, _reach(at).sites, now)
    if of == behind.EVENTS_OF:
        events = found.events[start : start + limit]
        return Behind(of, "events", events, EVENTS, [behind.event_row(event) for event in events])
    if of not in OF_CASES:
        abort(404)
    wanted = Wanted(of, request.args.get("level", ""), request.args.get("doctor", ""))
    cases = cases_behind(found, wanted, now)[start : start + limit]
    return Behind(of, "cases", cases, behind.CASES, [behind.case_row(case, now) for case in cases])


def _fates(occurred: Iterable[str]) -> list[Fate]:
    """In the order of the picture. What was broken off is rare, and stands only where there was any."""
    rare = {Fate.BROKEN} - set(occurred)
    return [fate for fate in plots.FATES if fate not in rare]


def _symptoms(at: Visit, starts: Sequence[datetime], within: Within) -> list[Line]:
    """Of the flows that are asked every week, each question with a scale that anybody answered."""
    drawn: list[Line] = []
    for version in newest_of_each(at.session):
        flow = flow_of(version)
        if flow.rank is not Rank.WEEKLY:
            continue
        numbers = asked.numbers_by_stretch(at.session, starts, within, flow.flow)
        language = casewords.language(at, version)
        for step in flow.questions().values():
            if step.scale and step.id in numbers:
                named = language.text(place(flow, step, "name"), step.name or step.id)
                limits, scale = trend.limits(flow, step.id), flow.scales[str(step.scale)]
                colour = len(drawn) % trend.COLOURS
                drawn.append(plots.line(named, colour, scale, starts, numbers[step.id], limits))
    return drawn


def _file(name: str, header: tuple[str, ...], table: Iterable[Row]) -> Response:
    """Codes only, and nothing that a spreadsheet would run."""
    answer = Response("\ufeff" + as_csv(header, table), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
