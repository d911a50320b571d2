"""When do the words that went through the provider leave it, too?"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.clock import Clock
from gateway.core.dispositions import Trouble
from gateway.phone.outcome import ProviderError
from gateway.store.database import Database
from gateway.store.tables import Inbound, Message

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

AT_ONCE = 5  # a tick of the clock is for promises first
SETTLED = timedelta(minutes=30)  # a doubt is settled by then: its look-up compares bodies
NEVER_TOLD = timedelta(hours=24)  # some carriers give no last word; the provider drops its queue after 10 hours
ASK_AGAIN = timedelta(hours=6)
GIVE_UP = timedelta(days=14)  # the provider answers no each time: an operator finds the row by its empty redacted_at
TERMINAL = ("delivered", "undelivered", "failed", "canceled", "read")
NOT_THERE = 404

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AtProvider:
    table: type[Message] | type[Inbound]
    row: str
    provider_id: str


def tidy(database: Database, telephone: "Telephone", clock: Clock) -> int:
    """Takes a few bodies off the provider, oldest first. How many are gone. Raises ProviderError when it is away."""
    with database.read() as session:
        now = clock.now(session)
        waiting = [*_sent(session, now), *_heard(session, now)][:AT_ONCE]
    return sum(_take_away(database, telephone, each, now) for each in waiting)


def _sent(session: Session, now: datetime) -> Iterator[AtProvider]:
    over = and_(Message.receipt.in_(TERMINAL), Message.receipt_at <= now - SETTLED)
    still_there = and_(
        Message.provider_id.is_not(None),
        or_(over, Message.sent_at <= now - NEVER_TOLD),
        _may_be_asked(Message, Message.created_at, now),
    )
    for row, provider_id in session.execute(
        select(Message.id, Message.provider_id).where(still_there).order_by(Message.created_at).limit(AT_ONCE)
    ):
        yield AtProvider(Message, row, str(provider_id))


def _heard(session: Session, now: datetime) -> Iterator[AtProvider]:
    still_there = and_(
        Inbound.kind == "sms",
        Inbound.received_at <= now - SETTLED,
        _may_be_asked(Inbound, Inbound.received_at, now),
    )
    for key in session.scalars(select(Inbound.key).where(still_there).order_by(Inbound.received_at).limit(AT_ONCE)):
        yield AtProvider(Inbound, key, key.rpartition(":")[2])


def _may_be_asked(
    table: type[Message] | type[Inbound], since: InstrumentedAttribute[datetime], now: datetime
) -> ColumnElement[bool]:
    return and_(
        table.redacted_at.is_(None),
        since > now - GIVE_UP,
        or_(table.redact_after.is_(None), table.redact_after <= now),
    )


def _take_away(database: Database, telephone: "Telephone", each: AtProvider, now: datetime) -> bool:
    try:
        telephone.redact(each.provider_id)
    except ProviderError as error:
        if not _is_about_this_one(error):
            raise  # the clock rests this part and tries again
        is_gone = error.status == NOT_THERE
    else:
        is_gone = True
    if not is_gone:
        log.warning("%s %s stays at the provider for now", each.table.__tablename__, each.row)
    values = {"redacted_at": now} if is_gone else {"redact_after": now + ASK_AGAIN}
    name = Message.id if each.table is Message else Inbound.key
    with database.write() as session:
        session.execute(update(each.table).where(name == each.row).values(**values))
    return is_gone


def _is_about_this_one(error: ProviderError) -> bool:
    """Not about our account, our rate or the provider's day."""
    return error.trouble is Trouble.REFUSED and error.status in (400, NOT_THERE, 409)
