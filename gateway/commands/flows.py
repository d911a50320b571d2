"""`flows`: check a flow file, show the machine that it compiles to, hear who speaks it."""

import sys
from pathlib import Path

import click

from gateway import languages
from gateway.commands import drafting, leaflets, talk, voices
from gateway.commands.flowfiles import SHIPPED_LOCALES, FlowFile, flow_in, print_problems, problems_of
from gateway.core import machine

FORMATS = {"text": machine.as_text, "dot": machine.as_dot, "mermaid": machine.as_mermaid}


@click.group()
def flows() -> None:
    """Flow files: what they ask, and what must be mended in them."""


flows.add_command(talk.play)
flows.add_command(talk.test)
flows.add_command(voices.voices)
flows.add_command(voices.record)
flows.add_command(leaflets.print_leaflet)
flows.add_command(drafting.bring_in)
flows.add_command(drafting.take_out)
flows.add_command(drafting.diff)


@flows.command()
@click.argument("files", nargs=-1, required=True, type=FlowFile)
@click.option("--language", "codes", multiple=True, help="Judge the translation into this language too.")
def check(files: tuple[Path, ...], codes: tuple[str, ...]) -> None:
    """Print `file:line:column: sentence` for everything that must be mended; exit 1 when a flow is refused."""
    known = languages.load(SHIPPED_LOCALES)
    for code in codes:
        if code not in known:
            raise click.UsageError(f"no language is called '{code}'; there are {', '.join(known)}")
    refused = [print_problems(file, problems_of(file, known, codes)) for file in files]
    sys.exit(1 if any(refused) else 0)


@flows.command()
@click.argument("file", type=FlowFile)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
def show(file: Path, form: str) -> None:
    """Print the states of a flow, one line each, with the ways that lead out of it."""
    click.echo(FORMATS[form](machine.machine(flow_in(file))))
