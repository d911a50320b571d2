"""Which columns of a table are an instrument's items, and what is appended to each row?"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from gateway.core.instruments import proctcae
from gateway.core.instruments.instrument import Instrument, score

RowScorer = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class Mistake:
    """`column` counts cells from 1, as a spreadsheet does."""

    line: int
    why: str
    column: int = 1


@dataclass(frozen=True)
class Column:
    """An item, the place of its column, and the answers that it knows."""

    item: str
    place: int
    low: int
    high: int

    def wrong(self, row: list[str]) -> str | None:
        cell = row[self.place].strip()
        if not cell or (re.fullmatch("[0-9]{1,3}", cell) and self.low <= int(cell) <= self.high):
            return None
        said, known = " ".join(cell.split())[:20], f"a whole number from {self.low} to {self.high}"
        return f"'{said}' is no answer to item {self.item}: write {known}, or nothing where it is missing"

    def answer(self, row: list[str]) -> int | None:
        cell = row[self.place].strip()
        return int(cell) if cell else None


def columns_of(instrument: Instrument, header: list[str]) -> tuple[list[Column], list[str]]:
    """The columns that are items, or the reasons why this header will not do."""
    names = [name.strip() for name in header]
    columns, wrong = (_symptoms if instrument.scoring == "grades" else _summed)(instrument, names)
    if not columns and (mark := _separator(header)):
        return [], [f"the columns stand apart by {mark} here: save the file with commas"]
    headings, _ = scorer(instrument, columns)
    twice = [item for item, times in Counter(column.item for column in columns).items() if times > 1]
    wrong += [f"the column '{item}' stands here more than once" for item in twice]
    wrong += [f"a column '{name}' stands here already: take it out" for name in headings if name in names]
    return columns, wrong


def scorer(instrument: Instrument, columns: list[Column]) -> tuple[list[str], RowScorer]:
    """The headings of what is appended, and what is appended to a row whose cells are right."""
    if instrument.scoring != "grades":
        return [instrument.instrument], lambda row: [_text(score(instrument, _answers(columns, row)))]
    numbers = sorted({number for column in columns if _graded(number := _number(column.item))})
    return [f"{number}_grade" for number in numbers], lambda row: _grades(numbers, _answers(columns, row))


def _summed(instrument: Instrument, names: list[str]) -> tuple[list[Column], list[str]]:
    """Every item must have its column: one that is left out would be prorated in every row without a word."""
    assert instrument.scale is not None
    low, high = instrument.scale.low, instrument.scale.high
    columns = [Column(name, place, low, high) for place, name in enumerate(names) if name in instrument.items]
    absent = [item for item in instrument.items if item not in names]
    said = f"{instrument.instrument} needs a column for each item, missing here: {', '.join(absent)}"
    return columns, [said] if absent else []


def _symptoms(instrument: Instrument, names: list[str]) -> tuple[list[Column], list[str]]:
    columns, wrong = [], []
    for place, name in enumerate(names):
        if not re.fullmatch("[0-9]{1,3}[A-Za-z]", name, re.ASCII):
            continue
        item, number = name.upper(), _number(name)
        known = proctcae.columns(number) if number in proctcae.ITEMS else ()
        if item not in known:
            wrong.append(f"'{name}' is no item: {_asked_as(number, known)}")
        elif instrument.items and item not in instrument.items:
            wrong.append(f"the item file has no item {item}")
        else:
            columns.append(Column(item, place, 0, proctcae.highest(number)))
    if not wrong and not any(_graded(_number(column.item)) for column in columns):
        wrong.append("no column here is an item with a grade: they are named 9A, 9B, 48C")
    return columns, wrong


def _asked_as(number: int, known: tuple[str, ...]) -> str:
    return f"{number} is asked as {', '.join(known)}" if known else f"they end at {proctcae.LAST_ITEM}"


def _grades(numbers: list[int], answers: dict[str, int | None]) -> list[str]:
    return [_text(proctcae.grade(number, answers)) for number in numbers]


def _answers(columns: list[Column], row: list[str]) -> dict[str, int | None]:
    return {column.item: column.answer(row) for column in columns}


def _graded(number: int) -> bool:
    return proctcae.ITEMS[number] is not proctcae.Kind.YES_NO


def _number(item: str) -> int:
    return int(item[:-1])


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _separator(header: list[str]) -> str | None:
    marks = {";": "';'", "\t": "tabs", "|": "'|'"}
    return next((name for mark, name in marks.items() if any(mark in cell for cell in header)), None)
