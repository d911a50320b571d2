"""Which flow file is meant on the command line, and what must be mended in it?"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gateway import advising, instruments
from gateway.clock import Clock
from gateway.core import advice, checks, flowfile
from gateway.core.flow import Flow
from gateway.core.instruments import reading
from gateway.core.saying import at
from gateway.core.words import Language
from gateway.core.written import Problem

ROOT = Path(__file__).resolve().parents[2]
SHIPPED_FLOWS = ROOT / "flows"
SHIPPED_LOCALES = ROOT / "locales"


class FlowPath(click.Path):
    """A file, or the name of a shipped flow where no such file is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        shipped = SHIPPED_FLOWS / f"{value}.yaml"
        return super().convert(shipped if not Path(value).exists() and shipped.is_file() else value, param, ctx)


FlowFile = FlowPath(exists=True, dir_okay=False, path_type=Path)


def flow_in(file: Path) -> Flow:
    """The flow of a file; where it has none, what must be mended is printed and the command ends."""
    flow, problems = flowfile.read(text_of(file), shared_beside(file))
    if flow is None:
        print_problems(file, problems)
        sys.exit(1)
    return flow


def problems_of(file: Path, known: Mapping[str, Language], codes: tuple[str, ...]) -> tuple[Problem, ...]:
    """Of form, else of sense. The language it is written in is always judged, translations where asked."""
    text = text_of(file)
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
    if flow.written_in not in known:
        where = at(flowfile.places(text), ("written_in",))
        unknown = f"no language is called '{flow.written_in}'; there are {', '.join(known)}"
        return (Problem(where.line, where.column, unknown),)
    usable = {**instruments.shipped(), **instruments.load(file.parent / "instruments")}
    return checks.problems(flow, _chosen(flow, known, codes), flowfile.places(text), instruments=usable)


def shared_beside(file: Path) -> str:
    """The `shared.yaml` next to the file, else the shipped one."""
    beside = file.with_name("shared.yaml")
    return text_of(beside if beside.exists() else SHIPPED_FLOWS / "shared.yaml")


def _chosen(flow: Flow, known: Mapping[str, Language], codes: tuple[str, ...]) -> Mapping[str, Language]:
    wanted = dict.fromkeys((flow.written_in, *codes))
    return {code: known[code] for code in wanted if code in known}


def text_of(file: Path) -> str:
    """Bytes that are no UTF-8 become a sign that no text holds, which the reader then finds with its place."""
    return file.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def print_problems(file: Path, problems: tuple[Problem, ...], *, err: bool = False) -> bool:
    """Whether one of them refuses the file."""
    for one in problems:
        warning = "warning: " if one.severity == "warning" else ""
        click.echo(f"{file}:{one.line}:{one.column}: {warning}{one.sentence}", err=err)
    return any(one.severity == "refused" for one in problems)
