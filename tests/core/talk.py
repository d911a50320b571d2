"""Amina on her phone: a conversation that is saved and loaded between two turns."""

import json
from datetime import timedelta

from gateway.core.answers import Channel
from gateway.core.conversation import (
    Circumstances,
    Conversation,
    begin,
    carry_on,
    expected,
    hear,
    lapse,
    silence,
)
from gateway.core.events import (
    Breached,
    Event,
)
from gateway.core.flow import Flow
from gateway.core.understand import understand
from tests.core.shipped import MONDAY, flow, language

WEEKLY = flow("weekly-check")
SMS, VOICE = Channel.SMS, Channel.VOICE
NO_DANGER_BY_VOICE = ("1", *["2"] * 6)


class Talk:
    """Amina on her phone. What she sends is read, and between two turns the conversation is saved and loaded."""

    def __init__(self, channel: Channel, *replies: str, asked: Flow = WEEKLY) -> None:
        self.flow, self.now = asked, MONDAY
        self.conversation, self.events = begin(asked, channel, self.circumstances)
        self.keep()
        for reply in replies:
            self.says(reply)

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(self.now)

    def keep(self) -> tuple[Event, ...]:
        saved = json.dumps(self.conversation.to_json())
        assert Conversation.from_json(json.loads(saved)) == self.conversation
        self.conversation = Conversation.from_json(json.loads(saved))
        return self.events

    def says(self, reply: str, after: timedelta = timedelta(minutes=2)) -> tuple[Event, ...]:
        self.now += after
        keys = self.conversation.channel is VOICE
        heard = understand(reply, expected(self.flow, self.conversation), language("en"), keys=keys)
        self.conversation, self.events = hear(self.flow, self.conversation, heard, self.circumstances)
        return self.keep()

    def texts(self, reply: str) -> tuple[Event, ...]:
        """By SMS, though the conversation was on a call."""
        heard = understand(reply, expected(self.flow, self.conversation), language("en"))
        turn = hear(self.flow, self.conversation, heard, self.circumstances, Channel.SMS)
        self.conversation, self.events = turn
        return self.keep()

    def is_silent(self) -> tuple[Event, ...]:
        self.conversation, self.events = silence(self.flow, self.conversation, self.circumstances)
        return self.keep()

    def waits(self) -> tuple[Event, ...]:
        assert self.conversation.lapse
        self.now = self.conversation.lapse.at
        self.conversation, self.events = lapse(self.flow, self.conversation, self.circumstances)
        return self.keep()

    def carries_on(self, channel: Channel) -> tuple[Event, ...]:
        self.conversation, self.events = carry_on(self.flow, self.conversation, channel, self.circumstances)
        return self.keep()


def breaches(events: tuple[Event, ...]) -> list[str]:
    return [event.breach for event in events if isinstance(event, Breached)]
