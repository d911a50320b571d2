"""One week of the village at full speed, told line by line; it fails unless every promise held."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click

from gateway.demo import drive, people
from gateway.demo.promises import broken
from gateway.demo.telling import Teller
from gateway.demo.village import Village, village

WEEK = timedelta(days=7)


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
    end = place.begins + WEEK
    drive.settle(place)
    while (moment := drive.next_moment(place)) is not None and moment <= end:
        drive.jump(place, moment)
        drive.settle(place)
        for line in teller.news():
            click.echo(line)
