"""How is a single value of a flow file read: a length of time, a number, a name, a condition?"""

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from gateway.core.conditions import RESERVED, Condition, parse
from gateway.core.worded import worded


def duration(text: object) -> object:
    """`4 hours`, `1 day`, `3 minutes`, `2 weeks` as a timedelta. Raises ValueError for anything else."""
    if isinstance(text, timedelta):
        return text
    found = re.fullmatch(r"([0-9]{1,4}) (minute|hour|day|week)s?", str(text).strip())
    if not found:
        raise ValueError(
            worded("'%(text)s' is no length of time: write for example '4 hours', '1 day' or '2 weeks'", text=text)
        )
    return timedelta(**{f"{found[2]}s": int(found[1])})


def whole(text: object) -> object:
    """Only `[0-9]+` is a whole number: `1_0`, `+7` and ` 3` are not."""
    if isinstance(text, int) or re.fullmatch(r"[0-9]{1,6}", str(text), re.ASCII):
        return int(str(text))
    raise ValueError(worded("'%(text)s' is no whole number", text=text))


def flag(text: object) -> object:
    """`true` or `false`, nothing that merely looks like it."""
    if isinstance(text, bool):
        return text
    if text in ("true", "false"):
        return text == "true"
    raise ValueError(worded("'%(text)s' is neither true nor false", text=text))


def clock_time(text: object) -> object:
    """`09:00` as a time of day."""
    if isinstance(text, time):
        return text
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", str(text))
    if not found:
        raise ValueError(worded("'%(text)s' is no time of day: write for example 09:00", text=text))
    return time(int(found[1]), int(found[2]))


def reports(text: object) -> object:
    """`4 reports` as 4."""
    return _counted(text, "report")


def prompts(text: object) -> object:
    """`2 prompts` as 2."""
    return _counted(text, "prompt")


def _counted(text: object, unit: str) -> object:
    if isinstance(text, int):
        return text
    found = re.fullmatch(rf"([1-9][0-9]?) {unit}s?", str(text))
    if not found:
        raise ValueError(worded("'%(text)s' is not understood: write for example '2 %(unit)ss'", text=text, unit=unit))
    return int(found[1])


# What conditions may name though nobody is asked for it: the gateway knows it, each is yes or no.
_HERS = {"has_helper", "has_pin", "shared_phone", "wants_comparison"}
KNOWN = frozenset({*_HERS, "human_within_the_hour", "replies_are_free"})


def points(text: object) -> object:
    """`2` or `0.5` as a number."""
    if isinstance(text, float) or re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", str(text), re.ASCII):
        return float(str(text))
    raise ValueError(worded("'%(text)s' is no number of points: write for example 1 or 0.5", text=text))


def unreserved(name: str) -> str:
    if name in RESERVED or name in KNOWN:
        raise ValueError(worded("'%(name)s' is a word of the conditions and cannot be a name", name=name))
    return name


def condition(text: object) -> object:
    return text if isinstance(text, Condition) else parse(str(text))


Duration = Annotated[timedelta, BeforeValidator(duration)]
Whole = Annotated[int, BeforeValidator(whole)]
Flag = Annotated[bool, BeforeValidator(flag)]
ClockTime = Annotated[time, BeforeValidator(clock_time)]
When = Annotated[Condition, BeforeValidator(condition)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Reports = Annotated[int, BeforeValidator(reports)]
Points = Annotated[float, BeforeValidator(points)]
Prompts = Annotated[int, BeforeValidator(prompts)]
ItemName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]* [1-9][0-9A-C]{0,3}$")]
Shown = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]* [a-z][a-z0-9_]*$")]
StepName = Annotated[Name, AfterValidator(unreserved)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=1000)]
