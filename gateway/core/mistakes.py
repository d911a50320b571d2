"""How is a mistake in a flow file said, so that a coordinator can mend it?"""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from gateway.core.conditions import ConditionProblem
from gateway.core.flow import Ask, Block, Breach, Flow, Say, Scale, ScoreRule, Start
from gateway.core.worded import said_by, worded
from gateway.core.written import Path, Place, Problem, Written

STEP_KINDS = ("ask", "say", "when")
PARTS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "steps": (worded("a step"), Ask),
    "ask": (worded("a question"), Ask),
    "say": (worded("a 'say'"), Say),
    "when": (worded("a block"), Block),
    "breaches": (worded("a breach"), Breach),
    "scales": (worded("a scale"), Scale),
    "scores": (worded("a score"), ScoreRule),
    "start": (worded("'start'"), Start),
}
MEANT = {
    "if": "only_if", "question": "text", "options": "choices", "answers": "choices", "type": "scale",
    "yesno": "yes_no", "min": "from", "max": "to", "low": "from", "high": "to", "silent": "silent_for",
    "message": "text", "reminder": "remind", "reminders": "remind", "label": "name", "step": "steps",
    "question_id": "ask", "language": "written_in", "lang": "written_in", "priority": "rank", "condition": "when",
}  # fmt: skip
SHAPES = {
    "tuple_type": worded("is a list: begin each line with '- '"),
    "dict_type": worded("holds keys with values, each on its own line"),
    "model_type": worded("holds keys with values, each on its own line"),
    "model_attributes_type": worded("holds keys with values, each on its own line"),
    "string_type": worded("is one text: write it on one line or in quotes"),
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
        return written.place(path[:-1]), worded("%(part)s needs '%(key)s'", part=_part(error["loc"])[0], key=key)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return written.place(path), _no_kind(given)
    if given == "":
        return written.place(path), worded("'%(key)s' is empty", key=key)
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
        return worded("'%(key)s' %(shape)s", key=key, shape=SHAPES[kind])
    if kind in ("literal_error", "enum"):
        return _not_allowed(key, str(given), str(error["ctx"]["expected"]))
    if kind == "string_pattern_mismatch":
        return worded(
            "'%(given)s' is no name: use small letters, digits and %(joint)s, and begin with a letter",
            given=given,
            joint=_joint(error),
        )
    if kind == "string_too_long":
        return worded("'%(key)s' is longer than %(most)s signs", key=key, most=error["ctx"]["max_length"])
    if kind in ("string_too_short", "too_short"):
        return worded("'%(key)s' is empty", key=key)
    cause = _cause(error)
    return (
        said_by(cause)
        if isinstance(cause, BaseException)
        else worded("'%(given)s' is not understood for '%(key)s'", given=given, key=key)
    )


def _cause(error: ErrorDetails) -> object:
    return error.get("ctx", {}).get("error")


def _joint(error: ErrorDetails) -> str:
    return "-" if "0-9-" in str(error["ctx"]["pattern"]) else "_"


def _shown(path: Path) -> str:
    """`channels` for the first channel too: a number says nothing to a reader."""
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "this")


def _not_allowed(key: str, given: str, expected: str) -> str:
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    return worded(
        "'%(given)s' is not allowed for '%(key)s'%(near)s",
        given=given,
        key=key,
        near=_near(given, words) or worded("; write %(words)s", words=", ".join(words)),
    )


def _unknown_key(key: str, part: tuple[str, type[BaseModel]]) -> str:
    name, model = part
    known = [field.alias or name for name, field in model.model_fields.items() if name != "shared"]
    meant = MEANT.get(key.lower())
    if key == "when" and "only_if" in known:
        meant = "only_if"
    if key == "only_if" and "when" in known:
        meant = "when"
    hint = worded("; did you mean '%(meant)s'?", meant=meant) if meant in known else _near(key, known)
    return worded(
        "%(name)s has no key '%(key)s'%(hint)s",
        name=name,
        key=key,
        hint=hint or worded("; its keys are %(keys)s", keys=", ".join(known)),
    )


def _near(given: str, known: list[str]) -> str:
    found = get_close_matches(given.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return worded("; did you mean '%(meant)s'?", meant=found[0]) if found else ""


def _part(loc: tuple[int | str, ...]) -> tuple[str, type[BaseModel]]:
    """Which part of a flow a location lies in: the innermost that has a name of its own."""
    named = [PARTS[part] for part in loc[:-1] if isinstance(part, str) and part in PARTS]
    return named[-1] if named else (worded("a flow"), Flow)


def _no_kind(given: object) -> str:
    if not isinstance(given, dict):
        return worded("a step begins with ask, say or when")
    for key in given:
        if near := _near(str(key), list(STEP_KINDS)):
            return worded("a step begins with ask, say or when%(near)s", near=near)
    return worded("a step begins with ask, say or when: this one has none of them")


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
