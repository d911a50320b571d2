"""What does a reply mean where it is heard, in whichever language, and is it sure which question it answers?"""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session

from gateway.core.answers import Channel
from gateway.core.conversation import REPLIES, expected
from gateway.core.events import Why
from gateway.core.hearing import SAME_AGAIN_WITHIN, spelling
from gateway.core.memory import Conversation
from gateway.core.understand import (
    AnswerHeard,
    Nothing,
    RedFlagHeard,
    SkipHeard,
    UnclearHeard,
    Understood,
    WordHeard,
    understand,
)
from gateway.core.words import Language
from gateway.store.queries.conversations import interrupted
from gateway.store.queries.messages import newest_of
from gateway.store.tables import Kind, Sending
from gateway.talk.scene import Scene

# A reply so soon after a new question may have been typed for the one that it interrupted.
NEWLY_PUT = timedelta(minutes=2)


class Doubt(Enum):
    TWICE = "twice"  # pressed twice: what comes next had not even left
    MEANT_ANOTHER = "meant another"


def meaning(body: str, scene: Scene) -> Understood:
    """Midway to another language both are understood, as long as they don't mean different things."""
    awaited = expected(scene.flow, scene.memory)
    return _agreed(body, [understand(body, awaited, language) for language in _languages(scene)])


def meaning_of_nothing_asked(body: str, language: Language) -> Understood:
    return understand(body, Nothing(), language)


def doubt(session: Session, now: datetime, scene: Scene, understood: Understood) -> Doubt | None:
    """Whether she can have meant the question that is open. Danger signs and keywords are heard in any case."""
    memory = scene.memory
    if memory.channel is not Channel.SMS or isinstance(understood, RedFlagHeard | WordHeard):
        return None
    if _is_same_again(memory, understood, now):
        newest = newest_of(session, scene.row.id)
        return Doubt.TWICE if newest and newest.state == Sending.PENDING else None
    if isinstance(understood, AnswerHeard | SkipHeard) and not _is_in_talk(memory, now):
        return _after_an_interruption(session, now, scene)
    return None


def _after_an_interruption(session: Session, now: datetime, scene: Scene) -> Doubt | None:
    """Yesterday's question was without an answer when today's was put, and that was just now."""
    newest = newest_of(session, scene.row.id)
    if newest is None or newest.kind != Kind.PROMPT or (newest.sent_at and now - newest.sent_at >= NEWLY_PUT):
        return None
    since = newest.created_at - NEWLY_PUT
    return Doubt.MEANT_ANOTHER if interrupted(session, scene.row, since) else None


def _languages(scene: Scene) -> list[Language]:
    return [scene.language, scene.before] if scene.before else [scene.language]


def _agreed(body: str, heard: list[Understood]) -> Understood:
    for kind in (RedFlagHeard, WordHeard):
        if loud := next((one for one in heard if isinstance(one, kind)), None):
            return loud
    clear = [one for one in heard if not isinstance(one, UnclearHeard)]
    unclear = [one for one in heard if isinstance(one, UnclearHeard)]
    if any(one.why is not Why.UNREADABLE for one in unclear):  # two numbers to the one, a single one to the other
        return next(one for one in unclear if one.why is not Why.UNREADABLE)
    if not clear:
        return heard[0]
    return clear[0] if all(one == clear[0] for one in clear) else UnclearHeard(Why.UNREADABLE, (), body)


def _is_same_again(memory: Conversation, understood: Understood, now: datetime) -> bool:
    if memory.last_heard_at is None or now - memory.last_heard_at > SAME_AGAIN_WITHIN:
        return False
    return isinstance(understood, REPLIES) and memory.last_reply == spelling(understood.raw)


def _is_in_talk(memory: Conversation, now: datetime) -> bool:
    """She answers one question after the other: an older one is far from her mind. Saves most turns a look."""
    return memory.last_heard_at is not None and now - memory.last_heard_at < 5 * NEWLY_PUT
