"""What leaves now: claim, commit, send, a fenced write, and the move that an error asks for."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.core.dispositions import Disposition, channels_stopped, disposition, pause_after
from gateway.delivery.receipts import mark_phone
from gateway.phone.outcome import ProviderError, Taken
from gateway.store import marks, outbox, poison
from gateway.store.beats import PROVIDER, beat
from gateway.store.database import Database, DatabaseAway
from gateway.store.queries.people import number_of
from gateway.store.sealing import CannotOpen, Erased
from gateway.store.tables import Call, Kind, Message, Person, Phone, Standing

if TYPE_CHECKING:  # a web process takes receipts and never loads what can send
    from gateway.phone.twilio_out import Telephone

AT_ONCE = 20  # rows under one lease
SECONDS_FOR_A_ROUND = 5.0
SECONDS_OF_A_SEND = timedelta(seconds=15)  # connect 3 s, read 10 s, and some: the lease must hold until then
LONG_PAUSE = 60  # the operator has to act: no use in asking oftener
SILENT = (Standing.PAUSED, Standing.STOPPED, Standing.ENDED)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leaving:
    """One claimed row with all that its POST needs, read just before it. `body` is None for a call."""

    row: Message | Call
    number: str
    body: str | None
    seconds_valid: int


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


def drain(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rates: outbox.Rates,
    *,
    overdue_by: timedelta = timedelta(0),
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Sends what has been due for at least `overdue_by`, until nothing is or 5 s have passed. How many were taken.

    Cases go before prompts, because the claim hands them out in that order. Raises DatabaseAway.
    """
    ends, taken, sent = time.monotonic() + SECONDS_FOR_A_ROUND, 0, set[str]()
    while time.monotonic() < ends and not is_ending():
        with database.write() as session:
            due_by = clock.now(session) - overdue_by
            rows = outbox.claim(session, clock.real(), due_by, AT_ONCE, rates)
        left = _send_all(database, telephone, clock, rows, is_ending)
        taken += len(left)
        sent |= {_channel(row) for row, fate in zip(rows, left, strict=False) if fate is Left.SENT}
        if not rows or len(left) < len(rows):
            break
    if sent:
        _note_success(database, clock, sent)
    return taken


def _send_all(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rows: list[Message | Call],
    is_ending: Callable[[], bool],
) -> list[Left]:
    """Row by row, as far as it goes; the rest waits as if it had never been claimed."""
    left: list[Left] = []
    for row in rows:
        fate = Left.STOP if is_ending() else _send(database, telephone, clock, row)
        if fate is Left.STOP:
            _put_back(database, rows[len(left) :])
            break
        left.append(fate)
    return left


def _send(database: Database, telephone: "Telephone", clock: Clock, row: Message | Call) -> Left:
    """One row to the provider and its fate into the database."""
    if not row.lease_until or row.lease_until - clock.real() < SECONDS_OF_A_SEND:
        return Left.STOP  # somebody else may soon think it lost: better not to begin
    try:
        leaving = _read(database, clock, row)
    except (Unwanted, TooLate, Settled, Erased, CannotOpen) as error:
        return _give_up(database, row, error)
    except DatabaseAway:
        raise
    except Exception as error:  # its own fault, and not sent: the others must not wait behind it
        log.exception("%s %s cannot be made ready to leave", row.__tablename__, row.id)
        return _fail_again(database, clock, row, error, outbox.retry_later)
    try:
        taken = _post(telephone, leaving)
    except ProviderError as error:
        return _fail(database, clock, row, error)
    except Exception as error:  # the same, but it may have been sent
        log.exception("%s %s may have left", row.__tablename__, row.id)
        return _fail_again(database, clock, row, error, _in_doubt)
    with database.write() as session:
        if not outbox.accepted(session, row, row.attempt, taken.provider_id, clock.now(session)):
            log.error("%s %s may have left twice, attempt %d", row.__tablename__, row.id, row.attempt)
    return Left.SENT


def _read(database: Database, clock: Clock, row: Message | Call) -> Leaving:
    """Raises Unwanted, TooLate, Settled, Erased and CannotOpen."""
    with database.read() as session:
        if not outbox.is_mine(session, row, row.attempt):
            raise Settled
        to = session.get(Person, row.to_id) if row.to_id else None
        if to and row.kind == Kind.PROMPT and to.standing in SILENT:
            raise Unwanted
        seconds = int((row.valid_until - clock.now(session)).total_seconds())
        if seconds <= 0:
            raise TooLate
        return Leaving(
            row=row,
            number=number_of(session, session.get_one(Phone, row.phone_id)),
            body=outbox.body_of(session, row) if isinstance(row, Message) else None,
            seconds_valid=seconds,
        )


def _post(telephone: "Telephone", leaving: Leaving) -> Taken:
    if leaving.body is None:
        return telephone.call(leaving.row.id, leaving.number)
    return telephone.send(leaving.row.id, leaving.number, leaving.body, leaving.seconds_valid)


def _give_up(database: Database, row: Message | Call, why: Exception) -> Left:
    with database.write() as session:
        match why:
            case Unwanted():
                outbox.withdrawn(session, row, row.attempt)
            case TooLate():
                outbox.expired(session, row, row.attempt)
            case Erased() | CannotOpen():
                log.error("%s %s cannot be read any more: %s", row.__tablename__, row.id, type(why).__name__)
                outbox.refused(session, row, row.attempt, None)
    return Left.NOT


def _fail(database: Database, clock: Clock, row: Message | Call, error: ProviderError) -> Left:
    move = disposition(error.trouble, error.status, error.code)
    log.warning(
        "%s %s did not leave, attempt %d: %s, so: %s", row.__tablename__, row.id, row.attempt, error, move.value
    )
    with database.write() as session:
        now = clock.now(session)
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
    for channel in channels_stopped(error.code, _channel(row)):
        marks.stop_channel(session, channel, clock.real() + timedelta(seconds=LONG_PAUSE), why)
        log.error("the account cannot send (%s): %s", why, channel)


def _channel(row: Message | Call) -> str:
    return "sms" if isinstance(row, Message) else "calls"


def _fail_again(
    database: Database,
    clock: Clock,
    row: Message | Call,
    error: Exception,
    meanwhile: Callable[[Session, Message | Call, int, datetime], bool],
) -> Left:
    """After five times it is refused: whoever waits for it, a case above all, goes on by its next step."""
    with database.write() as session:
        now = clock.now(session)
        work = row.__tablename__.removesuffix("s")
        again = poison.failed(session, now, work, row.id, error)
        poisoned = poison.failed_row(session, work, row.id)
        poisoned.case_id = row.case_id
        if poisoned.quarantined_at:
            outbox.refused(session, row, row.attempt, None)
        else:
            meanwhile(session, row, row.attempt, again)
    return Left.NOT


def _in_doubt(session: Session, row: Message | Call, attempt: int, _: datetime) -> bool:
    return outbox.doubtful(session, row, attempt)


def _note_success(database: Database, clock: Clock, channels: set[str]) -> None:
    with database.write() as session:
        beat(session, PROVIDER, clock.real())
        for channel in channels & marks.stopped_channels(session).keys():
            marks.open_channel(session, channel)


def _put_back(database: Database, rows: list[Message | Call]) -> None:
    """What was claimed and surely not sent waits as if it had never been claimed; what has its fate keeps it."""
    with database.write() as session:
        for row in rows:
            outbox.retry_later(session, row, row.attempt, row.not_before)
