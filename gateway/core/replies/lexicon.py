"""What can each word of a reply be? A number, a unit, a filler, a label, or nothing known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from itertools import product

from gateway.core.answers import Value
from gateway.core.replies import hanzi
from gateway.core.replies.folding import fold, pieces, spellings
from gateway.core.words import Words


class Kind(Enum):
    NUMBER = auto()
    LABEL = auto()  # stands for a value: yes, a choice, a scale's end
    SKIP = auto()
    UNIT = auto()
    FILLER = auto()
    JOINER = auto()
    DASH = auto()  # joins two numbers, or parts a number from what is said of it
    COMMENT = auto()  # may follow a number, and stands before none
    LOWEST = auto()  # says how bad, and no number: may confirm one, or contradict it
    MIDDLE = auto()
    HIGHEST = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Part:
    kind: Kind
    value: Value = 0
    spelled: bool = False  # "seven", not 7


Split = tuple[frozenset[str], ...]  # at each place any one of these pieces
Entry = tuple[Split, Part]
# A run of digits longer than this is a phone number or a year, never an answer.
LONGEST_NUMBER = 3
# Round a number these change nothing. Not `/ % - + ~ < > #`, nor `_ ^ °`.
HARMLESS = frozenset(".,!;:\"'()[]{}=。，！；：、…“”«»「」．·।،")
# Pictures of what a number may count instead: tablets, hours, days, degrees, stars, years; and a crossed out one.
TELLING = frozenset("💊💉🌡⏰⏱⏲⏳⌛⌚📅📆🗓🎂☎📞📱⭐🌟★☆❌🚫✖❎➕➖✕✗✘📈📉🔺🔻🔼🔽🏥🩸💧🥤🍽🚽💩🤮👶👨👩👪")
_NUMBER_AND_WORD = re.compile(r"([0-9]{1,3})([^\W\d_]+)")
BETWEEN_NUMBERS = frozenset("-–—~/&")
DASHES = frozenset("-–—")


@dataclass(frozen=True)
class Lexicon:
    """Phrases by their first piece, longest first."""

    entries: Mapping[str, list[Entry]] = field(default_factory=dict)
    alone: tuple[Entry, ...] = ()


@lru_cache(maxsize=128)
def lexicon(words: Words, labels: tuple[tuple[str, Value], ...], high: int | None) -> Lexicon:
    """Later kinds win over earlier ones for the same phrase: a label is never a mere filler."""
    named = ((phrase, Part(Kind.LABEL, value)) for phrase, value in labels)
    known = dict(_entries([*_phrases(words, high), *named], words.tonal))
    known.pop((), None)
    entries: dict[str, list[Entry]] = {}
    for split, part in sorted(known.items(), key=_precedence):
        for first in split[0]:
            entries.setdefault(first, []).append((split, part))
    alone = [(_split(fold(word, accents=words.tonal)), Part(Kind.NUMBER, value)) for word, value in words.alone.items()]
    labelled = {split for split, part in known.items() if part.kind is Kind.LABEL}
    return Lexicon(entries, tuple(entry for entry in alone if entry[0] not in labelled))


def _precedence(entry: Entry) -> tuple[int, bool]:
    """The longest first, and a phrase written out before one of many."""
    return -len(entry[0]), any(len(pieces) > 1 for pieces in entry[0])


def _entries(phrases: list[tuple[str, Part]], tonal: bool) -> Iterator[Entry]:
    """A phrase as it is written wins over another one whose accents were left out."""
    for phrase, part in phrases if tonal else ():
        yield from ((split, part) for typed in spellings(phrase, tonal=True) for split in _splits(typed))
    for phrase, part in phrases:
        yield from ((split, part) for split in _splits(fold(phrase, accents=tonal)))


def _splits(phrase: str) -> Iterator[Split]:
    """`my|the| back hurts`: my back hurts, the back hurts, back hurts."""
    return (sum(ways, ()) for ways in product(*(_ways(word) for word in phrase.split(" "))))


def _ways(word: str) -> list[Split]:
    """Words of one piece together; one of several pieces, and none at all, each by itself."""
    either = [_split(one) for one in word.split("|")]
    single = frozenset[str]().union(*(split[0] for split in either if len(split) == 1))
    return [*({(single,)} if single else ()), *dict.fromkeys(split for split in either if len(split) != 1)]


def _split(phrase: str) -> Split:
    return tuple(frozenset((piece,)) for piece in pieces(phrase))


def _phrases(words: Words, high: int | None) -> Iterator[tuple[str, Part]]:
    yield from ((phrase, Part(Kind.JOINER)) for phrase in words.joiners)
    yield from ((phrase, Part(Kind.COMMENT)) for phrase in words.comments if high is not None)
    yield from ((phrase, Part(Kind.FILLER)) for phrase in _to_the_highest(words.fillers, words, high))
    yield from ((phrase, Part(Kind.UNIT)) for phrase in _to_the_highest(words.units, words, high))
    yield from ((phrase, Part(Kind.UNKNOWN)) for phrase in words.deniers)
    if high is not None:
        yield from ((phrase, Part(Kind.LOWEST)) for phrase in words.lowest)
        yield from ((phrase, Part(Kind.MIDDLE)) for phrase in words.middle)
        yield from ((phrase, Part(Kind.HIGHEST)) for phrase in words.highest)
    yield from ((phrase, Part(Kind.SKIP)) for phrase in words.skip)
    yield from ((word, Part(Kind.NUMBER, number, spelled=True)) for word, number in words.numbers.items())


def _to_the_highest(phrases: Iterable[str], words: Words, high: int | None) -> Iterator[str]:
    """`out of {high}` means something only where there is a highest number: out of 10, out of ten."""
    written = [] if high is None else [str(high), *hanzi.written(high)]
    written += [word for word, number in (words.numbers | words.alone).items() if number == high]
    for phrase in phrases:
        yield from (phrase.replace("{high}", number) for number in written) if "{high}" in phrase else [phrase]


def parts(folded: str, known: Lexicon) -> list[Part]:
    """The reply in parts, the longest known phrase first at every place."""
    signs = pieces(folded)
    return _alone(tuple(sign for sign in signs if not _is_harmless(sign)), known) or _all(signs, known)


def _alone(signs: tuple[str, ...], known: Lexicon) -> list[Part]:
    """A word that is a number only where nothing but a unit stands beside it."""
    for split, part in known.alone:
        if _stands(split, signs, 0):
            rest = _all(signs[len(split) :], known)
            if all(one.kind is Kind.UNIT for one in rest):
                return [part, *rest]
    return []


def _all(signs: tuple[str, ...], known: Lexicon) -> list[Part]:
    found, at = list[Part](), 0
    while at < len(signs):
        length, here = _longest(signs, at, known)
        found.extend(here)
        at += length
    return found


def _longest(signs: tuple[str, ...], at: int, known: Lexicon) -> tuple[int, tuple[Part, ...]]:
    numeral = hanzi.numeral_length(signs, at)
    for split, part in known.entries.get(signs[at], ()):
        if len(split) >= numeral and _stands(split, signs, at):
            return len(split), (part,)
    if numeral:
        values = hanzi.values(signs[at : at + numeral])
        return numeral, tuple(Part(Kind.NUMBER, value) for value in values) or (Part(Kind.UNKNOWN),)
    return 1, _glued(signs[at], known) or (_single(signs[at]),)


def _stands(split: Split, signs: tuple[str, ...], at: int) -> bool:
    here = signs[at : at + len(split)]
    return len(here) == len(split) and all(sign in one for sign, one in zip(here, split, strict=True))


def _glued(piece: str, known: Lexicon) -> tuple[Part, ...]:
    """A unit without its space: 7pts, 7ish. Any other letters behind a number make it something else: 7mg, 7h."""
    if not (glued := _NUMBER_AND_WORD.fullmatch(piece)):
        return ()
    units = known.entries.get(glued[2], ())
    is_unit = any(len(split) == 1 and part.kind is Kind.UNIT for split, part in units)
    return (_single(glued[1]), Part(Kind.UNIT)) if is_unit else ()


def _single(piece: str) -> Part:
    if piece.isascii() and piece.isdigit():
        return Part(Kind.NUMBER, int(piece)) if len(piece) <= LONGEST_NUMBER else Part(Kind.UNKNOWN)
    if piece in BETWEEN_NUMBERS:
        return Part(Kind.DASH if piece in DASHES else Kind.JOINER)
    return Part(Kind.FILLER) if _is_harmless(piece) else Part(Kind.UNKNOWN)


def _is_harmless(piece: str) -> bool:
    """Punctuation, and pictures: "7 🙏" is 7, "2 💊" is not 2."""
    if piece in TELLING or "🕐" <= piece <= "🕧":
        return False
    return piece in HARMLESS or "\u2600" <= piece <= "\u27bf" or "\U0001f000" <= piece <= "\U0001faff"
