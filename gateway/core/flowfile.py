"""What flow does a YAML text describe, or what must be mended in it, at which line and column?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from pydantic import ValidationError

from gateway.core import mistakes, written
from gateway.core.flow import Flow, Part, Scale
from gateway.core.values import Name, Sentence
from gateway.core.worded import worded
from gateway.core.written import Path, Place, Plain, Problem, Written

__all__ = ["Place", "Problem", "Shared", "places", "read", "read_shared"]

TEXT_KEYS = frozenset(
    {"text", "sms", "voice", "name", "lowest", "middle", "highest", "title", "re_check", "when", "only_if"}
)
TEXT_FOLDERS = frozenset({"words", "choices", "labels", "voice_each"})
BLOCK_ONLY = frozenset({"steps", "breaches", *TEXT_FOLDERS})


class Shared(Part):
    """What several flows share: `flows/shared.yaml`."""

    scales: dict[Name, Scale] = {}  # noqa: RUF012 - pydantic copies defaults
    words: dict[Name, Sentence] = {}  # noqa: RUF012 - the same


@lru_cache(32)
def read(text: str, shared: str = "") -> tuple[Flow | None, tuple[Problem, ...]]:
    """The flow, or every Problem of form at once. `shared` is the text of the shared file; the flow's own goes before.

    A flow that comes back is whole in form; `checks.problems` judges its sense.
    """
    tree, problems = written.load(text)
    if tree is None:
        return None, problems
    if not isinstance(tree.value, dict):
        return None, (Problem(1, 1, worded("a flow file begins with 'flow:' and the flow's name")),)
    common, shared_problems = read_shared(shared)
    if common is None:
        return None, (_about_shared(shared_problems[0]),)
    found = (*tree.problems, *_cut_texts(tree))
    try:
        flow = Flow.model_validate(tree.value)
    except ValidationError as error:
        found = (*found, *(mistakes.problem(tree, one) for one in error.errors()))
    if "shared" in tree.value:
        place = tree.key(("shared",))
        found = (
            *found,
            Problem(place.line, place.column, worded("'shared' stands in its own file, flows/shared.yaml")),
        )
    if found:
        return None, _in_order(_only_the_cause(tree, found))
    return flow.model_copy(update={"shared": common.words, "scales": {**common.scales, **flow.scales}}), ()


@lru_cache(8)  # a fifth of a second, and every flow is read beside the same one
def read_shared(text: str) -> tuple[Shared | None, tuple[Problem, ...]]:
    if not text.strip():
        return Shared(), ()
    tree, problems = written.load(text)
    if tree is None:
        return None, problems
    found = (*tree.problems, *_cut_texts(tree))
    try:
        shared = Shared.model_validate(tree.value)
    except ValidationError as error:
        found = (*found, *(mistakes.problem(tree, one) for one in error.errors()))
    return (None, _in_order(found)) if found else (shared, ())


def places(text: str) -> Mapping[Path, Place]:
    """Where a text's things stand, by name: ("step", id, key), ("breach", id, key), ("words", name), (key,), ..."""
    tree, _ = written.load(text)
    if tree is None or not isinstance(tree.value, dict):
        return {}
    return {name: tree.place(path) for path in tree.values for name in _names(tree, path)}


def _names(tree: Written, path: Path) -> Iterator[Path]:
    """The names under which a path is looked for: a step by its id, however deep its blocks are."""
    value: Plain = tree.value
    name: Path = ()
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value, name = value.get(part, ""), (*name, part)
        elif isinstance(value, list) and isinstance(part, int):
            value, name = value[part], (*name, part)
        if isinstance(value, dict) and len(name) > 1 and name[-2] == "steps":
            name = ("step", str(value.get("ask") or value.get("say") or "")) if "when" not in value else name
        if isinstance(value, dict) and len(name) > 1 and name[-2] == "breaches":
            name = ("breach", str(value.get("id", "")))
    yield name


def _cut_texts(tree: Written) -> Iterator[Problem]:
    """Texts that YAML would shorten without a word: by ` #`, or by a comma inside brackets."""
    for path, place in tree.cut.items():
        if _is_text(path):
            yield Problem(
                place.line,
                place.column,
                worded("' #' ends this text here: put the text in quotes, or two spaces before a comment"),
            )
    for path in tree.inline:
        if _holds_texts(tree, path):
            place = tree.place(path)
            yield Problem(
                place.line,
                place.column,
                worded("texts and conditions stand on their own lines: inside brackets a comma would cut them"),
            )


def _is_text(path: Path) -> bool:
    return path[-1] in TEXT_KEYS or (len(path) > 1 and path[-2] in TEXT_FOLDERS)


def _holds_texts(tree: Written, path: Path) -> bool:
    return bool(path) and (
        path[-1] in BLOCK_ONLY or any(place[: len(path)] == path and _is_text(place) for place in tree.values)
    ) and not any(path[:length] in tree.inline for length in range(1, len(path)))  # fmt: skip


def _only_the_cause(tree: Written, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What the model says about a thing in brackets that hold texts comes from the brackets: it is left out."""
    lines = {tree.place(path).line for path in tree.inline if _holds_texts(tree, path)}
    return tuple(one for one in found if one.line not in lines or "inside brackets" in one.sentence)


def _about_shared(problem: Problem) -> Problem:
    sentence = worded(
        "the shared file cannot be read, line %(line)s, column %(column)s: %(sentence)s",
        line=problem.line,
        column=problem.column,
        sentence=problem.sentence,
    )
    return replace(problem, line=1, column=1, sentence=sentence)


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.line, one.column, one.sentence)))
