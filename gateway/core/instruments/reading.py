"""What instrument does a YAML text describe, or what must be mended in it, at which line and column?"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.core import mistakes, written
from gateway.core.flow import Scale
from gateway.core.instruments import proctcae
from gateway.core.instruments.instrument import Band, Bands, Instrument, Item, Missing, Terms
from gateway.core.written import Path, Problem, Written

# Owned by somebody who lets nobody else pass the wording on: a file with items must say that the terms are accepted.
OWNED = ("pro-ctcae", "esas", "mdasi", "bpi", "eq-5d", "eortc", "fact", "ipos", "promis")
NO_PERMISSION = frozenset({"-", "?", "n/a", "na", "no", "none", "not yet", "pending", "tbd", "todo", "unknown"})
PARTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "items": ("an item", Item),
    "missing": ("'missing'", Missing),
    "bands": ("'bands'", Bands),
    "levels": ("a band", Band),
    "terms": ("'terms'", Terms),
    "scale": ("a scale", Scale),
}
WHY_PERMISSION = "an instrument is used only where its owner allows it; 'permission:' quotes who allows what"


def read(text: str) -> tuple[Instrument | None, tuple[Problem, ...]]:
    """The instrument, or every Problem at once. One that names no permission is refused."""
    tree, problems = written.load(text)
    if tree is None:
        return None, problems
    if not isinstance(tree.value, dict):
        return None, (Problem(1, 1, "an instrument's file begins with 'instrument:' and its name"),)
    found = [*tree.problems, *_cut(tree)]
    try:
        instrument = Instrument.model_validate(tree.value)
    except ValidationError as error:
        return None, _in_order([*found, *(_problem(tree, one) for one in error.errors())])
    found += [_at(tree, path, sentence) for path, sentence in _sense(instrument)]
    return (None, _in_order(found)) if found else (instrument, ())


def _cut(tree: Written) -> Iterator[Problem]:
    """YAML would shorten a text without a word: at ` #`, and at a comma inside brackets."""
    for place in tree.cut.values():
        yield Problem(place.line, place.column, "' #' ends this text here: put it in quotes, or two spaces before it")
    for path in tree.inline:
        if path and path[-1] != "scale":
            yield _at(tree, path, "write one key or text a line: inside brackets a comma would cut a text")


def _problem(tree: Written, error: ErrorDetails) -> Problem:
    path = tuple(part for part in error["loc"] if part != "[key]")
    key, (name, model) = str(path[-1]) if path else "", _part(path)
    if key == "permission" and len(path) == 1 and error["type"] in ("missing", "string_too_short"):
        return _at(tree, path, f"this file names no permission: {WHY_PERMISSION}")
    if error["type"] == "missing":
        return _at(tree, path[:-1], f"{name} needs '{key}'")
    if error["type"] == "extra_forbidden":
        known = [field.alias or field_name for field_name, field in model.model_fields.items()]
        near = get_close_matches(key.lower(), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"its keys are {', '.join(known)}"
        place = tree.key(path)
        return Problem(place.line, place.column, f"{name} has no key '{key}'; {hint}")
    return mistakes.problem(tree, error)


def _part(path: Path) -> tuple[str, type[BaseModel]]:
    named = [PARTS[part] for part in path[:-1] if isinstance(part, str) and part in PARTS]
    return named[-1] if named else ("an instrument", Instrument)


def _sense(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    """What keeps a file that is whole in form from being used, and where it is written."""
    yield from _allowed(instrument)
    yield from {"sum": _sum, "grades": _grades, "items": _single}[instrument.scoring](instrument)
    yield from _bands(instrument)
    if instrument.human_within_the_hour not in (None, *instrument.items):
        yield ("human_within_the_hour",), f"there is no item {instrument.human_within_the_hour}"


def _allowed(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    if instrument.permission.lower().rstrip(".") in NO_PERMISSION:
        yield ("permission",), f"'{instrument.permission}' is no permission: {WHY_PERMISSION}"
    if not instrument.instrument.startswith(OWNED) or not instrument.items:
        return
    if instrument.terms is None:
        yield ("instrument",), "the wording of this instrument is its owner's: 'terms:' must say who accepted them"
    elif not instrument.terms.accepted:
        yield ("terms", "accepted"), "the owner's terms of use are not accepted: no item of this file can be used"


def _sum(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    items, rule = list(instrument.items), instrument.missing
    if items != [str(number) for number in range(1, len(items) + 1)] or not items:
        yield ("items",), "the items of a sum are numbered 1, 2, 3 and so on, none left out"
    if instrument.scale is None or rule is None:
        yield (), "a sum needs 'scale' and 'missing'"
        return
    yield from _scale(instrument.scale)
    if rule.at_most >= max(len(items), 1):
        yield ("missing", "at_most"), "at least one item must be answered"
    if rule.at_most and not (rule.instead and rule.rounding):
        yield ("missing",), "'instead' and 'rounding' must say what stands for a missing item"
    yield from ((("items", name), "a yes or no is in no sum") for name, item in instrument.items.items() if item.yes_no)


def _grades(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    """An item file of a site: whole symptoms of the one instrument whose grades we know."""
    if instrument.instrument != "pro-ctcae":
        yield ("scoring",), "grades are known for pro-ctcae only"
        return
    for name in instrument.items:
        number = int(name.rstrip("ABC"))
        known = proctcae.columns(number) if number in proctcae.ITEMS else ()
        if name not in known:
            yield ("items", name), _no_such_item(number, known)
        elif gone := [column for column in known if column not in instrument.items]:
            yield ("items", name), f"all attributes of a symptom are asked: {', '.join(gone)} is missing"


def _no_such_item(number: int, known: tuple[str, ...]) -> str:
    return f"item {number} is asked as {', '.join(known)}" if known else f"PRO-CTCAE has no item {number}"


def _single(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    if instrument.scale is not None:
        yield from _scale(instrument.scale)
    elif not all(item.yes_no for item in instrument.items.values()):
        yield (), "the items need a 'scale', or 'yes_no: true'"


def _scale(scale: Scale) -> Iterator[tuple[Path, str]]:
    if scale.low >= scale.high:
        yield ("scale",), f"a scale cannot go from {scale.low} to {scale.high}"


def _bands(instrument: Instrument) -> Iterator[tuple[Path, str]]:
    if instrument.bands is None:
        return
    starts = [level.low for level in instrument.bands.levels]
    if starts != sorted(set(starts)):
        yield ("bands", "levels"), "the bands begin at rising numbers"
    if instrument.bands.cut is not None and instrument.bands.cut not in starts:
        yield ("bands", "cut"), "a band begins at the cut"


def _at(tree: Written, path: Path, sentence: str) -> Problem:
    """At the value, but for an item: there the number is what has to be looked at."""
    place = tree.key(path) if len(path) == 2 and path[0] == "items" else tree.place(path)
    return Problem(place.line, place.column, sentence)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.line, one.column, one.sentence)))
