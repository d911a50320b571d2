"""What can each word of a reply be? A number, a unit, a filler, a label, or nothing known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from gateway.core.answers import Value
from gateway.core.replies import hanzi
from gateway.core.replies.folding import fold, pieces
from gateway.core.words import Words


class Kind(Enum):
    NUMBER = auto()
    LABEL = auto()  # stands for a value: yes, a choice, a scale's end
    SKIP = auto()
    UNIT = auto()
    FILLER = auto()
    JOINER = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Part:
    kind: Kind
    value: Value = 0


Entry = tuple[tuple[str, ...], Part]
# A run of digits longer than this is a phone number or a year, never an answer.
LONGEST_NUMBER = 3
# Round a number these change nothing. Not `/ % - + ~ < > #`, nor `_ ^ °`.
HARMLESS = frozenset(".,!?;:\"'()[]{}=。，！？；：、…“”«»「」．·।؟،")
BETWEEN_NUMBERS = frozenset("-–—~/&")


@dataclass(frozen=True)
class Lexicon:
    """Phrases by their first piece, longest first."""

    entries: Mapping[str, list[Entry]] = field(default_factory=dict)


def lexicon(words: Words, labels: Iterable[tuple[str, Value]], high: int | None) -> Lexicon:
    """Later kinds win over earlier ones for the same phrase: a label is never a mere filler."""
    known: dict[tuple[str, ...], Part] = {}
    for phrases, part in _phrases(words, high):
        known.update((_split(phrase), part) for phrase in phrases)
    known.update((_split(word), Part(Kind.NUMBER, number)) for word, number in words.numbers.items())
    known.update((_split(phrase), Part(Kind.LABEL, value)) for phrase, value in labels)
    known.pop((), None)
    entries: dict[str, list[Entry]] = {}
    for split, part in sorted(known.items(), key=lambda entry: -len(entry[0])):
        entries.setdefault(split[0], []).append((split, part))
    return Lexicon(entries)


def _phrases(words: Words, high: int | None) -> Iterable[tuple[Iterable[str], Part]]:
    yield words.joiners, Part(Kind.JOINER)
    yield words.fillers, Part(Kind.FILLER)
    yield _units(words, high), Part(Kind.UNIT)
    yield words.deniers, Part(Kind.UNKNOWN)
    yield words.skip, Part(Kind.SKIP)


def _units(words: Words, high: int | None) -> list[str]:
    """`out of {high}` means something only where there is a highest number."""
    return [unit.replace("{high}", str(high)) for unit in words.units if high is not None or "{high}" not in unit]


def _split(phrase: str) -> tuple[str, ...]:
    return pieces(fold(phrase))


def parts(folded: str, known: Lexicon) -> list[Part]:
    """The reply in parts, the longest known phrase first at every place."""
    signs, found, at = pieces(folded), list[Part](), 0
    while at < len(signs):
        length, here = _longest(signs, at, known)
        found.extend(here)
        at += length
    return found


def _longest(signs: tuple[str, ...], at: int, known: Lexicon) -> tuple[int, tuple[Part, ...]]:
    numeral = hanzi.numeral_length(signs, at)
    for split, part in known.entries.get(signs[at], ()):
        if len(split) >= numeral and signs[at : at + len(split)] == split:
            return len(split), (part,)
    if numeral:
        values = hanzi.values(signs[at : at + numeral])
        return numeral, tuple(Part(Kind.NUMBER, value) for value in values) or (Part(Kind.UNKNOWN),)
    return 1, (_single(signs[at]),)


def _single(piece: str) -> Part:
    if piece.isascii() and piece.isdigit():
        return Part(Kind.NUMBER, int(piece)) if len(piece) <= LONGEST_NUMBER else Part(Kind.UNKNOWN)
    if piece in BETWEEN_NUMBERS:
        return Part(Kind.JOINER)
    return Part(Kind.FILLER) if _is_harmless(piece) else Part(Kind.UNKNOWN)


def _is_harmless(piece: str) -> bool:
    """Punctuation, and pictures: "7 🙏" is 7."""
    return piece in HARMLESS or "\u2600" <= piece <= "\u27bf" or "\U0001f000" <= piece <= "\U0001faff"
