"""A question is waited for no longer: what follows, and who hears of it?"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core import conversation as core
from gateway.core.events import Breached, Lapse, LapseKind
from gateway.store import outbox
from gateway.store.queries import conversations
from gateway.store.queries.cases import has_had_case
from gateway.store.queries.conversations import LEARNING, silent_prompts
from gateway.store.tables import Conversation, Enrolment
from gateway.talk.facts import said_time
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_about, tell_of_events


def give_up(session: Session, now: datetime, here: Scene, turn: core.Turn) -> None:
    save(session, now, here, turn)
    outbox.cancel(session, now, conversation_id=here.row.id)
    if _is_learning(session, here):
        here.row.outcome = LEARNING
        since = said_time(here.row.started_at, now, here.around.person.time_zone, here.row.language)
        tell_about(session, now, "coordinator_learning", here.around, here.around.version, since=since)
    else:
        tell_of_events(session, now, here, turn[1])
    if here.row.case_id:
        cases.finished(session, now, here.row)
    for breach in here.flow.breaches:
        if breach.silent_for and silent_prompts(session, here.row) >= breach.silent_for:
            event = Breached(breach.id, breach.level, ())
            cases.consider(session, now, patient=here.around.person, conversation=here.row, flow=here.flow, event=event)


def _is_learning(session: Session, here: Scene) -> bool:
    """Who has said nothing at all and never had a case: silence after a severe report counts from the first day."""
    row, weeks = here.row, here.flow.learning
    if weeks is None or row.enrolment_id is None or row.case_id or here.memory.answers or here.memory.tries:
        return False
    enrolled = session.get_one(Enrolment, row.enrolment_id).created_at
    return row.started_at - enrolled < weeks and not has_had_case(session, row.person_id)


def miss(session: Session, now: datetime, row: Conversation) -> None:
    """The next one of its kind is due: this one was missed, as if its time were over."""
    here = scene(session, conversations.around_conversation(session, row))
    here = replace(here, memory=replace(here.memory, lapses=(Lapse(LapseKind.GIVE_UP, now),)))
    give_up(session, now, here, core.lapse(here.flow, here.memory, here.circumstances(session, now)))
    session.flush()
