"""What happens next when a conversation begins, is answered, or is not?"""

from gateway.core.answers import Channel
from gateway.core.flow import Flow
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn
from gateway.core.understand import Expected, Understood

__all__ = [
    "Circumstances", "Conversation", "Outcome", "State", "Turn",
    "begin", "carry_on", "expected", "hear", "lapse", "silence",
]  # fmt: skip


def expected(flow: Flow, conversation: Conversation) -> Expected:
    """What kind of reply the open question waits for."""
    raise NotImplementedError


def begin(flow: Flow, channel: Channel, circumstances: Circumstances) -> Turn:
    raise NotImplementedError


def hear(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    raise NotImplementedError


def lapse(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """Performs `conversation.lapse`."""
    raise NotImplementedError


def carry_on(flow: Flow, conversation: Conversation, channel: Channel, circumstances: Circumstances) -> Turn:
    """The same question once more: on the other channel, after a hang-up, or after a suspension."""
    raise NotImplementedError


def silence(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """By voice: no key came."""
    raise NotImplementedError
