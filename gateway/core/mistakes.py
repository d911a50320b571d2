"""How is a mistake in a flow file said, so that a coordinator can mend it?"""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from gateway.core.conditions import ConditionProblem
from gateway.core.flow import Ask, Block, Breach, Flow, Say, Scale, ScoreRule, Start
from gateway.core.written import Path, Place, Problem, Written

STEP_KINDS = ("ask", "say", "when")
PARTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "steps": ("a step", Ask),
    "ask": ("a question", Ask),
    "say": ("a 'say'", Say),
    "when": ("a block", Block),
    "breaches": ("a breach", Breach),
    "scales": ("a scale", Scale),
    "scores": ("a score", ScoreRule),
    "start": ("'start'", Start),
}
MEANT = {
    "if": "only_if", "question": "text", "options": "choices", "answers": "choices", "type": "scale",
    "yesno": "yes_no", "min": "from", "max": "to", "low": "from", "high": "to", "silent": "silent_for",
    "message": "text", "reminder": "remind", "reminders": "remind", "label": "name", "step": "steps",
    "question_id": "ask", "language": "written_in", "lang": "written_in", "priority": "rank", "condition": "when",
}  # fmt: skip
SHAPES = {
    "tuple_type": "is a list: begin each line with '- '",
    "dict_type": "holds keys with values, each on its own line",
    "model_type": "holds keys with values, each on its own line",
    "model_attributes_type": "holds keys with values, each on its own line",
    "string_type": "is one text: write it on one line or in quotes",
}


def problem(written: Written, error: ErrorDetails) -> Problem:
    """One mistake that the model found, at the place where it is written."""
    path = _path(error["loc"])
    step = _step(written, path)
    place, sentence = _said(written, error, path)
    return Problem(place.line, place.column, sentence, step=step)


def _path(loc: tuple[int | str, ...]) -> Path:
    """The model's location without the marks that are not written: a step's kind behind its number, `[key]`."""
    kinds = {place + 2 for place, part in enumerate(loc[:-1]) if part == "steps" and isinstance(loc[place + 1], int)}
    return tuple(part for place, part in enumerate(loc) if place not in kinds and part != "[key]")


def _said(written: Written, error: ErrorDetails, path: Path) -> tuple[Place, str]:
    key, given, kind = str(path[-1]) if path else "", error["input"], error["type"]
    if kind == "extra_forbidden":
        return written.key(path), _unknown_key(key, _part(error["loc"]))
    if kind == "missing":
        return written.place(path[:-1]), f"{_part(error['loc'])[0]} needs '{key}'"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return written.place(path), _no_kind(given)
    if given == "":
        return written.place(path), f"'{key}' is empty"
    if "[key]" in error["loc"]:
        return written.key(path), _bad_value(error, key, given)
    return _inside(written, error, path), _bad_value(error, _shown(path), given)


def _inside(written: Written, error: ErrorDetails, path: Path) -> Place:
    """A condition says itself at which sign it stops making sense."""
    place, cause = written.place(path), _cause(error)
    if not isinstance(cause, ConditionProblem):
        return place
    return Place(place.line, place.column + cause.column + (path in written.quoted))


def _bad_value(error: ErrorDetails, key: str, given: object) -> str:
    kind = error["type"]
    if kind in SHAPES:
        return f"'{key}' {SHAPES[kind]}"
    if kind in ("literal_error", "enum"):
        return _not_allowed(key, str(given), str(error["ctx"]["expected"]))
    if kind == "string_pattern_mismatch":
        return f"'{given}' is no name: use small letters, digits and {_joint(error)}, and begin with a letter"
    if kind == "string_too_long":
        return f"'{key}' is longer than {error['ctx']['max_length']} signs"
    if kind in ("string_too_short", "too_short"):
        return f"'{key}' is empty"
    return str(_cause(error) or f"'{given}' is not understood for '{key}'")


def _cause(error: ErrorDetails) -> object:
    return error.get("ctx", {}).get("error")


def _joint(error: ErrorDetails) -> str:
    return "-" if "0-9-" in str(error["ctx"]["pattern"]) else "_"


def _shown(path: Path) -> str:
    """`channels` for the first channel too: a number says nothing to a reader."""
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "this")


def _not_allowed(key: str, given: str, expected: str) -> str:
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    return f"'{given}' is not allowed for '{key}'{_near(given, words) or '; write ' + ', '.join(words)}"


def _unknown_key(key: str, part: tuple[str, type[BaseModel]]) -> str:
    name, model = part
    known = [field.alias or name for name, field in model.model_fields.items() if name != "shared"]
    meant = MEANT.get(key.lower())
    if key == "when" and "only_if" in known:
        meant = "only_if"
    if key == "only_if" and "when" in known:
        meant = "when"
    hint = f"; did you mean '{meant}'?" if meant in known else _near(key, known)
    return f"{name} has no key '{key}'{hint or '; its keys are ' + ', '.join(known)}"


def _near(given: str, known: list[str]) -> str:
    found = get_close_matches(given.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def _part(loc: tuple[int | str, ...]) -> tuple[str, type[BaseModel]]:
    """Which part of a flow a location lies in: the innermost that has a name of its own."""
    named = [PARTS[part] for part in loc[:-1] if isinstance(part, str) and part in PARTS]
    return named[-1] if named else ("a flow", Flow)


def _no_kind(given: object) -> str:
    if not isinstance(given, dict):
        return "a step begins with ask, say or when"
    for key in given:
        if near := _near(str(key), list(STEP_KINDS)):
            return f"a step begins with ask, say or when{near}"
    return "a step begins with ask, say or when: this one has none of them"


def _step(written: Written, path: Path) -> str | None:
    """The id of the innermost step on the way to `path`."""
    value, found = written.value, None
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part, "")
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        if isinstance(value, dict):
            name = value.get("ask") or value.get("say")
            found = name if isinstance(name, str) else found
    return found
