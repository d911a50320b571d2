"""A call takes up a question that stands already: what does she hear first?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.conversation import carry_on
from gateway.core.wording import HangUpNow, Speak, Spoken
from gateway.store.queries import conversations
from gateway.store.tables import Conversation
from gateway.talk.scene import scene
from gateway.talk.steps import Line, note_lines, save

SILENCE: tuple[Spoken, ...] = (HangUpNow(),)


def carried_on(session: Session, row: Conversation, now: datetime) -> tuple[Spoken, ...]:
    if row.state != "open":
        return SILENCE
    here = scene(session, conversations.around_conversation(session, row))
    after, events = carry_on(here.flow, here.memory, Channel.VOICE, here.circumstances(session, now))
    save(session, now, here, (after, events))
    spoken = wording.voice(here.flow, here.language, events, here.facts(session, now))
    note_lines(session, now, here, after, said(spoken))
    return spoken


def said(spoken: tuple[Spoken, ...]) -> list[Line]:
    words = " ".join(line.text for line in spoken if isinstance(line, Speak))
    return [("said", words)] if words else []
