"""Somebody writes down what she says by telephone: the same road as a reply, and what is to be said to her?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.events import Asked, Event, Resumed, Why
from gateway.core.memory import State
from gateway.core.understand import SkipHeard, UnclearHeard, Understood, WordHeard
from gateway.intake.meaning import meaning
from gateway.intake.step import step
from gateway.store.database import lock
from gateway.store.queries import conversations
from gateway.store.tables import Conversation, Person
from gateway.talk.reading import open_question
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import Line, is_danger, note_lines

SKIPPED = "–"


@dataclass(frozen=True)
class Put:
    """What stood on the page that was answered: whatever moved on meanwhile is not answered by it."""

    conversation_id: str
    question: str
    tries: int


@dataclass(frozen=True)
class Written:
    """`say`: what she is told now. `unclear`: the question stays open."""

    say: str
    is_danger: bool
    unclear: bool


def write_down(session: Session, now: datetime, person: Person, put: Put, words: str | None) -> Written | None:
    """`words` None: she did not want to, or could not say. None where another question is open by now, or none."""
    lock(session, Person, person.id)
    here = open_scene(session, person, put.conversation_id)
    if here is None or (here.memory.open, here.memory.tries) != (put.question, put.tries):
        return None
    taken = step(session, now, here, _understood(here, words), Channel.SMS)
    assert taken.after is not None
    lines: list[Line] = [("heard", words or SKIPPED)]
    following = open_question(here.flow, here.language, taken.after) if taken.after.state is State.ASKING else ""
    note_lines(session, now, here, taken.after, [*lines, ("said", following)] if following else lines)
    facts = {**here.facts(session, now, taken.deadline), **taken.told}
    say = wording.sms(here.flow, here.language, _without_questions(taken.events), facts)
    return Written(say, is_danger(taken.events), any(_is_again(event) for event in taken.events))


def open_scene(session: Session, person: Person, conversation_id: str) -> Scene | None:
    """The conversation as it stands, while it waits for an answer of hers."""
    row = session.get(Conversation, conversation_id, populate_existing=True)
    if row is None or row.person_id != person.id or row.state != "open":
        return None
    here = scene(session, conversations.around_conversation(session, row))
    return here if here.memory.state is State.ASKING and here.memory.open else None


def _understood(here: Scene, words: str | None) -> Understood:
    """A keyword is for a telephone: spoken to a person it is words that nobody could read."""
    if words is None:
        return SkipHeard(SKIPPED)
    heard = meaning(words, here)
    return UnclearHeard(Why.UNREADABLE, (), words) if isinstance(heard, WordHeard) else heard


def _without_questions(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(event for event in events if not isinstance(event, Asked | Resumed))


def _is_again(event: Event) -> bool:
    return isinstance(event, Asked) and event.why is not Why.FIRST
