"""Which sentences may a flow say on a call, and which of them can a person record?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from gateway.core import fivewords
from gateway.core.answers import Check
from gateway.core.breaches import is_at_limit
from gateway.core.comparing import Course
from gateway.core.events import (
    Asked,
    Breached,
    Checked,
    Declined,
    EmergencyTold,
    Event,
    Finished,
    Greeted,
    KeywordHeard,
    LeftToPerson,
    MenuOffered,
    ReadBack,
    RedFlagged,
    Resumed,
    Said,
    WhoAsked,
    Why,
)
from gateway.core.flow import Ask, Flow, Level, Say
from gateway.core.keypad import perhaps_ten
from gateway.core.places import texts, word
from gateway.core.questions import question_count
from gateway.core.sentences import phrase
from gateway.core.speaking import Speak, spoken
from gateway.core.words import Language

PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
AGAIN = (Why.FIRST, Why.NO_KEY, Why.WRONG_KEY, Why.NOT_RIGHT)
COURSES = ("unknown", "better", "worse", "same")
# Said on calls to no open question; those to staff need no recording for a flow to be published.
HOUSE = ("call_in_menu", "call_nothing_to_ask", "call_me", "call_not_here", "call_goodbye")
STAFF = ("call_doctor_", "call_coordinator_")


@dataclass(frozen=True)
class Line:
    """What is said in one breath. A personal one holds a name, a time or a number of somebody: {so} it is shown.

    `needed`: a patient may hear it, so a language without a voice cannot do without its recording.
    """

    place: str
    text: str
    needed: bool = True

    @property
    def is_personal(self) -> bool:
        return PLACEHOLDER.search(self.text) is not None


def digest(text: str) -> str:
    """A recording belongs to the exact words that it speaks: another word, and it is not played."""
    return sha256(text.encode()).hexdigest()


def lines(
    flow: Flow, language: Language, emergency_numbers: Iterable[str], bases: Iterable[Flow] = ()
) -> tuple[Line, ...]:
    """Each text once, in the order of the flow. `bases`: for a re-check, the flow with its case's questions put in."""
    numbers, found = sorted(set(emergency_numbers)) or ["{emergency_number}"], dict[str, Line]()
    for number in numbers:
        aloud = " ".join(number) if number.isdigit() else number
        for said in _said(flow, language, aloud, bases):
            own = f".{number}" if len(numbers) > 1 and aloud in said.text else ""
            line = Line(f"{said.place}{own}", said.text, not _is_for_staff(said.place))
            found.setdefault(line.text, line)
    return tuple(found.values())


def _said(flow: Flow, language: Language, emergency_number: str, bases: Iterable[Flow]) -> Iterator[Speak]:
    """As the renderer says it. A fact that nobody knows beforehand stays in its braces."""
    for script in (flow, *bases):
        facts = _facts(script, language) | {
            "emergency_number": emergency_number,
            "question_count": str(question_count(script)),
        }
        for put in (script, fivewords.put(script)):
            for turn in _turns(put):
                yield from _spoken(put, language, turn, facts)
        yield from _courses(script, language, facts)
        yield from _numbers(script, language, facts)
    facts = _facts(flow, language) | {"emergency_number": emergency_number}
    staff = (name for name in flow.shared if name.startswith(STAFF))
    for name in (*HOUSE, *staff):
        if found := word(flow, name):
            yield Speak(phrase(flow, language, name, facts), place=found[0])


def _facts(flow: Flow, language: Language) -> dict[str, str]:
    written = [part for place, text in texts(flow) for part in (text, language.text(place, text))]
    return {name: f"{{{name}}}" for text in written for name in PLACEHOLDER.findall(text)}


def _spoken(flow: Flow, language: Language, turn: Event, facts: Mapping[str, str]) -> Iterator[Speak]:
    yield from (line for line in spoken(flow, language, (turn,), facts) if isinstance(line, Speak))


def _turns(flow: Flow) -> Iterator[Event]:
    yield from (Greeted(why=why) for why in AGAIN[:3])
    yield from (Checked(check, why) for check in (Check.PIN, Check.BIRTH_YEAR) for why in AGAIN)
    yield from (WhoAsked(why) for why in AGAIN[:3])
    yield Resumed()
    for step, _ in flow.every_step():
        if isinstance(step, Ask):
            yield from _put(flow, step)
        elif step.compares:
            yield from (Said(step.id, course) for course in Course)
        elif not step.shows:
            yield Said(step.id)
    yield from (MenuOffered(), EmergencyTold(), Declined(), Finished(), LeftToPerson(None), KeywordHeard("stop"))
    yield from (RedFlagged("other"), RedFlagged("self_harm"), Breached("", Level.RED, ()))


def _put(flow: Flow, step: Ask) -> Iterator[Event]:
    """A question, put in every way, and what is read back of its answers."""
    parts: list[int | None] = [*range(len(step.voice_each))] or [None]
    yield from (Asked(step.id, why, part) for part in parts for why in AGAIN)
    scale = flow.scales.get(step.scale or "")
    values = step.numbers or tuple(step.choices) or (range(scale.low, scale.high + 1) if scale else ())
    for value in values:
        if is_at_limit(flow, step.id, value) or perhaps_ten(flow, step, value):
            yield ReadBack(step.id, value)


def _courses(flow: Flow, language: Language, facts: Mapping[str, str]) -> Iterator[Speak]:
    """One's own earlier scores: the course alone on a shared phone, the numbers with it on one's own."""
    for step, _ in flow.every_step():
        if isinstance(step, Say) and step.shows:
            for course in COURSES:
                for scores in ("", "{scores}"):
                    own = {**facts, f"course {step.id}": course, f"scores {step.id}": scores}
                    yield from _spoken(flow, language, Said(step.id), own)


def _numbers(flow: Flow, language: Language, facts: Mapping[str, str]) -> Iterator[Speak]:
    """A re-check asks as many questions as its case has symptoms."""
    found = word(flow, "question_number")
    if flow.asks is None or found is None:
        return
    for count in range(2, question_count(flow) + 1):
        for number in range(1, count + 1):
            known = {**facts, "number": str(number), "count": str(count)}
            said = Speak(phrase(flow, language, "question_number", known))
            yield replace(said, place=f"{found[0]}.{number}.{count}")


def _is_for_staff(place: str) -> bool:
    return place.rpartition("/")[2].startswith(STAFF)
