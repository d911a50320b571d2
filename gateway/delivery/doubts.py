"""It may or may not have been sent: what does the provider say, and what if it does not say?"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.core.dispositions import Trouble
from gateway.delivery.matching import matching
from gateway.delivery.receipts import receipt
from gateway.delivery.windows import WINDOWS, Windows
from gateway.phone import looking
from gateway.phone.outcome import Found, ProviderError
from gateway.phone.twilio_in import Receipt
from gateway.store import doubts, outbox
from gateway.store.beats import PROVIDER, beat
from gateway.store.database import Database
from gateway.store.queries.people import number_of
from gateway.store.sealing import CannotOpen, Erased
from gateway.store.tables import Call, Message, Phone

if TYPE_CHECKING:  # a web process takes receipts and never loads what can send
    from gateway.phone.twilio_out import Telephone

AT_ONCE = 20

log = logging.getLogger(__name__)


def settle_doubts(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    windows: Windows = WINDOWS,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Looks at the provider for each row whose time for a look has come. How many were looked for.

    Nothing here sends: what must go again becomes due again, and leaves by the same road as everything else.
    """
    with database.write() as session:
        rows = doubts.due_for_look(
            session, clock.real(), AT_ONCE, settled_after=windows.settles, lease=windows.one_looks
        )
    answers = True
    for number, row in enumerate(rows):
        if is_ending():
            return number
        if answers:
            answers = _settle(database, telephone, clock, row, windows)
        else:
            _unanswered(database, clock, row, windows)
    return len(rows)


def _settle(database: Database, telephone: "Telephone", clock: Clock, row: Message | Call, windows: Windows) -> bool:
    """False when the provider says nothing at all: the others would only wait for the same silence."""
    with database.read() as session:
        number = number_of(session, session.get_one(Phone, row.phone_id))
        body = _body(session, row)
    since = (row.doubted_at or row.created_at) - windows.slack
    try:
        look = looking.messages_to if isinstance(row, Message) else looking.calls_to
        found = look(telephone, number, since)
    except ProviderError as error:
        log.warning("%s %s is in doubt and the provider does not say: %s", row.__tablename__, row.id, error)
        _unanswered(database, clock, row, windows)
        return error.trouble is Trouble.REFUSED
    with database.write() as session:
        beat(session, PROVIDER, clock.real())
        held = doubts.held(session, type(row), [one.provider_id for one in found])
        until = doubts.next_claim(session, row)
    one = matching(found, held=held, since=since.replace(microsecond=0), until=until, body=body)
    if one is None:
        _absent(database, clock, row, windows)
    else:
        _adopt(database, clock, row, one)
    return True


def _body(session: Session, row: Message | Call) -> str | None:
    """Of someone who was erased meanwhile only the time can tell it."""
    try:
        return outbox.body_of(session, row) if isinstance(row, Message) else None
    except (Erased, CannotOpen):
        return None


def _adopt(database: Database, clock: Clock, row: Message | Call, one: Found) -> None:
    """It had arrived. Whatever became of it there is told as a receipt would have told it."""
    log.warning("%s %s had left, attempt %d: found at the provider", row.__tablename__, row.id, row.attempt)
    told = Receipt(one.provider_id, row.id, one.status, one.error, one.seconds, one.answered_by)
    try:
        with database.write() as session:
            now = clock.now(session)
            if outbox.accepted(session, row, row.attempt, one.provider_id, now):
                receipt(session, told, now)
    except IntegrityError:
        log.warning("%s belongs to another row by now: the next look tells", one.provider_id)


def _absent(database: Database, clock: Clock, row: Message | Call, windows: Windows) -> None:
    looks = 1 if row.kind in outbox.URGENT else windows.looks
    if row.looks + 1 >= looks:
        _again(database, clock, row)
        return
    with database.write() as session:
        doubts.looked(session, row, clock.real() + windows.between_looks, counts=True)


def _unanswered(database: Database, clock: Clock, row: Message | Call, windows: Windows) -> None:
    """A case told twice costs less than a case told to nobody; a prompt asked twice is answered twice."""
    with database.read() as session:
        is_over = row.valid_until <= clock.now(session)
    if row.kind in outbox.URGENT or is_over:
        _again(database, clock, row)
        return
    with database.write() as session:
        doubts.looked(session, row, clock.real() + windows.refused, counts=False)


def _again(database: Database, clock: Clock, row: Message | Call) -> None:
    """It never arrived, as far as anybody can know: due again while its time lasts."""
    with database.write() as session:
        now = clock.now(session)
        if row.valid_until <= now:
            outbox.expired(session, row, row.attempt)
        elif outbox.retry_later(session, row, row.attempt, row.not_before):
            log.warning("%s %s is not at the provider and goes again", row.__tablename__, row.id)
