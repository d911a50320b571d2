"""What became of a send, and the move that an error asks for: written fenced, once it is known."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.core.dispositions import Disposition, channels_stopped, disposition, pause_after
from gateway.delivery.receipts import mark_phone
from gateway.phone.outcome import ProviderError, Taken
from gateway.store import marks, outbox, poison
from gateway.store.sealing import CannotOpen, Erased
from gateway.store.tables import Call, Message

LONG_PAUSE = 60  # the operator has to act: no use in asking oftener

log = logging.getLogger(__name__)


class Unwanted(Exception):
    """Between the claim and the send the person paused, stopped, moved away or died."""


class TooLate(Exception):
    """Its time ran out between the claim and the send."""


class Settled(Exception):
    """A receipt, or somebody else, was quicker: the row is no longer ours to send."""


class Left(Enum):
    """What came of one row, for the rest of its round."""

    SENT = "the provider has it"
    NOT = "it did not leave; the next one may"
    STOP = "nothing more can leave now"


@dataclass(frozen=True)
class Fate:
    """What a send came to: the provider's answer, or why there is none. `posted`: it may have been sent."""

    row: Message | Call
    came: Taken | BaseException
    posted: bool


def written(session: Session, clock: Clock, now: datetime, fate: Fate) -> Left:
    row = fate.row
    match fate.came:
        case Taken(provider_id):
            if not outbox.accepted(session, row, row.attempt, provider_id, now):
                log.error("%s %s may have left twice, attempt %d", row.__tablename__, row.id, row.attempt)
            return Left.SENT
        case ProviderError() as error:
            return _fail(session, clock, now, row, error)
        case Unwanted() | TooLate() | Settled() | Erased() | CannotOpen() as error:
            return _give_up(session, row, error)
        case error:
            return _fail_again(session, now, fate, error)


def _give_up(session: Session, row: Message | Call, why: BaseException) -> Left:
    match why:
        case Unwanted():
            outbox.withdrawn(session, row, row.attempt)
        case TooLate():
            outbox.expired(session, row, row.attempt)
        case Erased() | CannotOpen():
            log.error("%s %s cannot be read any more: %s", row.__tablename__, row.id, type(why).__name__)
            outbox.refused(session, row, row.attempt, None)
    return Left.NOT


def _fail(session: Session, clock: Clock, now: datetime, row: Message | Call, error: ProviderError) -> Left:
    move = disposition(error.trouble, error.status, error.code)
    log.warning(
        "%s %s did not leave, attempt %d: %s, so: %s", row.__tablename__, row.id, row.attempt, error, move.value
    )
    match move:
        case Disposition.RETRY | Disposition.WAIT | Disposition.STOP_CHANNEL:
            pause = LONG_PAUSE if move is Disposition.STOP_CHANNEL else pause_after(row.attempt)
            again = now + timedelta(seconds=error.wait or pause)
            outbox.retry_later(session, row, row.attempt, again, error.code)
        case Disposition.DOUBT:
            outbox.doubtful(session, row, row.attempt, error.code, clock.real())
        case _:
            outbox.refused(session, row, row.attempt, error.code)
            mark_phone(session, row, move, now)
    if move is Disposition.STOP_CHANNEL:
        _stop_channels(session, clock, row, error)
    return Left.STOP if move in (Disposition.WAIT, Disposition.STOP_CHANNEL) else Left.NOT


def _stop_channels(session: Session, clock: Clock, row: Message | Call, error: ProviderError) -> None:
    """Prompts wait now; what cannot wait goes on trying, and its first success opens the channel again."""
    why = f"code {error.code}" if error.code else f"status {error.status}"
    for stopped in channels_stopped(error.code, channel(row)):
        marks.stop_channel(session, stopped, clock.real() + timedelta(seconds=LONG_PAUSE), why)
        log.error("the account cannot send (%s): %s", why, stopped)


def channel(row: Message | Call) -> str:
    return "sms" if isinstance(row, Message) else "calls"


def _fail_again(session: Session, now: datetime, fate: Fate, error: BaseException) -> Left:
    """Our own fault. After five times it is refused: whoever waits for it, a case above all, takes its next step."""
    row, work = fate.row, fate.row.__tablename__.removesuffix("s")
    what = "may have left" if fate.posted else "cannot be made ready to leave"
    log.error("%s %s %s", row.__tablename__, row.id, what, exc_info=error)
    again = poison.failed(session, now, work, row.id, error)
    poisoned = poison.failed_row(session, work, row.id)
    poisoned.case_id = row.case_id
    if poisoned.quarantined_at:
        outbox.refused(session, row, row.attempt, None)
    elif fate.posted:
        outbox.doubtful(session, row, row.attempt)
    else:
        outbox.retry_later(session, row, row.attempt, again)
    return Left.NOT
