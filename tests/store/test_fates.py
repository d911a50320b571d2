"""Receipts in any order raise a message and never lower it, and one with our own id settles a doubt."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy.orm import Session

from gateway.store import outbox
from gateway.store.claims import LEASE
from gateway.store.database import Database
from gateway.store.outbox import Rates
from gateway.store.tables import Call, Kind, Message, Sending
from tests.village import MONDAY, settle

RATES = Rates("+254700000000", 1000, 1000)
HOUR = timedelta(hours=1)


def claimed(database: Database) -> Message:
    with database.write() as session:
        amina = settle(session).amina
        outbox.put_sms(session, MONDAY, to=amina, body="1?", subject=amina, kind=Kind.PROMPT, valid_for=HOUR)
    with database.write() as session:
        (row,) = outbox.claim(session, MONDAY, MONDAY, 1, RATES)
    assert isinstance(row, Message)
    return row


def sent(database: Database) -> Message:
    row = claimed(database)
    with database.write() as session:
        assert outbox.accepted(session, row, 1, "SM1", MONDAY)
    return row


def heard(session: Session, provider_id: str, status: str, error: int | None = None) -> Message | Call | None:
    return outbox.receipt(
        session, Message, outbox_id=None, provider_id=provider_id, status=status, error=error, now=MONDAY
    )


@pytest.mark.parametrize("last", ["delivered", "undelivered", "failed"])
def test_receipts_in_any_order_end_the_same(database: Database, last: str) -> None:
    message = sent(database)
    for order in permutations(["queued", "sending", "sent", last]):
        with database.write() as session:
            row = session.get_one(Message, message.id)
            row.receipt = row.error = None
        for status in order:
            with database.write() as session:
                heard(session, "SM1", status, 30003 if status == last else None)
        with database.read() as session:
            row = session.get_one(Message, message.id)
            assert (row.receipt, row.error) == (last, 30003)


def test_delivered_beats_undelivered_either_way_round(database: Database) -> None:
    message = sent(database)
    with database.write() as session:
        for status, raised in (("undelivered", True), ("delivered", True), ("failed", False), ("read", True)):
            row = heard(session, "SM1", status)
            assert (row is not None) == raised, status
        assert session.get_one(Message, message.id).receipt == "read"


def test_a_receipt_twice_is_a_receipt_once(database: Database) -> None:
    sent(database)
    with database.write() as session:
        assert heard(session, "SM1", "sent")
        assert heard(session, "SM1", "sent") is None


def test_a_receipt_for_nothing_of_ours_changes_nothing(database: Database) -> None:
    sent(database)
    with database.write() as session:
        assert heard(session, "SM9", "sent") is None
        assert heard(session, "SM1", "teleported") is None


@pytest.mark.parametrize("how", ["said so", "lease ran out", "crashed before the answer"])
def test_a_receipt_with_our_id_settles_a_doubt(database: Database, how: str) -> None:
    message = claimed(database)
    with database.write() as session:
        if how == "said so":
            assert outbox.doubtful(session, message, 1)
        if how == "lease ran out":
            outbox.doubts(session, MONDAY + LEASE)
    with database.write() as session:
        assert outbox.receipt(
            session, Message, outbox_id=message.id, provider_id="SM1", status="sent", error=None, now=MONDAY
        )
    with database.read() as session:
        row = session.get_one(Message, message.id)
        assert (row.state, row.provider_id, row.receipt, row.sent_at) == (Sending.ACCEPTED, "SM1", "sent", MONDAY)
    with database.write() as session:
        assert outbox.accepted(session, message, 1, "SM1", MONDAY)  # the answer itself comes after its receipt
        assert outbox.doubts(session, MONDAY + 2 * LEASE) == []


def test_a_second_sending_is_noticed(database: Database) -> None:
    """The receipt gave the row an id; the answer of the same attempt brings another."""
    message = claimed(database)
    with database.write() as session:
        outbox.receipt(session, Message, outbox_id=message.id, provider_id="SM1", status="sent", error=None, now=MONDAY)
        assert not outbox.accepted(session, message, 1, "SM2", MONDAY)


def test_a_doubt_is_never_sent_again_by_itself(database: Database) -> None:
    message = claimed(database)
    with database.write() as session:
        assert outbox.claim(session, MONDAY + LEASE, MONDAY, 50, RATES) == []
        assert outbox.claim(session, MONDAY + 100 * LEASE, MONDAY + 2 * HOUR, 50, RATES) == []
        assert [row.id for row in outbox.doubts(session, MONDAY + 100 * LEASE)] == [message.id]


def test_what_was_refused_stays_refused(database: Database) -> None:
    message = claimed(database)
    with database.write() as session:
        assert outbox.refused(session, message, 1, 21211)
        assert not outbox.retry_later(session, message, 1, MONDAY)
        row = session.get_one(Message, message.id)
        assert (row.state, row.error) == (Sending.REFUSED, 21211)
