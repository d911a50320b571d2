"""How does one turn of a conversation become rows?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.core import memory, timetable
from gateway.core.answers import Answer, Channel
from gateway.core.events import Answered, Breached, Event, Lapse, LapseKind, RedFlagged, Scored
from gateway.core.flow import Level
from gateway.store import tables
from gateway.store.ids import new_id
from gateway.store.queries.conversations import wake_suspended
from gateway.store.sealing import seal
from gateway.store.tables import Person, Score, Turn
from gateway.talk.scene import Scene

Line = tuple[Literal["said", "heard", "pressed"], str]

DANGER = "danger"  # how a conversation ends in which a danger sign was said: from then on there is a case


def save(session: Session, now: datetime, scene: Scene, turn: memory.Turn) -> None:
    after, events = turn
    remember(scene.row, after, scene.around.person, now)
    if after.open != scene.memory.open or after.channel is Channel.VOICE:  # what is put from here on is in her language
        scene.row.language = scene.language.code
    if is_danger(events):
        scene.row.state, scene.row.outcome, scene.row.ended_at = "ended", DANGER, now
    if scene.row.state == "ended" and scene.around.has_suspended:
        wake_suspended(session, scene.around.person, now)
    for event in events:
        if isinstance(event, Answered):
            _answer(session, now, scene, event)
        elif isinstance(event, Scored):
            session.add(_score(scene, event, now))


def is_danger(events: Iterable[Event]) -> bool:
    return any(
        isinstance(event, RedFlagged) or (isinstance(event, Breached) and event.level is Level.NOW) for event in events
    )


def note_lines(
    session: Session, now: datetime, scene: Scene, after: memory.Conversation, lines: Iterable[Line]
) -> None:
    """What was heard, pressed and said, in order. What was heard answers the question that was open before."""
    for number, (direction, words) in enumerate(lines, start=scene.around.turns + 1):
        step = after.open if direction == "said" else scene.memory.open
        session.add(_line(session, now, scene, number, direction, words, step))


def remember(row: tables.Conversation, after: memory.Conversation, person: Person, now: datetime) -> None:
    row.memory = after.to_json()
    row.state = _state(after)
    row.due_at = due_at(after, person)
    if after.ended and row.ended_at is None:
        row.ended_at, row.outcome = now, after.outcome


def due_at(after: memory.Conversation, person: Person) -> datetime | None:
    """A reminder and a call wait for the morning, unless giving up comes first: that disturbs nobody."""
    if after.ended:
        return None
    return min((_due(lapse, person) for lapse in after.lapses), default=None)


def _due(lapse: Lapse, person: Person) -> datetime:
    return lapse.at if lapse.kind is LapseKind.GIVE_UP else timetable.in_window(lapse.at, person.time_zone)


def _state(after: memory.Conversation) -> str:
    if after.ended:
        return "ended"
    return "suspended" if after.state is memory.State.SUSPENDED else "open"


def _line(
    session: Session, now: datetime, scene: Scene, number: int, direction: str, words: str, step: str | None
) -> Turn:
    row = Turn(
        id=new_id(now),
        conversation_id=scene.row.id,
        number=number,
        at=now,
        direction=direction,
        channel=scene.memory.channel,
        step=step,
    )
    row.words = seal(session, words, table="turns", column="words", row=row.id, person=scene.around.person)
    return row


def _answer(session: Session, now: datetime, scene: Scene, event: Answered) -> None:
    if event.corrects:
        session.flush()  # the answer that it replaces may be from this very turn
        session.execute(
            update(tables.Answer)
            .where(
                tables.Answer.conversation_id == scene.row.id,
                tables.Answer.question == event.answer.question,
                tables.Answer.superseded_at.is_(None),
            )
            .values(superseded_at=now)
        )
    session.add(_answer_row(session, now, scene, event.answer))


def _answer_row(session: Session, now: datetime, scene: Scene, answer: Answer) -> tables.Answer:
    row = tables.Answer(
        id=new_id(now),
        conversation_id=scene.row.id,
        person_id=scene.row.person_id,
        flow=scene.row.flow,
        question=answer.question,
        number=None if isinstance(answer.value, str) else int(answer.value),
        word=answer.value if isinstance(answer.value, str) else _word(scene, answer),
        confirmed=answer.confirmed,
        respondent=answer.respondent,
        channel=answer.channel,
        answered_at=now,
    )
    row.raw = seal(session, answer.raw, table="answers", column="raw", row=row.id, person=scene.around.person)
    return row


def _word(scene: Scene, answer: Answer) -> str | None:
    """Which of the five words it was, beside the number that the word stands for."""
    step = scene.flow.questions().get(answer.question)
    if step is None or not step.numbers or isinstance(answer.value, str):
        return None
    return f"{step.numbers.index(int(answer.value)) + 1} of {len(step.numbers)}"


def _score(scene: Scene, event: Scored, now: datetime) -> Score:
    return Score(
        id=new_id(now),
        conversation_id=scene.row.id,
        person_id=scene.row.person_id,
        version_id=scene.row.version_id,
        name=event.name,
        value=event.value,
        scored_at=now,
    )
