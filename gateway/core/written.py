"""What stands where in a YAML text? Every scalar as text, every value with its line and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from gateway.core.worded import worded

Plain = str | list["Plain"] | dict[str, "Plain"]
Path = tuple[str | int, ...]

SIZE_LIMIT = 256 * 1024  # bytes; the longest flow we know has 12,000
DEPTH_LIMIT = 12  # a block in a block in a block, and one more
ALIAS_LIMIT = 20  # few enough that aliases of aliases stay small


@dataclass(frozen=True)
class Problem:
    """What must be mended, where. Line and column count from 1."""

    line: int
    column: int
    sentence: str
    severity: Literal["refused", "warning"] = "refused"
    step: str | None = None


@dataclass(frozen=True)
class Place:
    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True)
class Written:
    """The plain value, and for each path the place of its key and of its value, and how it is written."""

    value: Plain
    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    inline: frozenset[Path] = frozenset()  # collections in {...} or [...]
    quoted: frozenset[Path] = frozenset()
    cut: Mapping[Path, Place] = field(default_factory=dict)  # plain texts that a " #" ends: the place of the sign
    problems: tuple[Problem, ...] = ()

    def place(self, path: Path) -> Place:
        """The value's own place, else that of the nearest thing above it that is written."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, START)

    def key(self, path: Path) -> Place:
        return self.keys.get(path) or self.place(path)


def load(text: str) -> tuple[Written | None, tuple[Problem, ...]]:
    """The tree, or what keeps this text from being read at all. Duplicate keys are in the tree's own problems."""
    if len(text.encode("utf-8", "replace")) > SIZE_LIMIT:
        return None, (
            Problem(
                1, 1, worded("this file is longer than %(most)s kB, no flow is that long", most=SIZE_LIMIT // 1024)
            ),
        )
    if misread := _misread(text):
        return None, misread
    try:
        if refused := _limits(text):
            return None, refused
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        return None, (_unreadable(text, error),)
    if node is None:
        return None, (Problem(1, 1, worded("this file is empty")),)
    return _Tree(text).read(node), ()


def _misread(text: str) -> tuple[Problem, ...]:
    lines = enumerate(text.splitlines(), start=1)
    return tuple(
        Problem(number, line.index(sign) + 1, why) for number, line in lines for sign, why in NO_SIGNS if sign in line
    )


def _limits(text: str) -> tuple[Problem, ...]:
    """Looks at the events, which cost no recursion, before anything is built from them."""
    depth = aliases = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        aliases += isinstance(event, AliasEvent)
        if depth > DEPTH_LIMIT:
            return (Problem(line, column, worded("this is nested more than %(most)s deep", most=DEPTH_LIMIT)),)
        if aliases > ALIAS_LIMIT:
            return (
                Problem(
                    line,
                    column,
                    worded("this file uses more than %(most)s aliases (*name): write it out", most=ALIAS_LIMIT),
                ),
            )
        if getattr(event, "tag", None):
            return (
                Problem(
                    line,
                    column,
                    worded("'%(tag)s' is a tag, which no flow needs: put the text in quotes", tag=event.tag),
                ),
            )
    return ()


NO_SIGNS = (
    ("\t", worded("a tab stands here: use spaces")),
    ("\ufffd", worded("this file is not UTF-8, so a letter is lost here: save it again as UTF-8")),
)
UNREADABLE = (
    (
        "mapping values",
        worded("a ': ' stands inside this line, or a line above is indented wrongly: put the text in quotes"),
    ),
    ("could not find expected ':'", worded("a ':' is missing after the key on this line")),
    ("that cannot start", worded("a text that begins with this sign must stand in quotes")),
    ("expected <block end>", worded("this does not fit the lines above: look at its indentation and at the quotes")),
    ("unexpected end of stream", worded("a quotation mark is opened and never closed")),
    ("expected ',' or", worded("an opening bracket is not closed before this")),
    ("undefined alias", worded("this alias (*name) points at nothing: put the text in quotes")),
    ("another document", worded("a second document ('---') begins here: one file holds one flow")),
    ("unknown escape", worded("this sign after a backslash means nothing: use single quotes")),
    ("chomping or indentation", worded("after | or > the text begins on the next line")),
    ("<document start>", worded("this does not belong behind the end of the value: look at the quotes")),
)


def _unreadable(text: str, error: YAMLError) -> Problem:
    if isinstance(error, ReaderError):
        before = text[: error.position]
        return Problem(
            before.count("\n") + 1, len(before) - before.rfind("\n"), worded("a sign that no one can see stands here")
        )
    said = str(error.problem) if isinstance(error, MarkedYAMLError) else ""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if "unexpected end" in said and isinstance(error, MarkedYAMLError):
        mark = error.context_mark  # where the quotation mark stands, not where the file ends
    clear = next((sentence for part, sentence in UNREADABLE if part in said), None)
    sentence = clear or worded("this line cannot be read: look at its indentation, colons and quotes")
    return Problem(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, sentence)


class _Tree:
    """Gathers places while it turns nodes into plain values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.inline: set[Path] = set()
        self.quoted: set[Path] = set()
        self.cut: dict[Path, Place] = {}
        self.problems: list[Problem] = []

    def read(self, node: Node) -> Written:
        value = self.plain(node, (), ())
        inline, quoted = frozenset(self.inline), frozenset(self.quoted)
        return Written(value, self.keys, self.values, inline, quoted, self.cut, tuple(self.problems))

    def plain(self, node: Node, path: Path, above: tuple[Node, ...]) -> Plain:
        self.values[path] = _place(node)
        if any(node is one for one in above):
            self.problem(_place(node), worded("this alias (*name) holds itself"))
            return ""
        if isinstance(node, ScalarNode):
            return self.scalar(node, path)
        if isinstance(node, CollectionNode) and node.flow_style:
            self.inline.add(path)
        if isinstance(node, MappingNode):
            return self.mapping(node, path, (*above, node))
        assert isinstance(node, SequenceNode)
        return [self.plain(item, (*path, place), (*above, node)) for place, item in enumerate(node.value)]

    def scalar(self, node: ScalarNode, path: Path) -> str:
        end = node.end_mark
        if node.style in ("'", '"'):
            self.quoted.add(path)
        if node.style is None and self.text[end.index : end.index + 2] == " #":
            self.cut[path] = Place(end.line + 1, end.column + 2)
        return str(node.value).strip()

    def mapping(self, node: MappingNode, path: Path, above: tuple[Node, ...]) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problem(_place(key_node), worded("a key is one word, not a list"))
                continue
            key = str(key_node.value)
            if key in found:
                first = self.keys[(*path, key)].line
                self.problem(
                    _place(key_node),
                    worded("'%(key)s' stands here a second time; the first is on line %(first)s", key=key, first=first),
                )
                continue
            self.keys[(*path, key)] = _place(key_node)
            found[key] = self.plain(value_node, (*path, key), above)
        return found

    def problem(self, place: Place, sentence: str) -> None:
        self.problems.append(Problem(place.line, place.column, sentence))


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
