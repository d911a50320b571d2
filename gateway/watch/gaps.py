"""What did our patients write that never came through the door: while it was shut, or lost on the way?"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.phone import looking
from gateway.phone.outcome import ProviderError
from gateway.phone.twilio_in import SmsHeard
from gateway.store import inbound, poison
from gateway.store.beats import PROVIDER, beat
from gateway.store.database import Database, DatabaseAway
from gateway.store.marks import mark, marked
from gateway.store.tables import Poison
from gateway.watch.unread import leave_to_person

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

WATERMARK = "inbound read until"  # the provider's time, as all of these
BEGAN = "inbound read since"
WORK = "sms"
PAUSES = (timedelta(seconds=30),)  # what a patient wrote waits for a person no longer than minutes

log = logging.getLogger(__name__)

Take = Callable[[Session, SmsHeard, datetime], object]


@dataclass(frozen=True)
class Gaps:
    """`grace`: the provider tries for 15 s to bring a message, then asks the fallback. `overlap`: its list may lag."""

    grace: timedelta = timedelta(seconds=30)
    overlap: timedelta = timedelta(minutes=10)


GAPS = Gaps()


def fill_gaps(database: Database, telephone: "Telephone", clock: Clock, take: Take, gaps: Gaps = GAPS) -> int:
    """How many were taken in, oldest first, by the road on which all others come. Raises DatabaseAway.

    Nothing from before the first time that this ran: an account may have had another life.
    """
    with database.write() as session:
        now = clock.now(session)
        since = _since(session, now, gaps)
    try:
        listed = looking.came_in(telephone, since)
    except ProviderError as error:
        log.warning("what came in cannot be asked for: %s", error)
        return 0
    ripe = [heard for heard in listed if heard.provider_time is None or heard.provider_time <= now - gaps.grace]
    with database.read() as session:
        seen = inbound.known(session, [heard.key for heard in ripe])
    missed = [heard for heard in ripe if heard.key not in seen]
    left = [heard for heard in missed if not _take_in(database, clock, heard, take)]
    with database.write() as session:
        beat(session, PROVIDER, clock.real())
        waiting = [heard.provider_time for heard in left if heard.provider_time]
        mark(session, WATERMARK, min([now, *waiting]))
    return len(missed) - len(left)


def _since(session: Session, now: datetime, gaps: Gaps) -> datetime:
    read, began = marked(session, WATERMARK), marked(session, BEGAN)
    if read is None or began is None:
        mark(session, BEGAN, now)
        return now
    return max(read - gaps.overlap, began)


def _take_in(database: Database, clock: Clock, heard: SmsHeard, take: Take) -> bool:
    """Whether it is in, or with a person. One that fails holds up no other, and the watermark waits for it."""
    try:
        return database.again(lambda session: _taken(session, clock.now(session), heard, take))
    except DatabaseAway:
        raise
    except Exception as error:
        log.exception("%s cannot be taken in", heard.message_id)
        return _failed(database, clock, heard, error)


def _taken(session: Session, now: datetime, heard: SmsHeard, take: Take) -> bool:
    """Not noted here: `take` does so, behind the person's lock, in the same order as the door."""
    if poison.is_resting(session, now, WORK, heard.key):
        return False
    if not inbound.known(session, [heard.key]):
        log.warning("%s never came through the door and is taken in now", heard.message_id)
        take(session, heard, now)
    poison.recovered(session, WORK, heard.key)
    return True


def _failed(database: Database, clock: Clock, heard: SmsHeard, error: Exception) -> bool:
    with database.write() as session:
        now = clock.now(session)
        poison.failed(session, now, WORK, heard.key, error, PAUSES)
        poisoned: Poison = poison.failed_row(session, WORK, heard.key)
        if poisoned.quarantined_at is None:
            return False
        leave_to_person(session, now, heard)
        poisoned.told_at = now
    return True
