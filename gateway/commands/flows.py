"""`flows`: check a flow file, show the machine that it compiles to, hear who speaks it."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from gateway import advising, instruments, languages
from gateway.clock import Clock
from gateway.commands import leaflets, talk, voices
from gateway.core import advice, checks, flowfile, machine
from gateway.core.flow import Flow
from gateway.core.instruments import reading
from gateway.core.words import Language
from gateway.core.written import Problem

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_FLOWS = ROOT / "flows"
SHIPPED_LOCALES = ROOT / "locales"
FORMATS = {"text": machine.as_text, "dot": machine.as_dot, "mermaid": machine.as_mermaid}
FlowFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def flows() -> None:
    """Flow files: what they ask, and what must be mended in them."""


flows.add_command(talk.play)
flows.add_command(talk.test)
flows.add_command(voices.voices)
flows.add_command(voices.record)
flows.add_command(leaflets.print_leaflet)


@flows.command()
@click.argument("files", nargs=-1, required=True, type=FlowFile)
@click.option("--language", "codes", multiple=True, help="Judge the translation into this language too.")
def check(files: tuple[Path, ...], codes: tuple[str, ...]) -> None:
    """Print `file:line:column: sentence` for everything that must be mended; exit 1 when a flow is refused."""
    known = languages.load(SHIPPED_LOCALES)
    for code in codes:
        if code not in known:
            raise click.UsageError(f"no language is called '{code}'; there are {', '.join(known)}")
    refused = [_print_problems(file, problems_of(file, known, codes)) for file in files]
    sys.exit(1 if any(refused) else 0)


@flows.command()
@click.argument("file", type=FlowFile)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
def show(file: Path, form: str) -> None:
    """Print the states of a flow, one line each, with the ways that lead out of it."""
    flow, problems = flowfile.read(_text(file), shared_beside(file))
    if flow is None:
        _print_problems(file, problems)
        sys.exit(1)
    click.echo(FORMATS[form](machine.machine(flow)))


def problems_of(file: Path, known: Mapping[str, Language], codes: tuple[str, ...]) -> tuple[Problem, ...]:
    """Of form, else of sense. The language it is written in is always judged, translations where asked."""
    text = _text(file)
    if file.name == "shared.yaml":
        return flowfile.read_shared(text)[1]
    if file.parent.name == "instruments":
        return reading.read(text)[1]
    if file.parent.name == advising.FOLDER:
        read, problems = advice.read(text)
        return problems if read is None else advice.outdated(read, text, Clock(story=False).real().date())
    flow, problems = flowfile.read(text, shared_beside(file))
    if flow is None:
        return problems
    usable = {**instruments.shipped(), **instruments.load(file.parent / "instruments")}
    return checks.problems(flow, _chosen(flow, known, codes), flowfile.places(text), instruments=usable)


def shared_beside(file: Path) -> str:
    """The `shared.yaml` next to the file, else the shipped one."""
    beside = file.with_name("shared.yaml")
    return _text(beside if beside.exists() else SHIPPED_FLOWS / "shared.yaml")


def _chosen(flow: Flow, known: Mapping[str, Language], codes: tuple[str, ...]) -> Mapping[str, Language]:
    wanted = dict.fromkeys((flow.written_in, *codes))
    return {code: known[code] for code in wanted if code in known}


def _text(file: Path) -> str:
    """Bytes that are no UTF-8 become a sign that no text holds, which the reader then finds with its place."""
    return file.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _print_problems(file: Path, problems: tuple[Problem, ...]) -> bool:
    for one in problems:
        warning = "warning: " if one.severity == "warning" else ""
        click.echo(f"{file}:{one.line}:{one.column}: {warning}{one.sentence}")
    return any(one.severity == "refused" for one in problems)
