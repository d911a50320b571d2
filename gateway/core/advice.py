"""What does an advice file (an SOP) say to a clinician who takes a case on, or what must be mended in it?"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from gateway.core import mistakes, written
from gateway.core.flow import Level, Part
from gateway.core.segments import segments
from gateway.core.values import Sentence, Slug, Whole
from gateway.core.worded import worded
from gateway.core.written import Path, Problem, Written

EXAMPLE = "example, needs local approval"
NOBODY = "(nobody yet)"
APPROVED = "approved here"  # the label of what a clinician of the place has put a name to
ROOM = {"GSM-7": 235, "UCS-2": 85}  # signs that fit between the patient's number and the digits, in two SMS


def _day(text: object) -> object:
    return text if isinstance(text, date) else date.fromisoformat(str(text))


Day = Annotated[date, BeforeValidator(_day)]
Tongue = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
Sentences = Annotated[dict[Tongue, Sentence], Field(min_length=1)]
Topic = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Advice(Part):
    """`about`: symptoms and danger signs by their ids. `without`: said besides, where the clinic lacks that thing."""

    advice: Slug
    title: Sentence
    version: Whole
    label: Sentence
    source: Sentence
    approved_by: Sentence
    review_by: Day
    about: Annotated[tuple[Topic, ...], Field(min_length=1)]
    levels: Annotated[dict[Level, Sentences], Field(min_length=1)]
    without: dict[Slug, Sentences] = {}  # noqa: RUF012 - pydantic copies defaults

    @property
    def is_approved(self) -> bool:
        return self.approved_by != NOBODY

    def languages(self) -> tuple[str, ...]:
        """In which anything is said, as they stand in the file."""
        told = (*self.levels.values(), *self.without.values())
        return tuple(dict.fromkeys(language for said in told for language in said))

    def line(self, level: Level, language: str, lacks: tuple[str, ...] = ()) -> str | None:
        """None where nothing is written for this level in this language: one SMS never mixes two."""
        said = self.levels.get(level, {}).get(language)
        if said is None:
            return None
        besides = [self.without[thing][language] for thing in lacks if language in self.without.get(thing, {})]
        return " ".join([said, *besides]) if language != "zh_CN" else "".join([said, *besides])


@lru_cache(64)
def read(text: str) -> tuple[Advice | None, tuple[Problem, ...]]:
    """The advice, or every Problem at once."""
    tree, problems = written.load(text)
    if tree is None:
        return None, problems
    if not isinstance(tree.value, dict) or "advice" not in tree.value:
        return None, (Problem(1, 1, worded("an advice file begins with 'advice:' and its name")),)
    found = [*tree.problems, *_cut(tree)]
    try:
        advice = Advice.model_validate(tree.value)
    except ValidationError as error:
        return None, _in_order([*found, *(mistakes.problem(tree, one) for one in error.errors())])
    found += [Problem(*_at(tree, path), sentence) for path, sentence in _sense(advice)]
    return (None, _in_order(found)) if found else (advice, ())


def outdated(advice: Advice, text: str, today: date) -> tuple[Problem, ...]:
    """A warning for what stands unapproved, or is past its review."""
    tree, _ = written.load(text)
    if tree is None:
        return ()
    found = []
    if not advice.is_approved:
        found.append((("approved_by",), worded("nobody has approved this: it is an example")))
    if advice.review_by < today:
        found.append((("review_by",), worded("this was to be reviewed by %(review_by)s", review_by=advice.review_by)))
    return tuple(Problem(*_at(tree, path), sentence, "warning") for path, sentence in found)


def _sense(advice: Advice) -> Iterator[tuple[Path, str]]:
    if not advice.is_approved and advice.label != EXAMPLE:
        yield ("label",), worded("what nobody has approved is marked '%(label)s'", label=EXAMPLE)
    for level, said in advice.levels.items():
        if "en" not in said:
            yield ("levels", level), worded("there is no English line, the one that translations are judged by")
        for language, text in said.items():
            longest = max((len(more.get(language, "")) for more in advice.without.values()), default=0)
            room = ROOM[segments(text).encoding]
            if len(text) + longest > room:
                yield (
                    ("levels", level, language),
                    worded(
                        "%(count)s signs are too many: %(room)s fit in the SMS", count=len(text) + longest, room=room
                    ),
                )
    for place, text in _texts(advice):
        if "{" in text or "}" in text:
            yield place, worded("advice has no {placeholders}")


def _texts(advice: Advice) -> Iterator[tuple[Path, str]]:
    for level, said in advice.levels.items():
        yield from ((("levels", level, language), text) for language, text in said.items())
    for thing, said in advice.without.items():
        yield from ((("without", thing, language), text) for language, text in said.items())


def _cut(tree: Written) -> Iterator[Problem]:
    for place in tree.cut.values():
        yield Problem(
            place.line, place.column, worded("' #' ends this text here: put it in quotes, or two spaces before it")
        )


def _at(tree: Written, path: Path) -> tuple[int, int]:
    place = tree.place(path)
    return place.line, place.column


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.line, one.column, one.sentence)))
