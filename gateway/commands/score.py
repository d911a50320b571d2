"""`python -m gateway score`: what do the reports of a CSV file score?"""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from gateway.commands.scoring import Column, Mistake, columns_of, scorer
from gateway.core.instruments import reading
from gateway.core.instruments.instrument import Instrument

SHIPPED = Path(__file__).resolve().parents[2] / "flows" / "instruments"
NAMES = ("phq-2", "phq-8", "phq-9", "gad-2", "gad-7", "pro-ctcae")
ItemFile = click.Path(exists=True, dir_okay=False, path_type=Path)
InFile = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@click.argument("instrument", type=click.Choice(NAMES), metavar="INSTRUMENT")
@click.argument("file", type=InFile, default="-", metavar="[FILE.csv]")
@click.option("--items", "own", type=ItemFile, help="An instrument file of your own instead of the shipped one.")
def score(instrument: str, file: Path, own: Path | None) -> None:
    """Print the rows of FILE.csv (or of standard input) with the scores of INSTRUMENT appended.

    INSTRUMENT is one of phq-2, phq-8, phq-9, gad-2, gad-7, pro-ctcae. One row a report, one column an item: 1, 2, ...
    or, for pro-ctcae, number and attribute: 9A, 9B. Blank is missing. Other columns pass through. A bad value is said
    as `FILE:line:column: sentence`, and then nothing is printed.
    """
    chosen = _instrument(instrument, own or SHIPPED / f"{instrument}.yaml")
    name = "<stdin>" if str(file) == "-" else str(file)
    table = _table(name, sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    columns, mistakes = columns_of(chosen, table.header)
    if mistakes:
        _stop(name, [Mistake(1, why) for why in mistakes])
    scored = _scored(name, chosen, columns, table)
    click.echo(_written([table.header, *(row for _, row in table.rows)], scored), nl=False)


@dataclass(frozen=True)
class Table:
    """The header and the rows as they were written, each row with the line on which it begins."""

    header: list[str]
    rows: tuple[tuple[int, list[str]], ...]


def _instrument(name: str, file: Path) -> Instrument:
    text = file.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    instrument, problems = reading.read(text)
    for one in problems:
        click.echo(f"{file}:{one.line}:{one.column}: {one.sentence}", err=True)
    if instrument is None:
        sys.exit(1)
    if instrument.instrument != name:
        _stop(str(file), [Mistake(1, f"this is the file of {instrument.instrument}, not of {name}")])
    return instrument


def _table(name: str, content: bytes) -> Table:
    """Raises SystemExit with every reason why these bytes are no table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        _stop(name, [Mistake(line, "this is not UTF-8: save it in Excel as 'CSV UTF-8 (comma delimited)'")])
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend(_rows(text))
    except csv.Error as error:
        begun = found[-1][0] + 1 if found else 1
        _stop(name, [Mistake(begun, f"from here on the file cannot be read as CSV, look at the quotes ({error})")])
    if not found:
        _stop(name, [Mistake(1, "the file is empty: its first line names the columns")])
    (_, header), *rows = found
    uneven = [
        Mistake(line, f"this row has {len(row)} columns, the first line has {len(header)}")
        for line, row in rows
        if len(row) != len(header)
    ]
    if uneven:
        _stop(name, uneven)
    return Table(header, tuple(rows))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Empty lines are left out, unless there is but one column: then they are a report without an answer."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, width = 1, 0
    for row in reader:
        if row or width == 1:
            yield begins, row or [""]
            width = width or len(row)
        begins = reader.line_num + 1


def _scored(name: str, instrument: Instrument, columns: list[Column], table: Table) -> list[list[str]]:
    """What is appended to each line, the header first."""
    headings, score_row = scorer(instrument, columns)
    mistakes = [
        Mistake(line, why, column.place + 1)
        for line, row in table.rows
        for column in columns
        if (why := column.wrong(row))
    ]
    if mistakes:
        _stop(name, mistakes)
    return [headings, *(score_row(row) for _, row in table.rows)]


def _stop(name: str, mistakes: list[Mistake]) -> NoReturn:
    for one in mistakes:
        click.echo(f"{name}:{one.line}:{one.column}: {one.why}", err=True)
    sys.exit(1)


def _written(rows: list[list[str]], appended: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([*row, *more] for row, more in zip(rows, appended, strict=True))
    return out.getvalue().encode("utf-8")
