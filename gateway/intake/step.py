"""How does one reply move a conversation on, and who is told because of it?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core import memory
from gateway.core.answers import Channel
from gateway.core.conversation import hear, silence
from gateway.core.events import Answered, Breached, Event, Postponed, RedFlagged, SkippedAtGate
from gateway.core.understand import Understood
from gateway.talk.scene import Scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_of_events


@dataclass(frozen=True)
class Taken:
    """`deadline`: until when a case's people act, or after "later" when she is asked again. `after` is None where
    nothing was open."""

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
        elif isinstance(event, Postponed):
            deadline = scene.row.due_at
    if scene.row.state == "ended" and (scene.row.case_id or scene.around.has_case):
        cases.finished(session, now, scene.row)
    tell_of_events(session, now, scene, events)
    return deadline
