"""What leaves, and what became of it: claim, commit, send, a fenced write, and the move that an error asks for."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.core.dispositions import Disposition, after_receipt, disposition, pause_after
from gateway.phone.outcome import ProviderError, Taken
from gateway.phone.twilio_in import CALL_ID, Receipt
from gateway.settings import Settings
from gateway.store import outbox
from gateway.store.budgets import Budget
from gateway.store.database import Database
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


def rates_of(settings: Settings) -> outbox.Rates:
    sender = settings.twilio_messaging_service_sid or settings.twilio_from
    budget = Budget(
        settings.sms_per_number_a_day, settings.sms_a_day, settings.reserve_for_cases, settings.allowed_countries
    )
    return outbox.Rates(str(sender), settings.sms_per_second, settings.calls_per_second, budget)


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
    ends, taken = time.monotonic() + SECONDS_FOR_A_ROUND, 0
    while time.monotonic() < ends and not is_ending():
        with database.write() as session:
            due_by = clock.now(session) - overdue_by
            rows = outbox.claim(session, clock.real(), due_by, AT_ONCE, rates)
        for number, row in enumerate(rows):
            if is_ending() or not _send(database, telephone, clock, row):
                _put_back(database, rows[number:])
                return taken
            taken += 1
        if not rows:
            break
    return taken


def receipt(session: Session, told: Receipt, now: datetime) -> None:
    """The provider says what became of an SMS or a call. It only ever raises; news of the past changes nothing."""
    table = Call if CALL_ID.fullmatch(told.provider_id) else Message
    row = outbox.receipt(
        session,
        table,
        outbox_id=told.outbox_id,
        provider_id=told.provider_id,
        status=told.status,
        error=told.error,
        now=now,
    )
    if isinstance(row, Call):
        row.seconds = told.seconds if told.seconds is not None else row.seconds
        row.answered_by = told.answered_by or row.answered_by
    if row:
        _mark_phone(session, row, after_receipt(told.status, told.error), now)


def _send(database: Database, telephone: "Telephone", clock: Clock, row: Message | Call) -> bool:
    """One row to the provider and its fate into the database. False when nothing more can leave now."""
    if not row.lease_until or row.lease_until - clock.real() < SECONDS_OF_A_SEND:
        return False  # somebody else may soon think it lost: better not to begin
    try:
        taken = _post(telephone, _read(database, clock, row))
    except ProviderError as error:
        return _fail(database, clock, row, error)
    except Unwanted:
        with database.write() as session:
            outbox.withdrawn(session, row, row.attempt)
        return True
    except (Erased, CannotOpen) as error:
        log.error("%s %s cannot be read any more: %s", row.__tablename__, row.id, type(error).__name__)
        with database.write() as session:
            outbox.refused(session, row, row.attempt, None)
        return True
    with database.write() as session:
        if not outbox.accepted(session, row, row.attempt, taken.provider_id, clock.now(session)):
            log.error("%s %s may have left twice, attempt %d", row.__tablename__, row.id, row.attempt)
    return True


def _read(database: Database, clock: Clock, row: Message | Call) -> Leaving:
    """Raises Unwanted, Erased and CannotOpen."""
    with database.read() as session:
        to = session.get(Person, row.to_id) if row.to_id else None
        if to and row.kind == Kind.PROMPT and to.standing in SILENT:
            raise Unwanted
        return Leaving(
            row=row,
            number=number_of(session, session.get_one(Phone, row.phone_id)),
            body=outbox.body_of(session, row) if isinstance(row, Message) else None,
            seconds_valid=int((row.valid_until - clock.now(session)).total_seconds()),
        )


def _post(telephone: "Telephone", leaving: Leaving) -> Taken:
    if leaving.body is None:
        return telephone.call(leaving.row.id, leaving.number)
    return telephone.send(leaving.row.id, leaving.number, leaving.body, leaving.seconds_valid)


def _fail(database: Database, clock: Clock, row: Message | Call, error: ProviderError) -> bool:
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
                outbox.doubtful(session, row, row.attempt, error.code)
            case _:
                outbox.refused(session, row, row.attempt, error.code)
                _mark_phone(session, row, move, now)
    return move not in (Disposition.WAIT, Disposition.STOP_CHANNEL)


def _mark_phone(session: Session, row: Message | Call, move: Disposition | None, now: datetime) -> None:
    if move is Disposition.BAD_NUMBER:
        phone = session.get_one(Phone, row.phone_id)
        phone.bad_since = phone.bad_since or now
    if move is Disposition.OPTED_OUT:
        phone = session.get_one(Phone, row.phone_id)
        phone.opted_out_at = phone.opted_out_at or now


def _put_back(database: Database, rows: list[Message | Call]) -> None:
    """What was claimed and surely not sent waits as if it had never been claimed; what has its fate keeps it."""
    with database.write() as session:
        for row in rows:
            outbox.retry_later(session, row, row.attempt, row.not_before)
