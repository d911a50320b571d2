"""How is what happened said, in one language, by SMS or by voice?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.core.events import Event
from gateway.core.flow import Flow
from gateway.core.segments import Segments, segments
from gateway.core.words import Language

__all__ = ["HangUpNow", "Listen", "Segments", "Speak", "Spoken", "phrase", "segments", "sms", "voice"]


@dataclass(frozen=True)
class Speak:
    text: str
    slow: bool = False
    uninterrupted: bool = False  # no key cuts it short


@dataclass(frozen=True)
class Listen:
    """`digits`: how many keys at most."""

    kind: Literal["greeting", "scale", "yes_no", "choice", "read back", "menu"]
    digits: int


@dataclass(frozen=True)
class HangUpNow:
    pass


Spoken = Speak | Listen | HangUpNow


def sms(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> str:
    """One turn is at most one SMS; "" when nothing is said."""
    raise NotImplementedError


def voice(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> tuple[Spoken, ...]:
    raise NotImplementedError


def phrase(flow: Flow, language: Language, name: str, facts: Mapping[str, str]) -> str:
    """The flow's own word, else the shared one, translated and filled. Raises KeyError for a fact that is missing."""
    raise NotImplementedError
