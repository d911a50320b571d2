"""Nobody has answered: a reminder, a call, or the end of waiting. And whoever was interrupted comes back."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from gateway.core import conversation as core
from gateway.core import timetable
from gateway.core.events import CallDue, GaveUp
from gateway.core.memory import Conversation as Memory
from gateway.outreach.asking import ring, say
from gateway.outreach.ending import give_up
from gateway.outreach.prompts import BATCH, FLOOR_AGAIN
from gateway.store import outbox, poison
from gateway.store.queries import conversations
from gateway.store.queries.conversations import has_floor, hold_person
from gateway.store.queries.people import may_be_asked
from gateway.store.tables import Conversation, Person
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import due_at, save


def tick(session: Session, now: datetime) -> int:
    whose = dict(session.execute(_due(), {"now": now}).all())
    return poison.each(
        session,
        now,
        "conversation",
        whose,
        lambda row_id: _work(session, now, row_id, whose[row_id]),
        lambda row_id, again: _put_off(session, row_id, again),
    )


@cache
def _due() -> Select[str, str]:
    is_due = Conversation.due_at <= bindparam("now", type_=Conversation.due_at.type)
    due = select(Conversation.id, Conversation.person_id).where(is_due, Conversation.ended_at.is_(None))
    return due.order_by(Conversation.due_at).limit(BATCH)


def _put_off(session: Session, row_id: str, again: datetime) -> str | None:
    row = session.get_one(Conversation, row_id)
    row.due_at = again
    return row.case_id


def _work(session: Session, now: datetime, row_id: str, person_id: str) -> int:
    """Looked at again under the person's lock: she may have answered this very moment."""
    person = hold_person(session, person_id)
    row = session.get(Conversation, row_id, populate_existing=True) if person else None
    if person is None or row is None or row.ended_at or row.due_at is None or row.due_at > now:
        return 0
    if not may_be_asked(person, row.rank):
        conversations.end_all(session, person, now, person.standing)
        outbox.cancel(session, now, conversation_id=row.id)
    elif row.state == "suspended":
        _come_back(session, now, person, row)
    else:
        _lapse(session, now, scene(session, conversations.around_conversation(session, row)))
    session.flush()
    return 1


def _come_back(session: Session, now: datetime, person: Person, row: Conversation) -> None:
    """ "Back to your questions.", in waking hours and when nothing else is asked."""
    opens = timetable.in_window(now, person.time_zone)
    if opens > now or has_floor(session, person):
        row.due_at = max(opens, now + FLOOR_AGAIN)
        return
    row.state = "open"
    here = scene(session, conversations.around_conversation(session, row))
    say(
        session, now, here, core.carry_on(here.flow, here.memory, here.memory.channel, here.circumstances(session, now))
    )


def _lapse(session: Session, now: datetime, here: Scene) -> None:
    here = replace(here, memory=_newest_only(here.memory, here.around.person, now))
    circumstances = here.circumstances(session, now)
    after, events = core.lapse(here.flow, here.memory, circumstances)
    if any(isinstance(event, CallDue) for event in events):
        save(session, now, here, (after, events))
        ring(session, now, here)
    elif any(isinstance(event, GaveUp) for event in events):
        give_up(session, now, here, (after, events))
    else:
        say(session, now, here, (after, events))


def _newest_only(memory: Memory, person: Person, now: datetime) -> Memory:
    """After an outage the reminders that were missed are not sent in a row."""
    lapses = memory.lapses
    while len(lapses) > 1 and (at := due_at(replace(memory, lapses=lapses[1:]), person)) and at <= now:
        lapses = lapses[1:]
    return replace(memory, lapses=lapses)
