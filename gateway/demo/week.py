"""One week of the village at full speed, told line by line; it fails unless every promise held."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway import cases
from gateway.core.flow import Level
from gateway.demo import drive, people
from gateway.demo.promises import broken
from gateway.demo.telling import Teller
from gateway.demo.village import Village, village
from gateway.store.queries.cases import open_cases

WEEK = timedelta(days=7)
NEVER = datetime.max.replace(tzinfo=UTC)
Deed = Callable[[Village], None]


def play_week(seed: int = 1) -> bool:
    """Prints the week. True when every promise held."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="village-") as folder, village(Path(folder), seed=seed) as place:
        place.network.post("numbers", people.for_the_week())
        teller = Teller(place)
        _play(place, teller)
        problems = broken(place, teller.entries)
    for problem in problems:
        click.echo(f"broken promise: {problem}")
    held = "every promise held" if not problems else f"{len(problems)} promises broken"
    click.echo(f"\nThe week took {time.monotonic() - began:.0f} s; {held}.")
    return not problems


def _play(place: Village, teller: Teller) -> None:
    """Between what falls due by itself, what two people do on their own."""
    deeds = [(place.begins + after, deed) for after, deed in OWN_DEEDS]
    end = place.begins + WEEK
    drive.settle(place)
    while (moment := _next(place, deeds)) <= end:
        drive.jump(place, moment)
        while deeds and deeds[0][0] <= moment:
            deeds.pop(0)[1](place)
        drive.settle(place)
        for line in teller.news():
            click.echo(line)


def _next(place: Village, deeds: list[tuple[datetime, Deed]]) -> datetime:
    moments = [drive.next_moment(place) or NEVER, *(at for at, _ in deeds)]
    return min(moments)


def _mei_cannot_breathe(place: Village) -> None:
    """Nobody asked; what she types is seen before all else."""
    place.network.post("sms", {"from": people.MEI, "body": "喘不上气"})


def _chandra_closes(place: Village) -> None:
    """A case of level `now` is closed by a person only."""
    with place.database.write() as session:
        for case in open_cases(session):
            if case.level == Level.NOW:
                cases.close(session, place.clock.now(session), case.id, by="Chandra", outcome="seen, better")


OWN_DEEDS: list[tuple[timedelta, Deed]] = [
    (timedelta(days=4, hours=2), _mei_cannot_breathe),
    (timedelta(days=5, hours=6), _chandra_closes),
]
