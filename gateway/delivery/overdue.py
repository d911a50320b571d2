"""What the provider took long ago and never told the end of: what became of it there?"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.delivery.receipts import receipt
from gateway.delivery.windows import WINDOWS, Windows
from gateway.phone import looking
from gateway.phone.outcome import Found, ProviderError
from gateway.phone.twilio_in import CALL_IS_OVER, Receipt
from gateway.store.beats import PROVIDER, beat
from gateway.store.database import Database
from gateway.store.queries.messages import Unended, without_end
from gateway.store.tables import Call, Message

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

AT_ONCE = 20
FORGOTTEN = "failed"  # what the provider no longer knows is over

log = logging.getLogger(__name__)


def ask_after(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    windows: Windows = WINDOWS,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Asks the provider for each message and call without an end. How many were asked after."""
    ages = Unended(windows.receipt_urgent, windows.receipt, windows.rings, windows.talks, windows.receipt_looks)
    with database.write() as session:
        rows = without_end(session, clock.now(session), clock.real(), ages, AT_ONCE)
        _come_back_later(rows, clock, windows)
    for number, row in enumerate(rows):
        if is_ending() or not _ask(database, telephone, clock, row, windows):
            return number
    return len(rows)


def _come_back_later(rows: Iterable[Message | Call], clock: Clock, windows: Windows) -> None:
    """Before it is asked: no second clock asks the same, and none is asked after again at once."""
    for row in rows:
        row.looks += 1
        row.look_at = clock.real() + windows.receipt_again * 2 ** (row.looks - 1)


def _ask(database: Database, telephone: "Telephone", clock: Clock, row: Message | Call, windows: Windows) -> bool:
    """False when the provider does not answer: the others would only wait for the same."""
    assert row.provider_id is not None
    try:
        if isinstance(row, Message):
            found = looking.message(telephone, row.provider_id)
        else:
            found = _call(database, telephone, clock, row, windows)
    except ProviderError as error:
        log.warning("%s %s could not be asked after: %s", row.__tablename__, row.id, error)
        return False
    with database.write() as session:
        beat(session, PROVIDER, clock.real())
        _tell(session, clock, row, found)
    return True


def _call(database: Database, telephone: "Telephone", clock: Clock, row: Call, windows: Windows) -> Found | None:
    """One that has lasted longer than any of ours could is ended: it holds a patient's phone, and costs."""
    assert row.provider_id is not None
    found = looking.call(telephone, row.provider_id)
    with database.read() as session:
        lasted = clock.now(session) - (row.receipt_at or row.sent_at or row.created_at)
    if found and found.status not in CALL_IS_OVER and lasted >= _longest(found.status, windows):
        log.warning("calls %s is still %s after %d minutes and is ended", row.id, found.status, lasted.seconds // 60)
        looking.hang_up(telephone, row.provider_id)
        return looking.call(telephone, row.provider_id)
    return found


def _longest(status: str, windows: Windows) -> timedelta:
    return windows.talks if status == "in-progress" else windows.rings


def _tell(session: Session, clock: Clock, row: Message | Call, found: Found | None) -> None:
    assert row.provider_id is not None
    outbox_id = None if isinstance(row, Call) and row.direction == "in" else row.id
    told = Receipt(row.provider_id, outbox_id, FORGOTTEN)
    if found:
        told = Receipt(row.provider_id, outbox_id, found.status, found.error, found.seconds, found.answered_by)
    receipt(session, told, clock.now(session))
