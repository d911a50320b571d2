"""Which composite grade do the answers to a PRO-CTCAE symptom make, and what is asked next?"""

# Grades: Basch et al., Clin Trials 2021;18(1):104-114, doi 10.1177/1740774520975120. The wording of the items belongs
# to the National Cancer Institute and is not here: a site brings its own item file.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The attributes of a symptom in the order in which they are asked: frequency, severity, interference or amount."""

    F = "F"
    S = "S"
    I = "I"  # noqa: E741 - the field's letter
    FS = "FS"
    FI = "FI"
    SI = "SI"
    FSI = "FSI"
    YES_NO = "P"  # present or not; has no grade


HIGHEST = 4  # never 0 to almost constantly 4, none to very severe, not at all to very much
HIGHEST_YES_NO = 1
LAST_ITEM = 80

NUMBERS: Mapping[Kind, tuple[int, ...]] = {
    Kind.F: (16, 67),
    Kind.S: (1, 2, 4, 6, 7, 15, 21, 25, 26, 28, 30, 36, 45, 60, 61, 66, 68, 71, 72, 80),
    Kind.I: (27, 59),
    Kind.FS: (9, 10, 11, 13, 14, 23, 74, 75, 77, 78),
    Kind.FI: (18, 62, 63, 65),
    Kind.SI: (3, 8, 19, 20, 39, 40, 41, 44, 46, 47, 52, 53),
    Kind.FSI: (17, 22, 48, 49, 50, 51, 54, 55, 56),
}
_GRADED = {number: kind for kind, numbers in NUMBERS.items() for number in numbers}
ITEMS: Mapping[int, Kind] = {number: _GRADED.get(number, Kind.YES_NO) for number in range(1, LAST_ITEM + 1)}

# A digit is the grade. Its place in a row: the last attribute, 0 to 4. The row: the one before, 1 to 4 where that is
# the first attribute (a first attribute of 0 is grade 0), 0 to 4 where it is the severity between two others.
ONE: Mapping[Kind, str] = {Kind.F: "01123", Kind.S: "01233", Kind.I: "01122"}
TWO: Mapping[Kind, tuple[str, ...]] = {
    Kind.FS: ("11122", "11222", "11233", "11233"),
    Kind.FI: ("11122", "11122", "11233", "11233"),
    Kind.SI: ("11122", "11223", "12233", "22233"),
}
THREE: tuple[tuple[str, ...], ...] = (  # one line for each frequency, 1 to 4
    ("01122", "11122", "12223", "22233", "22333"),
    ("01122", "11122", "22233", "22233", "22333"),
    ("11122", "11122", "22233", "22333", "22333"),
    ("11122", "11223", "22233", "22333", "22333"),
)


def columns(number: int) -> tuple[str, ...]:
    """The attributes of an item by name: `48A`, `48B`, `48C`. Raises KeyError for a number that is no item."""
    return tuple(f"{number}{letter}" for letter, _ in zip("ABC", ITEMS[number].value, strict=False))


def highest(number: int) -> int:
    return HIGHEST_YES_NO if ITEMS[number] is Kind.YES_NO else HIGHEST


def grade(number: int, answers: Mapping[str, int | None]) -> int | None:
    """0 to 3, from answers by column. None when an attribute is missing, and for items that are yes or no.

    A first attribute of 0 is grade 0 whatever the others say. Raises ValueError for a value off the scale.
    """
    values = tuple(answers.get(column) for column in columns(number))
    if any(value is not None and not 0 <= value <= highest(number) for value in values):
        raise ValueError(f"an answer to item {number} is not between 0 and {highest(number)}")
    return None if ITEMS[number] is Kind.YES_NO else composite(ITEMS[number], values)


def composite(kind: Kind, values: Sequence[int | None]) -> int | None:
    """The table, read: `values` in the order of the kind's letters."""
    if values[0] == 0:
        return 0
    known = [value for value in values if value is not None]
    if len(known) < len(kind.value):
        return None
    if len(known) == 1:
        return int(ONE[kind][known[0]])
    rows = TWO[kind] if len(known) == 2 else THREE[known[0] - 1]
    row = known[0] - 1 if len(known) == 2 else known[1]
    return int(rows[row][known[-1]])


@dataclass(frozen=True)
class Given:
    """`branched`: nobody was asked; the 0 follows from a first attribute of 0."""

    value: int
    branched: bool = False


def next_column(number: int, answers: Mapping[str, int | None]) -> str | None:
    """The attribute to ask now. Only a 0 at the first one skips the rest: a severity of 0 skips nothing."""
    first, *_ = asked = columns(number)
    if answers.get(first) == 0:
        return None
    return next((column for column in asked if answers.get(column) is None), None)


def completed(number: int, answers: Mapping[str, int | None]) -> dict[str, Given]:
    """What is stored of a symptom: the answers, and the zeros that follow from the first one, marked."""
    first, *_ = asked = columns(number)
    given = {column: Given(value) for column in asked if (value := answers.get(column)) is not None}
    if answers.get(first) != 0:
        return given
    return {column: given.get(column, Given(0, branched=True)) for column in asked}
