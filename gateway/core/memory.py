"""What does a running conversation remember between two turns?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from gateway.core.answers import Answer, Channel, Check, History, Respondent, Speaker, Value
from gateway.core.events import Event, Lapse

Symptoms = tuple[tuple[str, Value], ...]


class State(StrEnum):
    GREETING = "greeting"
    CHECKING = "checking"  # on a call: is it really she?
    WHO = "who"
    ASKING = "asking"
    READING_BACK = "reading back"
    MENU = "menu"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Outcome(StrEnum):
    """How it ended."""

    FINISHED = "finished"
    DECLINED = "declined"
    GAVE_UP = "given up"
    LEFT = "left to a person"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Circumstances:
    """What is known outside the conversation: the time, earlier reports, who answers, who else may.

    `known`: what conditions may name without a question, `flow.KNOWN`. `said_before`: sentences of a series.
    `speakers`: in the order of their numbers; with more than one she is asked who answers.
    `check`: what a call asks before anything else.
    """

    now: datetime
    history: History = field(default_factory=History)
    respondent: Respondent = Respondent.PATIENT
    known: Mapping[str, Value] = field(default_factory=dict)
    in_words: bool = False  # she answers in five words, from the beginning of this conversation
    said_before: int = 0
    speakers: tuple[Speaker, ...] = ()
    check: Check = Check.KEY
    has_case: bool = False  # people are looking after her for something already


@dataclass(frozen=True)
class Conversation:
    """All of one occurrence. `part`: the sign of `voice_each` that is open, or that she said yes to.

    `who`: whom she could choose from when asked who answers; `respondent`: whom she chose, None until then.
    """

    channel: Channel
    state: State
    open: str | None = None
    part: int | None = None
    tries: int = 0  # replies in a row to the open question that could not be read
    silences: int = 0  # by voice: times in a row that no key came
    left: int = 0  # questions given up and left to a person
    postponed: bool = False
    patient_knows: bool = False  # that a doctor is being told
    in_words: bool = False  # scales are put as five words
    assisted: bool = False  # from here on somebody beside her helps with the phone
    asked_back: bool = False  # the same reply came twice within a minute and was asked about
    menu_from: State | None = None
    who: tuple[Speaker, ...] = ()
    respondent: Respondent | None = None
    done: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()  # the current one of each question
    scores: tuple[tuple[str, float], ...] = ()
    breached: tuple[tuple[str, Symptoms], ...] = ()
    lapses: tuple[Lapse, ...] = ()
    last_reply: str | None = None
    last_heard_at: datetime | None = None
    outcome: Outcome | None = None
    check: Check = Check.KEY  # how she was asked on this call whether it is she
    rings: int = 0  # calls in a row that reached nobody
    rang_back: bool = False  # once, after a hang-up midway
    parted: bool = False  # this call is over because we said goodbye
    texted: bool = False  # the question went by SMS as well, since nobody could be reached
    unreached: bool = False  # a person was asked to phone, since no call reaches her

    @property
    def ended(self) -> bool:
        return self.state is State.ENDED

    @property
    def lapse(self) -> Lapse | None:
        """What happens next if nothing is heard."""
        return self.lapses[0] if self.lapses else None

    @property
    def values(self) -> Mapping[str, Value]:
        """What conditions are judged on: current answers and scores by id."""
        return {answer.question: answer.value for answer in self.answers} | dict(self.scores)

    def answer(self, question: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.question == question), None)

    def reopened(self) -> "Conversation":
        """A late answer to a question that was given up still counts; how late is the caller's to say."""
        if self.outcome is not Outcome.GAVE_UP or self.open in self.done:
            return self
        if self.who and self.respondent is None:
            return replace(self, state=State.WHO, outcome=None)
        return replace(self, state=State.ASKING if self.open else State.GREETING, outcome=None)

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = _JSON.dump_python(self, mode="json")
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Conversation":
        return _JSON.validate_python(kept)


_JSON = TypeAdapter(Conversation)
Turn = tuple[Conversation, tuple[Event, ...]]
