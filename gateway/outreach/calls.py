"""A call is over: is she rung again, and when; does an SMS go instead; must a person phone?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core import conversation as core
from gateway.core import ringing
from gateway.core.answers import Channel
from gateway.core.events import TextDue
from gateway.core.ringing import End
from gateway.outreach.asking import say
from gateway.store import outbox, poison
from gateway.store.queries import conversations
from gateway.store.queries.calls import is_ringing, unweighed
from gateway.store.queries.conversations import hold_person
from gateway.store.tables import Call, Conversation, Kind, Person, Sending, Site
from gateway.talk.away import is_away
from gateway.talk.recycled import is_in_question
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import save
from gateway.talk.telling import tell_of_events

BATCH = 50
MACHINES = ("machine", "fax")
MISSED_CALLS = timedelta(minutes=10)  # one ring back for all of them within so long


def tick(session: Session, now: datetime) -> int:
    whose = dict(unweighed(session, BATCH))
    return poison.each(
        session,
        now,
        "ended call",
        whose,
        lambda row: _work(session, now, row, whose[row]),
        lambda row, _: _let_be(session, now, row),
    )


def _let_be(session: Session, now: datetime, row: str) -> None:
    """Its conversation goes on by its own times."""
    session.get_one(Call, row).weighed_at = now


def _work(session: Session, now: datetime, row: str, person_id: str) -> int:
    person = hold_person(session, person_id)
    call = session.get(Call, row, populate_existing=True) if person else None
    if person is None or call is None or call.weighed_at:
        return 0
    call.weighed_at = now
    open_row = session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if open_row is None and call.direction == "in":
        _missed(session, now, person, call)
    elif open_row is not None and open_row.state == "open" and not is_ringing(session, person.id, now, call.id):
        _weigh(session, now, scene(session, conversations.around_conversation(session, open_row)), call)
    session.flush()
    return 1


def _weigh(session: Session, now: datetime, here: Scene, call: Call) -> None:
    end = ringing.how_it_ended(
        here.memory,
        call.receipt if call.state == Sending.ACCEPTED else _why_it_never_left(call),
        machine=(call.answered_by or "").startswith(MACHINES),
        left=call.state == Sending.ACCEPTED,
    )
    if end is End.NO_KEY and call.direction == "in":  # a missed call: it is free of charge for her to be rung back
        _ring_back(session, now, here.around.person, call)
        return
    after, events = ringing.after_call(here.flow, here.memory, end, now, retries(here.around.site))
    save(session, now, here, (after, events))
    tell_of_events(session, now, here, events)
    if any(isinstance(event, TextDue) for event in events):
        _text(session, now, here, after)


def retries(site: Site) -> tuple[timedelta, ...]:
    """The site's own waits in minutes, else the house's."""
    minutes = (site.ways or {}).get("call_retries")
    return tuple(timedelta(minutes=each) for each in minutes) if minutes else ringing.RETRIES


def _why_it_never_left(call: Call) -> str | None:
    return None if call.state == Sending.EXPIRED else "refused"


def _text(session: Session, now: datetime, here: Scene, memory: core.Conversation) -> None:
    """The calls go on beside it, and go by their own times."""
    circumstances = here.circumstances(session, now)
    after, said = core.carry_on(here.flow, memory, Channel.SMS, circumstances)
    say(session, now, here, (after, said))


def _missed(session: Session, now: datetime, person: Person, call: Call) -> None:
    """Put down before a key was pressed: rung back at once. Behind a key she has chosen."""
    if (call.memory or {}).get("at") == "greeting":
        _ring_back(session, now, person, call)


def _ring_back(session: Session, now: datetime, person: Person, call: Call) -> None:
    if is_away(person) or is_in_question(person) or is_ringing(session, person.id, now, call.id):
        return
    if conversations.was_rung_since(session, person.id, now - MISSED_CALLS):
        return
    memory = None if call.conversation_id else {"at": "greeting"}
    back = outbox.put_call(
        session, now, to=person, subject=person, kind=Kind.PROMPT, conversation_id=call.conversation_id
    )
    back.memory = memory
