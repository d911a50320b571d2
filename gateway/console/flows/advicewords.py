"""How is an advice text said on a page: its cards, what is different in it, and how much room a line has?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.console.flows.sentences import apart
from gateway.console.tongue import Tongue
from gateway.console.words import _
from gateway.core import written
from gateway.core.advice import ROOM
from gateway.core.flow import Level
from gateway.core.segments import segments
from gateway.core.sopchanges import Difference
from gateway.core.written import Path, Plain

LEVELS = tuple(level.value for level in Level)
HEAD_KEYS = ("title", "about", "source", "review_by")
HEAD = {
    "title": _("Title"),
    "about": _("About"),
    "source": _("Source"),
    "review_by": _("To be looked at again"),
}
CHANGED = _("%(place)s, %(language)s: “%(after)s”, instead of “%(before)s”")
ADDED = _("%(place)s, %(language)s, new: “%(after)s”")
REMOVED = _("%(place)s, %(language)s, no longer said: “%(before)s”")
OF_THE_HEAD = _("%(place)s: “%(after)s”, instead of “%(before)s”")
NOTHING = "—"


@dataclass(frozen=True)
class Card:
    """`said`: language -> line; of the head its fields. `name`: a level, or a thing that a clinic lacks."""

    kind: str
    name: str
    said: Mapping[str, str]
    line: int

    @property
    def path(self) -> Path:
        return {"head": (), "level": ("levels", self.name), "lacks": ("without", self.name)}[self.kind]

    @property
    def address(self) -> str:
        return ".".join(map(str, self.path)) or "head"


def cards(text: str) -> tuple[Card, ...]:
    """The head, each level from the most urgent, each thing that a clinic may lack."""
    tree, _problems = written.load(text)
    top = tree.value if tree else {}
    if tree is None or not isinstance(top, dict):
        return ()
    head = {key: _line(top.get(key, "")) for key in HEAD_KEYS}
    found = [Card("head", "", head, 1)]
    for folder, kind in (("levels", "level"), ("without", "lacks")):
        found += [Card(kind, name, said, tree.key((folder, name)).line) for name, said in _folder(top, folder)]
    order = {"head": 0, "level": 1, "lacks": 2}
    return tuple(sorted(found, key=lambda card: (order[card.kind], _urgency(card.name))))


def at_line(known: Sequence[Card], line: int) -> Card:
    return max((card for card in known if card.line <= line), key=lambda card: card.line)


def room(text: str) -> int:
    """How many signs there is room for, in the signs of this text."""
    return ROOM[segments(text).encoding]


def difference(tongue: Tongue, told: Difference) -> str:
    before, after = (_shown(tongue, told, text) for text in (told.before, told.after))
    facts = {"place": place(tongue, told), "before": before, "after": after}
    if told.kind == "head":
        return tongue.say(OF_THE_HEAD, **facts)
    sentence = CHANGED if told.before and told.after else ADDED if told.after else REMOVED
    return tongue.say(sentence, language=tongue.language(told.language), **facts)


def _shown(tongue: Tongue, told: Difference, text: str) -> str:
    if told.place == "review_by" and text:
        return day(tongue, text)
    return apart(tongue, text) or NOTHING


def day(tongue: Tongue, text: str) -> str:
    """What is no date stands as it was typed."""
    try:
        return tongue.on(date.fromisoformat(text))
    except ValueError:
        return text


def place(tongue: Tongue, told: Difference) -> str:
    if told.kind == "head":
        return tongue.say(HEAD[told.place])
    if told.kind == "lacks":
        return tongue.say(_("where there is no %(thing)s"), thing=told.place.replace("-", " "))
    return tongue.word("level", told.place)


def _folder(top: Mapping[str, Plain], folder: str) -> Iterator[tuple[str, dict[str, str]]]:
    inside = top.get(folder)
    for name, said in inside.items() if isinstance(inside, dict) else ():
        yield name, {code: str(text) for code, text in said.items()} if isinstance(said, dict) else {}


def _line(value: Plain) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _urgency(name: str) -> tuple[int, str]:
    return (LEVELS.index(name) if name in LEVELS else len(LEVELS), name)
