"""How is a conversation written down? `> pain` asked, `< 7` heard, `! case red severe`, `@ 1 day later`.

In terms of steps, so that one transcript plays in every language and on both channels.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.core.answers import Channel, History, Report, Value
from gateway.core.events import (
    Asked,
    Breached,
    CallDue,
    Declined,
    Event,
    Finished,
    GaveUp,
    Greeted,
    KeywordHeard,
    LeftToPerson,
    Postponed,
    RedFlagged,
    Said,
    Scored,
    SkippedAtGate,
)
from gateway.core.worded import said_by, worded
from gateway.core.written import Problem

# What no keypad can say: such a transcript plays by SMS only.
ONLY_BY_SMS = re.compile(r"^(< (skipped|unclear|red flag .*|keyword .*)|! call)$")
SIMPLE: dict[type[Event], str] = {
    Greeted: "> hello",
    Finished: "> close",
    LeftToPerson: "! left to a person",
    CallDue: "! call",
    GaveUp: "! given up",
    Declined: "! declined",
    Postponed: "! later",
}


@dataclass(frozen=True)
class Line:
    number: int
    text: str

    @property
    def is_cue(self) -> bool:
        """What the player does; the rest is what must come of it."""
        return self.text[0] in "<@"


@dataclass(frozen=True)
class Transcript:
    lines: tuple[Line, ...]
    channels: tuple[Channel, ...]
    history: History
    known: Mapping[str, Value]  # what nobody is asked: has_pin, shared_phone, ...
    said_before: int  # sentences of a series


class TranscriptProblem(ValueError):
    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def read(text: str) -> Transcript:
    """Raises TranscriptProblem."""
    lines, channels, before = list[Line](), tuple(Channel), list[Report]()
    known, said_before = dict[str, Value](), 0
    for number, line in enumerate((line.strip() for line in text.splitlines()), 1):
        word, _, rest = line.partition(": ")
        try:
            if word == "channel":
                channels = (Channel(rest),)
            elif word == "known":
                known |= _report(rest).values
            elif word == "said before":
                said_before = int(rest)
            elif word == "before":
                before.append(_report(rest))
            elif line and line[0] in "><!@":
                lines.append(Line(number, line))
            elif line and line[0] != "#":
                raise ValueError(
                    worded("'%(line)s' begins with none of > < ! @ #, 'channel: ', 'known: ' or 'before: '", line=line)
                )
        except ValueError as mistake:
            raise TranscriptProblem(number, said_by(mistake)) from None
    if any(ONLY_BY_SMS.match(line.text) for line in lines):
        channels = tuple(channel for channel in channels if channel is Channel.SMS)
    return Transcript(tuple(lines), channels, History(tuple(before)), known, said_before)


def shown(events: tuple[Event, ...]) -> Iterator[str]:
    """Events as lines of a transcript. What only a call has (read-backs, one sign at a time) is not shown."""
    for event in events:
        match event:
            case Asked(step, part=part) if not part:
                yield f"> {step}"
            case Said(step, course):
                yield f"> {step} {course}".strip()
            case Breached(breach, level):
                yield f"! case {level} {breach}"
            case SkippedAtGate(step):
                yield f"! case red unclear at {step}"
            case RedFlagged(flag):
                yield f"! red flag {flag}"
            case KeywordHeard(name):
                yield f"! keyword {name}"
            case Scored(name, value):
                yield f"! score {name} {value:g}"
            case _ if type(event) in SIMPLE:
                yield SIMPLE[type(event)]


def cues(lines: tuple[Line, ...]) -> list[tuple[Line | None, list[Line]]]:
    """Each cue with the lines that must follow it; the first lines follow the beginning."""
    cues: list[tuple[Line | None, list[Line]]] = [(None, [])]
    for line in lines:
        if line.is_cue:
            cues.append((line, []))
        else:
            cues[-1][1].append(line)
    return cues


def difference(cue: Line | None, wanted: list[Line], came: tuple[str, ...]) -> Problem | None:
    for place, line in enumerate(wanted):
        if place >= len(came):
            return Problem(line.number, 1, worded("'%(text)s' is written here, but nothing more comes", text=line.text))
        if came[place] != line.text:
            return Problem(
                line.number,
                1,
                worded("'%(text)s' is written here, but '%(came)s' comes", text=line.text, came=came[place]),
            )
    if len(came) > len(wanted):
        number = wanted[-1].number if wanted else cue.number if cue else 1
        return Problem(
            number, 1, worded("after this line '%(came)s' comes, which is not written", came=came[len(wanted)])
        )
    return None


def _report(line: str) -> Report:
    """`pain 4, danger no`: an earlier report."""
    pairs = [item.strip().rpartition(" ") for item in line.split(",")]
    return Report({name: _value(value) for name, _, value in pairs})


def _value(word: str) -> Value:
    named: dict[str, Value] = {"yes": "yes", "no": "no", "skipped": "skipped"}
    return named.get(word) or int(word)
