"""A message did not arrive: is it sent once more where that helps, and only there?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import delivery
from gateway.phone.twilio_in import Receipt
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.outbox import Rates, body_of
from gateway.store.tables import Kind, Message, Sending
from tests.village import MONDAY, settle

RATES = Rates("+15005550006", 1000, 1000)


def undelivered(database: Database, error: int, minutes: int = 60) -> list[Message]:
    """What stands in the outbox after the first is told to have failed, twice over."""
    with database.write() as session:
        village = settle(session)
        outbox.put_sms(
            session, MONDAY, to=village.baraka, body="Urgent", subject=village.amina, kind=Kind.CASE,
            valid_for=timedelta(minutes=minutes),
        )  # fmt: skip
    with database.write() as session:
        (row,) = outbox.claim(session, MONDAY, MONDAY, 1, RATES)
        outbox.accepted(session, row, 1, "SM" + "0" * 32, MONDAY)
        for status in ("undelivered", "failed"):
            delivery.receipt(session, Receipt("SM" + "0" * 32, row.id, status, error), MONDAY)
    with database.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.mark.parametrize("error", [30003, 30008, 30500, 30001])
def test_a_phone_that_was_out_of_reach_is_tried_once_more(database: Database, error: int) -> None:
    first, again = undelivered(database, error)
    assert (again.again_of, again.state, again.kind) == (first.id, Sending.PENDING, Kind.CASE)
    assert timedelta(minutes=2) <= again.not_before - MONDAY <= timedelta(minutes=5)
    with database.write() as session:
        assert body_of(session, session.get_one(Message, again.id)) == "Urgent"
        (row,) = outbox.claim(session, again.not_before, again.not_before, 1, RATES)
        outbox.accepted(session, row, 1, "SM" + "1" * 32, again.not_before)
        delivery.receipt(session, Receipt("SM" + "1" * 32, row.id, "undelivered", error), again.not_before)
        assert len(session.scalars(select(Message)).all()) == 2


@pytest.mark.parametrize("error", [30004, 30005, 30006, 30007, 30036, 30450])
def test_what_would_fail_again_is_not_tried_again(database: Database, error: int) -> None:
    assert len(undelivered(database, error)) == 1


def test_after_its_time_nothing_is_sent_again(database: Database) -> None:
    assert len(undelivered(database, 30003, minutes=2)) == 1
