"""How does one reply move a conversation on, and who is told because of it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core import memory
from gateway.core.answers import Channel
from gateway.core.conversation import ask_back, hear, silence
from gateway.core.events import Answered, Breached, Event, Postponed, RedFlagged, SkippedAtGate
from gateway.core.understand import Understood
from gateway.intake import effects, hearers
from gateway.store.tables import Person
from gateway.talk.scene import Scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_of_events


@dataclass(frozen=True)
class Taken:
    """`deadline`: until when a case's people act, or after "later" when she is asked again. `after` is None where
    nothing was open. `told`: who hears of it, for the texts of this turn."""

    after: memory.Conversation | None
    events: tuple[Event, ...]
    deadline: datetime | None
    told: Mapping[str, str] = field(default_factory=dict)


def step(
    session: Session,
    now: datetime,
    scene: Scene,
    understood: Understood | None,
    channel: Channel,
    unsure_with: tuple[Person, ...] = (),
) -> Taken:
    """`understood` None: by voice no key came. The answers are rows before a case asks for them.

    `unsure_with`: who else may have written, for whoever is told of a danger sign.
    """
    scene = scene.judged_at(session, now)
    circumstances = scene.circumstances(session, now)
    if understood is None:
        after, events = silence(scene.flow, scene.memory, circumstances)
    else:
        after, events = hear(scene.flow, scene.memory, understood, circumstances, channel)
    save(session, now, scene, (after, events))
    effects.work(session, now, scene, events)
    return _taken(session, now, scene, after, events, unsure_with)


def asked_back(session: Session, now: datetime, scene: Scene) -> Taken:
    """What came may have been meant for another question: nothing of it counts."""
    after, events = ask_back(scene.memory, scene.circumstances(session, now))
    save(session, now, scene, (after, events))
    return Taken(after, events, None)


def _taken(
    session: Session,
    now: datetime,
    scene: Scene,
    after: memory.Conversation,
    events: tuple[Event, ...],
    unsure_with: tuple[Person, ...],
) -> Taken:
    """Cases first, so that a text can say who hears of it, and until when somebody acts."""
    deadline, told, said = None, dict[str, str](), list[Event]()
    for event in events:
        said.append(event)
        if isinstance(event, Breached | RedFlagged | SkippedAtGate):
            notice = cases.consider(
                session,
                now,
                patient=scene.around.person,
                conversation=scene.row,
                flow=scene.flow,
                event=event,
                unsure_with=unsure_with,
            )
            deadline = notice.deadline if notice else deadline
            told = hearers.named(session, now, scene, notice) if notice else told
            if notice and notice.plan_until and isinstance(event, Breached):
                said[-1] = replace(event, has_plan=True)
        elif isinstance(event, Answered) and scene.around.has_case:
            cases.answered(session, now, scene.row, event)
        elif isinstance(event, Postponed):
            deadline = scene.row.due_at
    if scene.row.state == "ended" and (scene.row.case_id or scene.around.has_case):
        cases.finished(session, now, scene.row)
    tell_of_events(session, now, scene, events)
    return Taken(after, tuple(said), deadline, told)
