"""What is different in a new advice text, line by line, so that a clinician can judge it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.core.advice import Advice
from gateway.core.flow import Level

HEAD = ("title", "about", "source", "review_by")


@dataclass(frozen=True)
class Difference:
    """`kind`: "level" or "lacks", where `place` names the level or the thing, or "head", where it names the field."""

    kind: str
    place: str
    language: str
    before: str
    after: str


def differences(before: Advice | None, after: Advice) -> tuple[Difference, ...]:
    """All of them, what is said first. Without an advice before: everything is new."""
    levels = _said("level", _by_name(before.levels if before else {}), _by_name(after.levels))
    lacks = _said("lacks", before.without if before else {}, after.without)
    return (*levels, *lacks, *_head(before, after))


def _said(
    kind: str, before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> Iterator[Difference]:
    for place in dict.fromkeys((*after, *before)):
        was, now = before.get(place, {}), after.get(place, {})
        for language in dict.fromkeys((*now, *was)):
            if was.get(language) != now.get(language):
                yield Difference(kind, place, language, was.get(language, ""), now.get(language, ""))


def _by_name(levels: Mapping[Level, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {level.value: said for level, said in levels.items()}


def _head(before: Advice | None, after: Advice) -> Iterator[Difference]:
    for name in HEAD:
        was, now = (_written(one, name) if one else "" for one in (before, after))
        if was != now:
            yield Difference("head", name, "", was, now)


def _written(advice: Advice, name: str) -> str:
    value = getattr(advice, name)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
