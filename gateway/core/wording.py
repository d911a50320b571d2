"""How is what happened said, in one language, by SMS or by voice?"""

from collections.abc import Iterable, Mapping

from gateway.core.events import Event
from gateway.core.flow import Flow
from gateway.core.questions import question_count
from gateway.core.segments import Segments, plain, segments
from gateway.core.sentences import phrase
from gateway.core.speaking import Connect, HangUpNow, Listen, Speak, Spoken, TurnAway, spoken
from gateway.core.texting import sentences
from gateway.core.words import Language

__all__ = [
    "Connect", "HangUpNow", "Listen", "Segments", "Speak", "Spoken", "TurnAway",
    "phrase", "segments", "sms", "spelled", "voice",
]  # fmt: skip

# Read out digit by digit: "one two zero", not "a hundred and twenty".
SPELLED = ("doctor_phone", "emergency_number", "patient_phone", "code")


def sms(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> str:
    """One turn is at most one SMS, a sentence a line; "" when nothing is said."""
    known = {**facts, "question_count": str(question_count(flow))}
    return plain("\n".join(dict.fromkeys(sentences(flow, language, tuple(events), known))))


def voice(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> tuple[Spoken, ...]:
    known = {**facts, "question_count": str(question_count(flow))}
    return tuple(spoken(flow, language, tuple(events), spelled(known)))


def spelled(facts: Mapping[str, str]) -> dict[str, str]:
    """As a voice reads them aloud."""
    return {name: " ".join(fact.replace(" ", "")) if name in SPELLED else fact for name, fact in facts.items()}
