"""The provider says what became of an SMS or a call: what follows from it?"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.dispositions import Disposition, after_receipt, pause_after_failure
from gateway.phone.twilio_in import CALL_ID, Receipt
from gateway.store import outbox
from gateway.store.sealing import CannotOpen, Erased
from gateway.store.tables import Call, Case, Conversation, Message, Phone

log = logging.getLogger(__name__)


def receipt(session: Session, told: Receipt, now: datetime) -> None:
    """It only ever raises; news of the past changes nothing."""
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
        _follow(session, row, after_receipt(told.status, told.error), now)


def mark_phone(session: Session, row: Message | Call, move: Disposition | None, now: datetime) -> None:
    if move is Disposition.BAD_NUMBER:
        phone = session.get_one(Phone, row.phone_id)
        phone.bad_since = phone.bad_since or now
    if move is Disposition.OPTED_OUT:
        phone = session.get_one(Phone, row.phone_id)
        phone.opted_out_at = phone.opted_out_at or now


def _follow(session: Session, row: Message | Call, move: Disposition | None, now: datetime) -> None:
    mark_phone(session, row, move, now)
    if isinstance(row, Message) and move is Disposition.RETRY and _is_still_wanted(session, row):
        pause = timedelta(seconds=pause_after_failure(int(row.id[-4:], 16)))
        try:
            again = outbox.send_again(session, now, row, now + pause)
        except (Erased, CannotOpen):
            return
        if again:
            log.warning("messages %s did not arrive (%s) and goes once more as %s", row.id, row.error, again.id)


def _is_still_wanted(session: Session, row: Message) -> bool:
    """A question that is over and a case that is closed are not brought up again."""
    conversation = session.get(Conversation, row.conversation_id) if row.conversation_id else None
    case = session.get(Case, row.case_id) if row.case_id else None
    return not (conversation and conversation.ended_at) and not (case and case.closed_at)
