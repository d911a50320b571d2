"""Which words are read out to her where a person asks instead of a telephone?"""

from gateway.core.flow import Flow
from gateway.core.memory import Conversation
from gateway.core.places import place
from gateway.core.words import Language


def open_question(flow: Flow, language: Language, after: Conversation) -> str:
    """Empty where none is open."""
    step = flow.questions().get(after.open or "")
    return language.text(place(flow, step), step.text) if step and not after.ended else ""
