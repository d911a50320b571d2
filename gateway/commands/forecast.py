"""`python -m gateway forecast`: how many messages, minutes and cases would a flow bring, and what would they cost?"""

import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import click

from gateway import languages
from gateway.commands.flowfiles import (
    ROOT,
    SHIPPED_LOCALES,
    FlowFile,
    flow_in,
    print_problems,
    shared_beside,
    text_of,
)
from gateway.commands.progress import Progress
from gateway.core.answers import Channel
from gateway.core.flow import Level
from gateway.forecasting import Days, Figures, Plan, figures, play
from gateway.forecasting.district import district
from gateway.forecasting.plan import BEGINS, MOST_PATIENTS, WEEK, NoForecast

PRICE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ([A-Z]{3})")
Price = tuple[Decimal, str]  # of one, and its currency
SHARE = click.FloatRange(0, 1)
ASSUMED = Plan("", 1, 1)
CANNOT = "'%s' is asked on no schedule (start: every), so there is nothing to forecast"


def _price(ctx: click.Context, param: click.Parameter, written: str | None) -> Price | None:
    found = PRICE.fullmatch(written) if written else None
    if written and not found:
        raise click.BadParameter("must be a number and a currency, for example 0.05 USD")
    return (Decimal(found[1]), found[2]) if found else None


@click.command()
@click.argument("file", metavar="FLOW", type=FlowFile)
@click.option("--patients", type=click.IntRange(1, MOST_PATIENTS), default=100, show_default=True)
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another district like it.")
@click.option("--language", default="en", show_default=True)
@click.option("--channel", type=click.Choice([one.value for one in Channel]), default="sms", show_default=True)
@click.option("--per-doctor", "a_doctor", type=click.IntRange(1, 500), default=ASSUMED.a_doctor, show_default=True)
@click.option("--answered", type=SHARE, default=ASSUMED.answered, show_default=True, help="Of reports.")
@click.option("--severe", type=SHARE, default=ASSUMED.severe, show_default=True, help="Of answers: 7 of 10 or more.")
@click.option("--danger", type=SHARE, default=ASSUMED.danger, show_default=True, help="Of reports.")
@click.option("--helped", type=SHARE, default=ASSUMED.helped, show_default=True, help="Of SMS to doctors.")
@click.option("--sms-price", envvar="SMS_PRICE", callback=_price, help="Of one part of an SMS, for example '0.05 USD'.")
@click.option("--call-price", callback=_price, help="Of one minute of a call, for example '0.1 USD'.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def forecast(file: Path, sms_price: Price | None, call_price: Price | None, form: str, **wanted: Any) -> None:
    """What FLOW would bring: messages, call minutes, cost and cases for each doctor and week.

    The gateway itself plays the weeks, with patients and doctors drawn from a seed, in a database that is thrown away.
    Nothing is sent, no setting is needed. What is assumed of people is printed with it: try it higher and lower.
    """
    flow = flow_in(file)
    plan = Plan(flow=flow.flow, **wanted)
    if flow.start is None or flow.start.every is None:
        raise click.UsageError(CANNOT % flow.flow)
    if plan.language not in (known := languages.load(SHIPPED_LOCALES)):
        raise click.BadParameter(f"there is no language '{plan.language}'; there are {', '.join(known)}")
    found = _played(plan, file)
    lines = list(_lines(found, sms_price, call_price))
    if form == "json":
        figures_by_name = {line.name: line.number for line in lines}
        click.echo(json.dumps({"assumed": vars(plan), "figures": figures_by_name}, ensure_ascii=False, indent=2))
        return
    for said in _text(plan, lines):
        click.echo(said)


def _played(plan: Plan, file: Path) -> Figures:
    try:
        with district(plan, text_of(file), shared_beside(file), ROOT) as database, Progress("weeks") as progress:
            days = Days(database, plan)
            for week in range(1, plan.weeks + 1):
                play(days, BEGINS + week * WEEK)
                progress.show(week, plan.weeks)
            with database.read() as session:
                return figures(session, plan)
    except NoForecast as why:
        click.echo(f"{file}: {why}", err=True)
        print_problems(file, why.problems, err=True)
        sys.exit(1)


class Line(NamedTuple):
    """`adds_up`: of all weeks together, so that a week's share means something."""

    name: str
    number: float | str
    adds_up: bool = True


def _lines(found: Figures, sms_price: Price | None, call_price: Price | None) -> Iterator[Line]:
    """The names stand in docs/commands.md."""
    yield Line("reports asked", found.asked)
    yield Line("reports finished", found.finished)
    yield Line("SMS sent", found.sms)
    yield Line("SMS parts sent", found.parts)
    yield Line("SMS parts in the busiest hour", found.busiest_hour, adds_up=False)
    yield Line("SMS received", found.received)
    yield Line("calls tried", found.calls)
    yield Line("call minutes begun", found.begun_minutes)
    yield Line("SMS to clinicians", found.to_clinicians)
    yield from (Line(f"cases opened, {level}", found.cases.get(level, 0)) for level in Level)
    yield Line("cases per doctor-week", round(found.usual, 2), adds_up=False)
    yield Line("cases per doctor-week, nine of ten weeks at most", found.at_most(0.9), adds_up=False)
    yield Line("cases per doctor-week, most", found.at_most(1), adds_up=False)
    if sms_price:
        yield Line("cost of SMS", f"{sms_price[0] * found.parts:.2f} {sms_price[1]}")
    if call_price:
        yield Line("cost of calls", f"{call_price[0] * found.begun_minutes:.2f} {call_price[1]}")


def _text(plan: Plan, lines: list[Line]) -> Iterator[str]:
    yield (
        f"{plan.flow}, {plan.weeks} weeks, seed {plan.seed}. Patients: {plan.patients} ({plan.channel}, "
        f"{plan.language}), village doctors: {plan.doctors}"
    )
    yield (
        f"Assumed: {plan.answered:.0%} of reports answered, {plan.severe:.1%} of answers severe, a danger sign in "
        f"{plan.danger:.1%} of reports, {plan.helped:.0%} of SMS about cases answered"
    )
    width = max(len(line.name) for line in lines)
    for name, number, adds_up in lines:
        week = f"  {number / plan.weeks:10.1f} a week" if adds_up and isinstance(number, int) else ""
        yield f"{name:<{width}}  {number!s:>10}{week}"
