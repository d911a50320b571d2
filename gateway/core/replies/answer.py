"""Which answer is in a reply? One number or one label, and nothing that could make it mean something else."""

import re
from collections.abc import Iterable

from gateway.core.answers import Value
from gateway.core.events import Why
from gateway.core.replies.heard import (
    AnswerHeard,
    ChoiceExpected,
    Expected,
    GreetingExpected,
    ScaleExpected,
    SkipHeard,
    UnclearHeard,
    YesNoExpected,
)
from gateway.core.replies.lexicon import Kind, Part, lexicon, parts
from gateway.core.replies.phrases import is_hedged
from gateway.core.words import Language

# Longer than this is a letter, for a person to read.
LONGEST_ANSWER = 160
# 7.5, .5, 7:30, 7·5: no whole number.
_DECIMAL = re.compile(r"[.٫·]\d|\d:\d")
_QUESTION = "?？؟"
_MAY_FOLLOW = {Kind.UNIT, Kind.FILLER, Kind.COMMENT, Kind.LOWEST, Kind.MIDDLE, Kind.HIGHEST}


def answer(raw: str, folded: str, expected: Expected, language: Language) -> AnswerHeard | SkipHeard | UnclearHeard:
    numbers = values(expected)
    if not numbers or len(folded) > LONGEST_ANSWER or _DECIMAL.search(folded):
        return UnclearHeard(Why.UNREADABLE, (), raw)
    if isinstance(expected, YesNoExpected) and is_hedged(folded, language.words):
        return UnclearHeard(Why.UNREADABLE, (), raw)
    high = expected.high if isinstance(expected, ScaleExpected) else None
    found = parts(folded, lexicon(language.words, tuple(labels(expected, language)), high))
    return _judged(found, numbers, raw)


def values(expected: Expected) -> dict[int, Value]:
    """What each number stands for at the open question; empty when none is open."""
    match expected:
        case ScaleExpected(low, high):
            return {number: number for number in range(low, high + 1)}
        case ChoiceExpected(count, known):
            return {number: number for number in [label.value for label in known] or range(1, count + 1)}
        case YesNoExpected() | GreetingExpected():
            return {1: "yes", 2: "no"}
        case _:
            return {}


def labels(expected: Expected, language: Language) -> Iterable[tuple[str, Value]]:
    match expected:
        case ScaleExpected(labels=known) | ChoiceExpected(labels=known):
            for label in known:
                yield label.written, label.value
                yield language.text(label.place, label.written), label.value
            if isinstance(expected, ChoiceExpected):
                offered = values(expected)
                yield from ((word, number) for word, number in language.words.ordinals.items() if number in offered)
        case YesNoExpected(agreement):
            permits, refuses = (language.words.permits, language.words.refuses) if agreement else ((), ())
            yield from ((phrase, "yes") for phrase in (*language.words.yes, *permits))
            yield from ((phrase, "no") for phrase in (*language.words.no, *refuses))
        case GreetingExpected():
            yield from ((phrase, "yes") for phrase in (*language.words.yes, *language.words.agrees))
            yield from ((phrase, "no") for phrase in (*language.words.no, *language.words.later))


def _judged(found: list[Part], numbers: dict[int, Value], raw: str) -> AnswerHeard | SkipHeard | UnclearHeard:
    found = _without_dashes(found)
    said = _said(found)
    named = {part.value for part in found if part.kind is Kind.LABEL}
    asks = any(sign in raw for sign in _QUESTION) and any(part.kind is Kind.COMMENT for part in found)
    if asks or _has_strangers(found) or _contradicts(found, said, numbers) or len(said) > 2 or len(named) > 1:
        return UnclearHeard(Why.UNREADABLE, (), raw)
    if any(part.kind is Kind.SKIP for part in found):
        return UnclearHeard(Why.UNREADABLE, (), raw) if said or named else SkipHeard(raw)
    if len(said) == 2:
        return _two(said, named, numbers, raw)
    return _one(said, named, numbers, raw)


def _without_dashes(found: list[Part]) -> list[Part]:
    """ "7 - it hurts so much" and "7-ish"; but 7-8, -7 and 7- are no 7."""
    kept = list[Part]()
    for at, part in enumerate(found):
        before, behind = found[max(at - 1, 0)].kind, found[min(at + 1, len(found) - 1)].kind
        if part.kind is not Kind.DASH:
            kept.append(part)
        elif before is not Kind.NUMBER or behind not in _MAY_FOLLOW:
            kept.append(Part(Kind.JOINER))
    return kept


def _said(found: list[Part]) -> list[int]:
    """ "7 (seven)" says one number; "7 7" says two."""
    numbers = [part for part in found if part.kind is Kind.NUMBER]
    if len(numbers) == 2 and numbers[0].value == numbers[1].value and numbers[0].spelled != numbers[1].spelled:
        numbers.pop()
    return [int(part.value) for part in numbers]


def _has_strangers(found: list[Part]) -> bool:
    """A word that nobody knows, a unit or a comment without its number before it, "to" and "or" without two numbers."""
    kinds = [part.kind for part in found]
    if Kind.COMMENT in kinds and Kind.NUMBER not in kinds[: kinds.index(Kind.COMMENT)]:
        return True
    before = [Kind.FILLER, *kinds]
    lone_unit = any(kind is Kind.UNIT and before[at] not in (Kind.NUMBER, Kind.UNIT) for at, kind in enumerate(kinds))
    return Kind.UNKNOWN in kinds or lone_unit or (Kind.JOINER in kinds and kinds.count(Kind.NUMBER) != 2)


def _contradicts(found: list[Part], said: list[int], numbers: dict[int, Value]) -> bool:
    """ "10 no pain", "0 the worst pain"; and how bad it is in words alone is no number."""
    allowed = {
        Kind.LOWEST: {min(numbers)},
        Kind.MIDDLE: numbers.keys() - {min(numbers), max(numbers)},
        Kind.HIGHEST: numbers.keys() - {min(numbers)},
    }
    return any(part.kind in allowed and not (said and set(said) <= allowed[part.kind]) for part in found)


def _two(said: list[int], named: set[Value], numbers: dict[int, Value], raw: str) -> UnclearHeard:
    """5 or 6, 5-6, 五六, "3 5": never chosen from. "7 7" is no pair to choose from."""
    if named or said[0] == said[1] or any(number not in numbers for number in said):
        return UnclearHeard(Why.UNREADABLE, (), raw)
    return UnclearHeard(Why.TWO_NUMBERS, tuple(str(number) for number in said), raw)


def _one(said: list[int], named: set[Value], numbers: dict[int, Value], raw: str) -> AnswerHeard | UnclearHeard:
    """A number, a label, or both where they mean the same ("1 yes")."""
    if said and said[0] not in numbers:
        return UnclearHeard(Why.UNREADABLE, (), raw) if named else UnclearHeard(Why.OUT_OF_RANGE, (str(said[0]),), raw)
    meant = {numbers[number] for number in said} | named
    return AnswerHeard(meant.pop(), raw) if len(meant) == 1 else UnclearHeard(Why.UNREADABLE, (), raw)
