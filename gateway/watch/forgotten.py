"""Which conversations would nothing ever move again?"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from gateway.core.memory import Outcome
from gateway.store.queries import conversations
from gateway.store.queries.conversations import hold_person
from gateway.store.tables import Conversation
from gateway.talk.facts import said_time
from gateway.talk.telling import tell_about

BATCH = 50
FORGOTTEN_AFTER = timedelta(days=3)  # no flow waits this long without a reminder

log = logging.getLogger(__name__)


def wake_forgotten(session: Session, now: datetime) -> int:
    """One that was interrupted comes back when its phone is free; one that waits for nothing is given up, aloud."""
    other = aliased(Conversation)
    has_open = exists().where(other.person_id == Conversation.person_id, other.state == "open")
    still = select(Conversation).where(Conversation.due_at.is_(None), Conversation.ended_at.is_(None))
    interrupted = session.scalars(still.where(Conversation.state == "suspended", ~has_open).limit(BATCH)).all()
    for row in interrupted:
        log.warning("conversation %s was interrupted and nothing would have brought it back", row.id)
        row.due_at = now
    old = still.where(Conversation.state == "open", Conversation.started_at < now - FORGOTTEN_AFTER)
    waiting = session.scalars(old.limit(BATCH)).all()
    return len(interrupted) + sum(_give_up(session, now, row) for row in waiting)


def _give_up(session: Session, now: datetime, row: Conversation) -> int:
    person = hold_person(session, row.person_id)
    if person is None:
        return 0
    log.warning("conversation %s waits for nothing and is given up", row.id)
    row.state, row.outcome, row.ended_at = "ended", Outcome.GAVE_UP, now
    around = conversations.around_conversation(session, row)
    since = said_time(row.started_at, now, person.time_zone, row.language)
    tell_about(session, now, "coordinator_gave_up", around, around.version, since=since)
    return 1
