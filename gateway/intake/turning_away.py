"""A site takes no calls of its patients and rings them back instead: whom, and at whose cost?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.wording import Spoken, TurnAway
from gateway.store import outbox
from gateway.store.queries import conversations
from gateway.store.queries.calls import is_ringing
from gateway.store.queries.conversations import Around
from gateway.store.tables import Call, Kind
from gateway.talk.away import is_away
from gateway.talk.recycled import is_in_question

AWAY: tuple[Spoken, ...] = (TurnAway(),)
RINGS_AFTER = timedelta(seconds=5)  # her own phone must have put down first
MISSED_CALLS = timedelta(minutes=10)  # one ring back for all of them within so long


def is_rung_back(session: Session, about: Around, call: Call, now: datetime) -> bool:
    """Her call is refused before it costs her anything, and ours is on its way. A second one soon after is taken."""
    person = about.person
    if (about.site.ways or {}).get("call_in") != "ring back" or is_away(person) or is_in_question(person):
        return False
    if is_ringing(session, person.id, now, call.id):
        return False
    if conversations.was_rung_since(session, person.id, now - MISSED_CALLS):
        return False
    call.receipt, call.weighed_at = "busy", now
    back = outbox.put_call(
        session, now, to=person, subject=person, kind=Kind.PROMPT, conversation_id=call.conversation_id,
        not_before=now + RINGS_AFTER,
    )  # fmt: skip
    back.memory = None if call.conversation_id else {"at": "greeting"}
    return True
