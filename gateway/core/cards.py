"""Which cards does a flow's text make: one for each step, limit, score, scale, and one for the flow itself?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.core import written
from gateway.core.written import Path, Plain, Written

STEP_KINDS = ("ask", "say", "when")
FOLDERS = {"scores": "score", "scales": "scale"}
OF_THE_FLOW = ("words",)  # a folder with a card of its own; the rest of the first level is on the flow's card
NOWHERE = 1_000_000  # the line of what is not written yet
NESTED = ("steps", "breaches", *FOLDERS, *OF_THE_FLOW)


@dataclass(frozen=True)
class Card:
    """`path`: where it stands in the text. `place` of `among`: its number in its list, from 0."""

    path: Path
    kind: str
    name: str
    values: Mapping[str, Plain]
    line: int
    place: int = 0
    among: int = 1

    @property
    def address(self) -> str:
        return ".".join(map(str, self.path)) or "flow"

    @property
    def depth(self) -> int:
        """In how many blocks it stands."""
        return max(sum(part == "steps" for part in self.path) - 1, 0)

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""

    def lines(self, key: str) -> list[str]:
        """Of a list or a folder: what stands in it, in order."""
        value = self.values.get(key, "")
        if isinstance(value, dict):
            return [str(each) for each in value.values()]
        return [str(each) for each in value] if isinstance(value, list) else []


def cards(text: str) -> tuple[Card, ...]:
    """In the order of a page: the flow, its steps, limits, scores, words, scales. Nothing of what cannot be read."""
    tree, _ = written.load(text)
    if tree is None or not isinstance(tree.value, dict):
        return ()
    return tuple(_all(tree, tree.value))


def path_of(address: str) -> Path:
    """`steps.2.steps.0` as ("steps", 2, "steps", 0); `flow` is the whole."""
    if address == "flow":
        return ()
    return tuple(int(part) if part.isascii() and part.isdigit() else part for part in address.split("."))


def at_line(known: Sequence[Card], line: int) -> Card | None:
    """The card whose lines hold this one."""
    before = [card for card in known if card.line <= line]
    return max(before, key=lambda card: (card.line, len(card.path)), default=None)


def earlier_questions(known: Sequence[Card], path: Path) -> list[str]:
    """What a condition at `path` may name: every question that is asked before it."""
    steps = [card for card in known if card.kind in STEP_KINDS]
    here = next((index for index, card in enumerate(steps) if card.path == path), len(steps))
    return [card.name for card in steps[:here] if card.kind == "ask"]


def _all(tree: Written, top: Mapping[str, Plain]) -> Iterator[Card]:
    head = {key: value for key, value in top.items() if key not in NESTED}
    yield Card((), "flow", str(top.get("flow", "")), head, 1)
    yield from _steps(tree, top.get("steps"), ("steps",))
    yield from _breaches(tree, top.get("breaches"))
    yield from _folder(tree, top, "scores")
    words = top.get("words")
    own = words if isinstance(words, dict) else {}
    yield Card(("words",), "words", "words", own, tree.key(("words",)).line if own else NOWHERE)
    yield from _folder(tree, top, "scales")


def _steps(tree: Written, steps: Plain | None, path: Path) -> Iterator[Card]:
    if not isinstance(steps, list):
        return
    for place, step in enumerate(steps):
        if not isinstance(step, dict):
            continue
        here = (*path, place)
        kind = next((one for one in STEP_KINDS if one in step), "ask")
        name = "" if kind == "when" else str(step.get(kind, ""))
        yield Card(here, kind, name, step, tree.place(here).line, place, len(steps))
        if kind == "when":
            yield from _steps(tree, step.get("steps"), (*here, "steps"))


def _breaches(tree: Written, breaches: Plain | None) -> Iterator[Card]:
    for place, breach in enumerate(breaches if isinstance(breaches, list) else ()):
        if isinstance(breach, dict):
            path: Path = ("breaches", place)
            yield Card(
                path, "breach", str(breach.get("id", "")), breach, tree.place(path).line, place, len(breaches or ())
            )


def _folder(tree: Written, top: Mapping[str, Plain], folder: str) -> Iterator[Card]:
    inside = top.get(folder)
    for name, values in inside.items() if isinstance(inside, dict) else ():
        if isinstance(values, dict):
            yield Card((folder, name), FOLDERS[folder], name, values, tree.key((folder, name)).line)
