"""Which parameters does Twilio's description permit, and of which type?"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from gateway.simulator.refusals import Refusal

E164 = re.compile(r"\+[1-9]\d{6,14}")
Given = dict[str, list[str]]

# Missing and mistyped parameters that have a code of their own; for all others it is 20001.
CODES = {
    ("CreateMessage", "To"): 21604,
    ("CreateCall", "To"): 21201,
    ("CreateCall", "From"): 21213,
    ("CreateCall", "Url"): 21205,
    ("CreateMessage", "StatusCallback"): 21609,
    ("CreateCall", "StatusCallback"): 21609,
}


@dataclass(frozen=True)
class Parameter:
    operation: str
    name: str
    type: str
    format: str
    is_required: bool
    values: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a file in data/, without the first, which says where it comes from."""
    text = files("gateway.simulator").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()[1:]))


@cache
def permitted(operation: str) -> dict[str, Parameter]:
    found = [row for row in rows("twilio_api_parameters.csv") if row["operation"] == operation and row["in"] != "path"]
    return {row["name"]: _parameter(row) for row in found}


def check(operation: str, pairs: Iterable[tuple[str, str]]) -> Given:
    """Every parameter with its values, in the order of arrival. Raises Refusal for the first that the table forbids."""
    table = permitted(operation)
    given: Given = {}
    for name, value in pairs:
        if name not in table:
            raise Refusal(20001, f"Unknown parameters: {name} ({operation})", is_violation=True)
        given.setdefault(name, []).append(value)
    for parameter in table.values():
        _check_one(parameter, given.get(parameter.name, []))
    return given


@lru_cache(maxsize=64)
def moment(text: str) -> datetime:
    """A date (midnight UTC) or a date and time. ValueError for anything else."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


def _parameter(row: dict[str, str]) -> Parameter:
    values = tuple(row["values"].split("|")) if row["values"] else ()
    return Parameter(row["operation"], row["name"], row["type"], row["format"], row["required"] == "True", values)


def _check_one(parameter: Parameter, values: list[str]) -> None:
    code = CODES.get((parameter.operation, parameter.name), 20001)
    if parameter.is_required and not any(values):
        raise Refusal(code, f"A '{parameter.name}' is required.", is_violation=True)
    if len(values) > 1 and not parameter.type.startswith("array"):
        raise Refusal(code, f"'{parameter.name}' is given more than once.", is_violation=True)
    for value in values:
        if not _fits(parameter, value):
            raise Refusal(code, f"'{value}' is not a valid {parameter.name}.", is_violation=True)


def _fits(parameter: Parameter, value: str) -> bool:
    if parameter.values and value not in parameter.values:
        return False
    test = _TESTS.get(parameter.format) or _TESTS.get(parameter.type)
    return test is None or test(value)


def _is_moment(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


_TESTS: dict[str, Callable[[str], bool]] = {
    "uri": is_web_address,
    "date-time": _is_moment,
    "integer": lambda text: bool(re.fullmatch(r"-?\d{1,18}", text)),
    "int64": lambda text: bool(re.fullmatch(r"-?\d{1,18}", text)),
    "number": lambda text: bool(re.fullmatch(r"-?\d+(\.\d+)?", text)),
    "boolean": lambda text: text.lower() in ("true", "false"),
}
