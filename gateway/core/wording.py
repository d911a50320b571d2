"""How is what happened said, in one language, by SMS or by voice?"""

from collections.abc import Iterable, Mapping

from gateway.core.events import Event, Said
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
# Of what a flow only says (`say`) so much goes into one text, and what is left out is for the doctor: a text of five
# parts may arrive torn, and nobody reads it to its end. Fewer beside other sentences where the whole would need more
# parts than these; alone it is always said, and the checks refuse what is too long.
SAID_AT_MOST, PARTS_AT_MOST = 2, 4


def sms(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> str:
    """One turn is at most one SMS, a sentence a line; "" when nothing is said."""
    known, turn = {**facts, "question_count": str(question_count(flow))}, tuple(events)
    texts = [_text(flow, language, _saying(turn, most), known) for most in _how_many(turn)]
    return next((text for text in texts if segments(text).count <= PARTS_AT_MOST), texts[-1])


def _how_many(turn: tuple[Event, ...]) -> range:
    said = sum(isinstance(event, Said) for event in turn)
    fewest = 1 if said == len(turn) and said else 0
    return range(min(said, SAID_AT_MOST), fewest - 1, -1)


def _saying(turn: tuple[Event, ...], most: int) -> tuple[Event, ...]:
    kept = [event for event in turn if isinstance(event, Said)][:most]
    return tuple(event for event in turn if not isinstance(event, Said) or event in kept)


def _text(flow: Flow, language: Language, turn: tuple[Event, ...], facts: Mapping[str, str]) -> str:
    return plain("\n".join(dict.fromkeys(sentences(flow, language, turn, facts))))


def voice(flow: Flow, language: Language, events: Iterable[Event], facts: Mapping[str, str]) -> tuple[Spoken, ...]:
    known = {**facts, "question_count": str(question_count(flow))}
    return tuple(spoken(flow, language, tuple(events), spelled(known)))


def spelled(facts: Mapping[str, str]) -> dict[str, str]:
    """As a voice reads them aloud."""
    return {name: " ".join(fact.replace(" ", "")) if name in SPELLED else fact for name, fact in facts.items()}
