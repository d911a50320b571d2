"""What became of a row of the outbox: each write is fenced by the attempt, each receipt only ever raises."""

from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import String, bindparam, or_, select, update
from sqlalchemy.orm import Session

from gateway.store.doubts import doubted
from gateway.store.tables import Call, Message, Sending
from gateway.store.types import UtcTime

# Receipts come in any order and more than once. `delivered` beats `undelivered`: a phone has it.
RANK = {
    status: rank
    for rank, statuses in enumerate(
        (
            ("accepted", "scheduled", "queued"),
            ("sending", "initiated"),
            ("sent", "ringing"),
            ("in-progress",),
            ("undelivered", "failed", "canceled", "busy", "no-answer"),
            ("delivered", "completed"),
            ("read",),
        )
    )
    for status in statuses
}


OURS = (Sending.CLAIMED, Sending.DOUBT)
HAS_IT = ("delivered", "read")


def accepted(session: Session, row: Message | Call, attempt: int, provider_id: str, now: datetime) -> bool:
    """The provider gave an id. False when a later attempt has the row: two may be on their way.

    It may come so late that the row was given back to be sent again: as long as nobody has claimed it, it is in time.
    """
    table, given = type(row), {"the_row": row.id, "the_attempt": attempt, "their_id": provider_id, "at": now}
    taken = session.scalars(_accept(table), given, execution_options={"populate_existing": True}).first() is not None
    # Its receipt may have been here first.
    return taken or session.scalar(select(table.provider_id).where(table.id == row.id)) == provider_id


@cache
def _accept(table: type[Message] | type[Call]) -> Any:
    """Kept: putting it together takes longer than carrying it out."""
    mine = (table.id == bindparam("the_row"), table.attempt == bindparam("the_attempt"))
    order = update(table).where(*mine, table.state.in_((*OURS, Sending.PENDING))).returning(table)
    theirs, at = bindparam("their_id", type_=String()), bindparam("at", type_=UtcTime())
    fate = {"state": Sending.ACCEPTED, "provider_id": theirs, "sent_at": at, "looks": 0, "look_at": None}
    return order.values({"lease_until": None, **fate})


def refused(session: Session, row: Message | Call, attempt: int, error: int | None) -> bool:
    """The provider said no, for good."""
    return _settle(session, row, attempt, state=Sending.REFUSED, error=error)


def withdrawn(session: Session, row: Message | Call, attempt: int) -> bool:
    """It was claimed and is not wanted any more: seen just before it would have left."""
    return _settle(session, row, attempt, state=Sending.CANCELLED)


def doubtful(
    session: Session, row: Message | Call, attempt: int, error: int | None = None, real_now: datetime | None = None
) -> bool:
    """It may or may not have arrived: nothing is sent again before a look at the provider."""
    return _settle(session, row, attempt, error=error, **doubted(type(row), real_now))


def expired(session: Session, row: Message | Call, attempt: int) -> bool:
    """Its time has passed before it was known to have left: whoever waits for it goes on without."""
    return _settle(session, row, attempt, state=Sending.EXPIRED)


def retry_later(
    session: Session, row: Message | Call, attempt: int, not_before: datetime, error: int | None = None
) -> bool:
    """It surely did not arrive: it may go again from `not_before` (story time)."""
    return _settle(session, row, attempt, state=Sending.PENDING, not_before=not_before, error=error)


def receipt(
    session: Session,
    table: type[Message] | type[Call],
    *,
    outbox_id: str | None,
    provider_id: str,
    status: str,
    error: int | None,
    now: datetime,
) -> Message | Call | None:
    """The row, when this receipt raised it. None for an unknown row or status, a repetition, or news of the past.

    A receipt that carries our own id for a row without a provider's id settles its doubt.
    """
    row = _receipted(session, table, outbox_id, provider_id)
    if row is None or status not in RANK or _is_of_a_copy(row, provider_id, status):
        return None
    if row.provider_id is None:
        row.provider_id, row.state, row.lease_until = provider_id, Sending.ACCEPTED, None
        row.sent_at, row.looks, row.look_at = row.sent_at or now, 0, None
    if row.receipt is not None and RANK[status] <= RANK[row.receipt]:
        return None
    row.receipt, row.receipt_at, row.error = status, now, error
    return row


def _is_of_a_copy(row: Message | Call, provider_id: str, status: str) -> bool:
    """The row left twice and this is the other one: only that it arrived is news."""
    return row.provider_id not in (None, provider_id) and not (isinstance(row, Message) and status in HAS_IT)


def _receipted(
    session: Session, table: type[Message] | type[Call], outbox_id: str | None, provider_id: str
) -> Message | Call | None:
    """Locked, so that of two receipts at once the lower one cannot win."""
    known = (
        or_(table.id == outbox_id, table.provider_id == provider_id) if outbox_id else table.provider_id == provider_id
    )
    wanted = select(table).where(known).order_by(table.id != outbox_id).limit(1).with_for_update()
    rows = session.scalars(wanted, execution_options={"populate_existing": True})
    return cast("Message | Call | None", rows.first())  # mypy sees no more than a Table in a choice of two


def _settle(
    session: Session, row: Message | Call, attempt: int, states: tuple[Sending, ...] = OURS, **values: Any
) -> bool:
    table = type(row)
    mine = (table.id == row.id, table.attempt == attempt, table.state.in_(states))
    settled = update(table).where(*mine).values({"lease_until": None, **values}).returning(table)
    return session.scalars(settled, execution_options={"populate_existing": True}).first() is not None
