"""`reply`: how would each of these lines be read?"""

import json
import re
import sys
from pathlib import Path

import click

from gateway import languages
from gateway.core.events import Why
from gateway.core.understand import (
    AnswerHeard,
    ChoiceExpected,
    Expected,
    RedFlagHeard,
    ScaleExpected,
    SkipHeard,
    UnclearHeard,
    Understood,
    WordHeard,
    YesNoExpected,
    understand,
)
from gateway.core.words import Language

LOCALES = Path(__file__).parents[2] / "locales"


def expected(_context: click.Context, _option: click.Parameter, kind: str) -> Expected:
    try:
        return expected_of(kind)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def expected_of(kind: str) -> Expected:
    """Raises ValueError."""
    if kind in ("yesno", "agreement"):
        return YesNoExpected(agreement=kind == "agreement")
    if found := re.fullmatch(r"scale:([0-9]{1,3})-([0-9]{1,3})", kind, re.ASCII):
        low, high = int(found[1]), int(found[2])
        if low < high:
            return ScaleExpected(low, high)
    elif (found := re.fullmatch(r"choice:([0-9]{1,2})", kind, re.ASCII)) and int(found[1]) > 0:
        return ChoiceExpected(int(found[1]))
    raise ValueError(f"'{kind}' is none of scale:0-10 (low-high), yesno, agreement, choice:4")


def language(_context: click.Context, _option: click.Parameter, code: str) -> Language:
    known = languages.load(LOCALES)
    if code not in known:
        raise click.BadParameter(f"there is no language '{code}'; there are {', '.join(known)}")
    return known[code]


@click.command()
@click.option("--language", required=True, callback=language, help="The folder in locales/: en, zh_CN, sw ...")
@click.option("--kind", required=True, callback=expected, help="scale:0-10, yesno, agreement or choice:4")
def reply(language: Language, kind: Expected) -> None:
    """Read replies, one a line, from standard input; print what each is taken for as one line of JSON."""
    for line in sys.stdin.buffer:
        said = line.decode("utf-8", "replace").rstrip("\r\n")
        click.echo(json.dumps(as_row(said, understand(said, kind, language)), ensure_ascii=False))


def as_row(said: str, understood: Understood) -> dict[str, str | float | None]:
    match understood:
        case AnswerHeard(value):
            return {"reply": said, "outcome": "answer", "value": value}
        case UnclearHeard(Why.OUT_OF_RANGE):
            outcome = "out_of_range"
        case RedFlagHeard():
            outcome = "red_flag"
        case SkipHeard():
            outcome = "skip"
        case WordHeard(name):
            outcome = name
        case _:
            outcome = "unclear"
    return {"reply": said, "outcome": outcome, "value": None}
