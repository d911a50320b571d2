"""`flows leaflet`: the messages of a flow on one sheet to print."""

import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click
from babel import Locale

from gateway import languages, settings
from gateway.core.leaflet import NoLeaflet, leaflet
from gateway.opening import open_current
from gateway.store.queries.flows import flow_of, newest, spoken_in


@click.command("leaflet")
@click.argument("flow")
@click.option("--language", "code", default="en", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of standard output.")
def print_leaflet(flow: str, code: str, out: Path | None) -> None:
    """Write FLOW, as it is published, as one page of HTML that a browser prints: such as `education`."""
    chosen = settings.load()
    with closing(open_current(chosen)) as database, database.read() as session:
        version = newest(session, flow)
        if version is None:
            _stop(f"No flow '{flow}' is published.")
        if code not in spoken_in(version):
            _stop(f"{flow} does not speak '{code}'; it speaks {', '.join(sorted(spoken_in(version)))}.")
        facts = {"clinic": chosen.clinic_name, "emergency_number": chosen.emergency_number}
        try:
            language, direction = languages.of(session, version, code), Locale.parse(code).text_direction
            page = leaflet(flow_of(version), language, facts, direction)
        except NoLeaflet as why:
            _stop(f"{why}.")
    if out:
        out.write_text(page, "utf-8")
    else:
        click.echo(page, nl=False)


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
