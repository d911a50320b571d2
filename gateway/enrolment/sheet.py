"""What does a CSV file say, line by line, and is it the file we asked for?"""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.core.worded import Worded, together, worded

MOST_ROWS = 20_000


@dataclass(frozen=True)
class BadRow:
    """`line` is where the row begins in the file, 1 for the header; `column` counts cells from 1."""

    line: int
    why: str
    column: int = 1


@dataclass(frozen=True)
class Row:
    line: int
    cells: dict[str, str]


class NotOurFile(Exception):
    """The file as a whole cannot be read; `bad` says where and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.bad = BadRow(line, why)


def about(column: str, fault: str) -> Worded:
    """What is wrong with one cell, by the name of its column."""
    return worded("%(column)s: %(fault)s", column=column, fault=fault)


def told_apart(why: str) -> tuple[str, str]:
    """The column, and what is wrong with it."""
    if isinstance(why, Worded) and isinstance(fault := why.facts.get("fault"), str):
        return str(why.facts["column"]), fault
    column, _, fault = why.partition(": ")
    return column, fault


def rows(text: str, columns: Sequence[str], may_lack: Collection[str] = ()) -> tuple[list[Row], list[BadRow]]:
    """Rows with the right number of cells, and those without. Raises NotOurFile."""
    lines = _lines(text.removeprefix("\ufeff"))
    header = _header(next(lines, (1, []))[1], columns, may_lack)
    good, bad = [], []
    for line, cells in lines:
        if len(cells) != len(header):
            bad.append(
                BadRow(
                    line,
                    worded(
                        "this row has %(cells)s cells, the header has %(header)s", cells=len(cells), header=len(header)
                    ),
                )
            )
        else:
            good.append(Row(line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    if len(good) + len(bad) > MOST_ROWS:
        raise NotOurFile(1, worded("the file has more than %(most)s rows: split it", most=MOST_ROWS))
    if not good and not bad:
        raise NotOurFile(1, worded("there is no row below the header"))
    return good, bad


def placed(text: str, said: Iterable[BadRow]) -> tuple[BadRow, ...]:
    """Each with its column: what is said of one cell begins with the column's name."""
    header = _names(next(_lines(text.removeprefix("\ufeff")), (1, list[str]()))[1])
    return tuple(
        replace(row, column=header.index(name) + 1) if (name := row.why.partition(":")[0]) in header else row
        for row in said
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that isn't blank, with the line where it begins: a quoted cell may hold line ends."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise NotOurFile(begins, worded("from here on this is no CSV: %(error)s", error=error)) from None


def _header(cells: list[str], columns: Sequence[str], may_lack: Collection[str]) -> list[str]:
    names = _names(cells)
    for separator, called in ((";", worded("semicolons")), ("\t", worded("tabs"))):
        if len(names) == 1 and separator in names[0]:
            raise NotOurFile(
                1,
                worded(
                    "the columns are separated by %(called)s: save it in Excel as 'CSV UTF-8', with commas",
                    called=called,
                ),
            )
    faults = [
        worded("'%(name)s' is missing", name=name) for name in columns if name not in names and name not in may_lack
    ]
    faults += [worded("'%(name)s' is not expected", name=name) for name in names if name not in columns]
    faults += [worded("'%(name)s' stands there twice", name=name) for name in columns if names.count(name) > 1]
    if faults:
        raise NotOurFile(
            1,
            worded(
                "the header must be %(columns)s: %(faults)s",
                columns=",".join(name for name in columns if name not in may_lack),
                faults=together(", ", faults),
            ),
        )
    return names


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]
