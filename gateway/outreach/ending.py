"""A question is waited for no longer: what follows, and who hears of it?"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core import conversation as core
from gateway.core.events import Breached, Lapse, LapseKind
from gateway.store import outbox
from gateway.store.queries import conversations
from gateway.store.queries.conversations import silent_prompts
from gateway.store.tables import Conversation
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_of_events


def give_up(session: Session, now: datetime, here: Scene, turn: core.Turn) -> None:
    save(session, now, here, turn)
    outbox.cancel(session, now, conversation_id=here.row.id)
    tell_of_events(session, now, here, turn[1])
    if here.row.case_id:
        cases.finished(session, now, here.row)
    for breach in here.flow.breaches:
        if breach.silent_for and silent_prompts(session, here.row) >= breach.silent_for:
            event = Breached(breach.id, breach.level, ())
            cases.consider(session, now, patient=here.around.person, conversation=here.row, flow=here.flow, event=event)


def miss(session: Session, now: datetime, row: Conversation) -> None:
    """The next one of its kind is due: this one was missed, as if its time were over."""
    here = scene(session, conversations.around_conversation(session, row))
    here = replace(here, memory=replace(here.memory, lapses=(Lapse(LapseKind.GIVE_UP, now),)))
    give_up(session, now, here, core.lapse(here.flow, here.memory, here.circumstances(session, now)))
    session.flush()
