"""What is an instrument, and what do its answers score?"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gateway.core.flow import Part, Scale
from gateway.core.values import Flag, Sentence, Whole


def numbered(item: str) -> str:
    """An item is a number, and the letter of an attribute where the instrument has several: `9`, `48C`."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}[A-C]?", item, re.ASCII):
        raise ValueError(f"'{item}' is no item: write its number, for example 9, or number and attribute, 48C")
    return item


ItemId = Annotated[str, AfterValidator(numbered)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Item(Part):
    """`text` is what is asked, word for word. `yes_no`: not on the scale, and in no score."""

    text: Sentence
    name: Sentence | None = None
    yes_no: Flag = False


class Missing(Part):
    """How many items may be missing, what stands for them, and who says so."""

    at_most: Whole
    instead: Literal["mean of the answered items"] | None = None
    rounding: Literal["half up"] | None = None
    source: Sentence


class Band(Part):
    low: Whole = Field(alias="from")
    name: Sentence


class Bands(Part):
    """Names for ranges of the score, or of each single item. `cut`: from here on the screen is positive."""

    of: Literal["score", "item"]
    cut: Whole | None = None
    levels: tuple[Band, ...]
    source: Sentence


class Terms(Part):
    """That the owner's terms of use were accepted: by whom, when, and where they can be read."""

    accepted: Flag
    by: Sentence
    on: Sentence
    where: Sentence


class Instrument(Part):
    """A file of `flows/instruments/`. `permission` quotes whoever allows the use; without it nothing is read."""

    instrument: Slug
    title: Sentence
    version: Sentence
    written_in: str
    source: Sentence
    licence: Sentence
    permission: Sentence
    attribution: Sentence
    note: Sentence | None = None
    terms: Terms | None = None
    recall: Sentence | None = None
    question: Sentence | None = None  # said before the items
    scoring: Literal["sum", "grades", "items"]  # items: each stands for itself, there is no total
    scale: Scale | None = None
    items: dict[ItemId, Item] = {}  # noqa: RUF012 - pydantic copies defaults
    missing: Missing | None = None
    bands: Bands | None = None
    human_within_the_hour: ItemId | None = None  # above 0 a person must answer within the hour
    otherwise: Slug | None = None  # what is asked instead where no such person is on duty


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> int | None:
    """The sum of the items, by item id. None when more are missing than the rule allows: a guess could hide a breach.

    What is missing counts as the mean of what is there; the total is then rounded to a whole number, half up.
    Raises ValueError for a value off the scale and for an instrument that has no total.
    """
    scale, rule = instrument.scale, instrument.missing
    if instrument.scoring != "sum" or scale is None or rule is None:
        raise ValueError(f"{instrument.instrument} has no total")
    values = [value for item in instrument.items if (value := answers.get(item)) is not None]
    if any(not scale.low <= value <= scale.high for value in values):
        raise ValueError(f"an answer is not between {scale.low} and {scale.high}")
    asked, answered = len(instrument.items), len(values)
    if not values or asked - answered > rule.at_most:
        return None
    return _half_up(sum(values) * asked, answered)


def _half_up(dividend: int, divisor: int) -> int:
    """Whole numbers throughout: no float may put a score on the wrong side of a cut."""
    return (2 * dividend + divisor) // (2 * divisor)


def band(instrument: Instrument, value: int) -> str | None:
    """The name of the range that a score, or an item of an instrument without a total, lies in."""
    levels = instrument.bands.levels if instrument.bands else ()
    return next((level.name for level in reversed(levels) if value >= level.low), None)


def to_ask(instrument: Instrument, human_on_duty: bool) -> str:
    """The instrument that may be asked: the other one where an answer would need a person who is not there."""
    if instrument.human_within_the_hour and instrument.otherwise and not human_on_duty:
        return instrument.otherwise
    return instrument.instrument


def needs_human(instrument: Instrument, answers: Mapping[str, int | None]) -> bool:
    """Must a person answer within the hour, whatever the total is?"""
    item = instrument.human_within_the_hour
    return item is not None and (answers.get(item) or 0) > 0
