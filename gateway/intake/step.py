"""How does one reply move a conversation on, and who is told because of it?"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core import memory
from gateway.core.answers import Channel
from gateway.core.answers import Channel
from gateway.core.conversation import carry_on, hear, silence
from gateway.core.events import Answered, Breached, Event, RedFlagged, SkippedAtGate
from gateway.core.memory import State
from gateway.core.understand import AnswerHeard, SkipHeard, UnclearHeard, Understood
from gateway.talk.scene import Scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_of_events


@dataclass(frozen=True)
class Taken:
    """`deadline`: until when a case's people act, where one was opened. `after` is None where nothing was open."""

    after: memory.Conversation | None
    events: tuple[Event, ...]
    deadline: datetime | None


def step(session: Session, now: datetime, scene: Scene, understood: Understood | None, channel: Channel) -> Taken:
    """`understood` None: by voice no key came. The answers are rows before a case asks for them."""
    circumstances = scene.circumstances(session, now)
    if understood is None:
        after, events = silence(scene.flow, scene.memory, circumstances)
    else:
        after, events = hear(scene.flow, scene.memory, understood, circumstances, channel)
    save(session, now, scene, (after, events))
    return Taken(after, events, consequences(session, now, scene, events))


def typed(session: Session, now: datetime, scene: Scene, understood: Understood) -> Taken:
    """A text where the question was put on a call. Only a question that she heard whole can be answered so."""
    memory = scene.memory
    is_answer = isinstance(understood, AnswerHeard | SkipHeard | UnclearHeard)
    if memory.channel is not Channel.VOICE or not is_answer:
        return step(session, now, scene, understood)
    if memory.state in (State.ASKING, State.READING_BACK) and memory.part is None:
        heard = replace(memory, channel=Channel.SMS, state=State.ASKING)
        return step(session, now, replace(scene, memory=heard), understood)
    after, events = carry_on(scene.flow, memory, Channel.SMS, scene.circumstances(session, now))
    save(session, now, scene, (after, events))
    return Taken(after, events, None)


def consequences(session: Session, now: datetime, scene: Scene, events: tuple[Event, ...]) -> datetime | None:
    """Cases first, so that a text can say until when somebody acts."""
    deadline = None
    for event in events:
        if isinstance(event, Breached | RedFlagged | SkippedAtGate):
            notice = cases.consider(
                session,
                now,
                patient=scene.around.person,
                conversation=scene.row,
                flow=scene.flow,
                event=event,
            )
            deadline = notice.deadline if notice else deadline
        elif isinstance(event, Answered) and scene.around.has_case:
            cases.answered(session, now, scene.row, event)
    if scene.row.state == "ended" and (scene.row.case_id or scene.around.has_case):
        cases.finished(session, now, scene.row)
    tell_of_events(session, now, scene, events)
    return deadline
