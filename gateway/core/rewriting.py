"""How does a flow's text change at one place, with every comment and blank line of the rest kept?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tokens import CommentToken

from gateway.core.worded import worded
from gateway.core.written import Path, Plain

Holder = CommentedMap | CommentedSeq
ANY_WIDTH = 1_000_000  # a sentence stands on one line, however long
INLINE = frozenset({"channels", "first", "sum", "remind", "in_words"})
SECTIONS = frozenset({"start", "words", "scales", "steps", "scores", "breaches"})
# Where a key that was not there yet is put; the same order for every part of a flow.
ORDER = (
    "flow", "title", "written_in", "audience", "rank", "channels", "discreet", "first", "series", "by_proxy",
    "shared_phone", "unanswered", "start",
    "ask", "say", "id", "when", "keyword", "every", "after", "wait", "day", "time", "open", "name", "event", "only_if",
    "shows", "compares", "item", "text", "sms", "voice", "re_check", "voice_each", "yes_no", "agreement", "pin",
    "scale", "choices", "consent", "if_yes", "right", "if_wrong",
    "lowest", "middle", "highest", "silent_for", "level", "wait_for", "flag", "from", "to", "worse", "in_words",
    "sum", "needs", "missing", "instrument",
    "remind", "then_call", "give_up", "learning", "unclear", "asks", "credits", "waived_by",
    "words", "scales", "labels", "steps", "scores", "breaches",
)  # fmt: skip


class OutOfShape(ValueError):
    """The file is kept with its faults, and this one leaves no place to write in."""

    def __init__(self) -> None:
        super().__init__(worded("the file has a fault in its shape: mend it under “The file” first"))


def put(text: str, path: Path, values: Mapping[str, Plain]) -> str:
    """Keys of the mapping at `path`; an empty value takes its key away. What stands as wished is left untouched."""

    def change(tree: CommentedMap) -> None:
        part = _made(tree, path, values)
        if not isinstance(part, CommentedMap):
            raise OutOfShape
        for key, value in values.items():
            if not value:
                _drop(part, key)
            elif _plain(part.get(key)) != value:
                _set(part, key, value)
        if path and not part:
            _drop(_at(tree, path[:-1]), str(path[-1]))

    return _changed(text, change)


def add(text: str, path: Path, item: Mapping[str, Plain], at: int | None = None) -> str:
    """One more in the list at `path`, at its end or before number `at`."""

    def change(tree: CommentedMap) -> None:
        parent, key = _at(tree, path[:-1]), str(path[-1])
        if not parent.get(key):
            _set(parent, key, [dict(item)])
            return
        items = parent[key]
        if not isinstance(items, CommentedSeq):
            raise OutOfShape
        place = len(items) if at is None else at
        tails = [_cut(items, index) for index in range(len(items))]
        spaced = any(tail.startswith("\n") for tail in tails[:-1])
        items.insert(place, _woven(dict(item), ""))
        tails.insert(place - (place == len(tails) and place > 0), "\n" if spaced else "")
        _sew_all(items, tails)

    return _changed(text, change)


def move(text: str, path: Path, by: int) -> str:
    """The item at `path` changes places with the one before (-1) or behind it (1); a comment above it goes along."""

    def change(tree: CommentedMap) -> None:
        items, here = _at(tree, path[:-1]), int(path[-1])
        there = here + by
        if not 0 <= there < len(items):
            return
        tails = [_cut(items, index) for index in range(len(items))]
        items[here], items[there] = items[there], items[here]
        if low := min(here, there):
            high = max(here, there)
            tails[low - 1], tails[high - 1] = tails[high - 1], tails[low - 1]
        _sew_all(items, tails)

    return _changed(text, change)


def take(text: str, path: Path) -> str:
    """What stands at `path` goes; a list or folder that is empty then goes, too."""

    def change(tree: CommentedMap) -> None:
        holder, last = _at(tree, path[:-1]), path[-1]
        if isinstance(holder, CommentedMap):
            _drop(holder, str(last))
        else:
            tails = [_cut(holder, index) for index in range(len(holder))]
            place = int(last)
            del holder[place]
            tails.pop(place if place < len(holder) else max(place - 1, 0))
            _sew_all(holder, tails)
        if not holder and len(path) > 1:
            _drop(_at(tree, path[:-2]), str(path[-2]))

    return _changed(text, change)


class _AllText(VersionedResolver):
    """Nothing is a number, a date or a truth: as the reader of flows has it."""

    @property
    def versioned_resolver(self) -> dict[str, Any]:
        return {}


class _Sheet:
    encoding = "utf-8"  # so that text is written, not bytes

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, part: str) -> None:
        self.parts.append(part)


def _changed(text: str, change: Callable[[CommentedMap], None]) -> str:
    yaml = YAML()
    yaml.Resolver = _AllText
    yaml.preserve_quotes, yaml.width = True, ANY_WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    sheet = _Sheet()
    try:
        tree = yaml.load(text)
    except YAMLError:  # a key that stands twice: the reader of flows tells of it and goes on
        raise OutOfShape from None
    change(tree)
    yaml.dump(tree, sheet)
    return "".join(sheet.parts)


def _at(tree: Holder, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _made(tree: CommentedMap, path: Path, values: Mapping[str, Plain]) -> CommentedMap:
    """The mapping at `path`. Where it is not there yet it is made with these values, and the folder it lies in."""
    for depth, part in enumerate(path):
        if isinstance(part, str) and not isinstance(tree, CommentedMap):
            raise OutOfShape
        if isinstance(part, str) and not tree.get(part):
            made: Plain = {key: value for key, value in values.items() if value}
            for inner in reversed(path[depth + 1 :]):
                made = {str(inner): made}
            if made:
                _set(tree, part, made)
            return CommentedMap(values)
        tree = tree[part]
    return tree


def _set(part: CommentedMap, key: str, value: Plain) -> None:
    if key in part and _is_leaf(part[key]) and _is_leaf(woven := _woven(value, key)):
        part[key] = woven
        return
    if key in part:
        tail = _cut(part, key)
        part[key] = _woven(value, key)
        _sew(part, key, tail)
        return
    place = _place_for(part, key)
    before = list(part)[place - 1] if place else None
    tail = _cut(part, before) if before is not None else ""
    part.insert(place, key, _woven(value, key))
    if before is not None and key in SECTIONS:
        _sew(part, before, "\n")
        tail = "" if place == len(part) - 1 else "\n"
    _sew(part, key, tail)


def _place_for(part: CommentedMap, key: str) -> int:
    if key not in ORDER:
        return len(part)
    earlier = ORDER[: ORDER.index(key)]
    places = [place for place, other in enumerate(part, 1) if other in earlier]
    return max(places, default=len(part))


def _drop(part: CommentedMap, key: str) -> None:
    if key not in part:
        return
    keys = list(part)
    before = keys[keys.index(key) - 1] if keys.index(key) else None
    tail = _cut(part, key)
    del part[key]
    part.ca.items.pop(key, None)
    if before is not None and tail and not _cut_again(part, before):
        _sew(part, before, tail)


def _cut_again(part: CommentedMap, key: str) -> bool:
    """Whether there is blank space behind it already."""
    tail = _cut(part, key)
    _sew(part, key, tail)
    return bool(tail)


def _woven(value: Plain, key: str) -> Any:
    if isinstance(value, dict):
        return CommentedMap({name: _woven(each, name) for name, each in value.items()})
    if isinstance(value, list):
        woven = CommentedSeq([_woven(each, "") for each in value])
        if key in INLINE:
            woven.fa.set_flow_style()
        return woven
    return value


def _plain(value: Any) -> Any:
    """Without comments and styles, to be compared."""
    if isinstance(value, CommentedMap):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, CommentedSeq):
        return [_plain(each) for each in value]
    return None if value is None else str(value)


# A comment or blank line hangs on the last word before it, however deep that lies. When something behind or before
# that word changes, what hangs there would go with it: so it is cut off first and sewn on again where it belongs.


def _cut(holder: Holder, key: str | int) -> str:
    """The lines that follow this part, up to the next one. What stands on its own last line stays."""
    holder, key, slot = _deepest(holder, key)
    slots = holder.ca.items.get(key)
    if not slots or slots[slot] is None:
        return ""
    own, _, rest = str(slots[slot].value).partition("\n")
    slots[slot] = _token(own + "\n", slots[slot]) if own.strip() else None
    return str(rest)


def _sew(holder: Holder, key: str | int, tail: str) -> None:
    if not tail:
        return
    holder, key, slot = _deepest(holder, key)
    slots = holder.ca.items.setdefault(key, [None, None, None, None])
    own = str(slots[slot].value).partition("\n")[0] if slots[slot] is not None else ""
    slots[slot] = _token(f"{own}\n{tail}", slots[slot])


def _sew_all(items: CommentedSeq, tails: Sequence[str]) -> None:
    for index, tail in enumerate(tails):
        _sew(items, index, tail)


def _token(value: str, like: CommentToken | None) -> CommentToken:
    """In the column of the one that stood there."""
    return CommentToken(value, like.start_mark if like is not None else CommentMark(0), None)


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, CommentedMap | CommentedSeq) or not value or bool(value.fa.flow_style())


def _deepest(holder: Holder, key: str | int) -> tuple[Holder, str | int, int]:
    """The last word of a part: who holds it, under which key, and in which slot its comment lies."""
    value = holder[key]
    while not _is_leaf(value):
        holder, key = value, list(value)[-1] if isinstance(value, CommentedMap) else len(value) - 1
        value = holder[key]
    return holder, key, 2 if isinstance(holder, CommentedMap) else 0
