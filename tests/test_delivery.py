"""Does everything leave once, in order, and is every error met without losing or doubling?"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway import delivery
from gateway.clock import Clock
from gateway.phone.twilio_in import Receipt
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.outbox import Rates
from gateway.store.tables import Call, Kind, Message, Phone, Sending, Standing
from tests.network import Network, settings_for
from tests.village import AMINA, BARAKA, Village, settle

CLOCK = Clock()
FAST = Rates("+15005550006", 1000, 1000)
HOUR = timedelta(hours=1)


@pytest.fixture
def network(one_network: Network) -> Network:
    one_network.control("reset", {})
    return one_network


@pytest.fixture
def village(database: Database) -> Village:
    with database.write() as session:
        return settle(session, CLOCK.real())


def put_sms(database: Database, village: Village, body: str = "Hello", **more: Any) -> str:
    told: dict[str, Any] = {"to": village.amina, "subject": village.amina, "kind": Kind.PROMPT, "valid_for": HOUR}
    with database.write() as session:
        return outbox.put_sms(session, CLOCK.real(), body=body, **(told | more)).id


def message(database: Database, row: str) -> Message:
    with database.read() as session:
        return session.get_one(Message, row)


def drain(database: Database, network: Network | str, **more: Any) -> int:
    url = network if isinstance(network, str) else network.url
    return delivery.drain(database, Telephone(settings_for(url)), CLOCK, FAST, **more)


def sent(network: Network) -> list[str]:
    return [entry["body"] for entry in network.ledger("sms_out")]


def test_an_sms_leaves_once_and_its_row_knows_the_providers_id(
    database: Database, village: Village, network: Network
) -> None:
    row = put_sms(database, village)
    assert drain(database, network) == 1
    assert drain(database, network) == 0
    (out,) = network.ledger("sms_out")
    assert (out["to"], out["body"]) == (AMINA, "Hello")
    assert (message(database, row).state, message(database, row).provider_id) == (Sending.ACCEPTED, out["sid"])
    assert network.ledger("violation") == []


def test_a_call_rings(database: Database, village: Village, network: Network) -> None:
    with database.write() as session:
        row = outbox.put_call(session, CLOCK.real(), to=village.baraka, subject=village.amina, kind=Kind.CASE).id
    drain(database, network)
    (asked,) = [entry for entry in network.ledger("call") if entry["event"] == "initiated"]
    assert asked["to"] == BARAKA
    with database.read() as session:
        assert session.get_one(Call, row).provider_id == asked["sid"]


def test_a_case_goes_before_prompts(database: Database, village: Village, network: Network) -> None:
    put_sms(database, village, "prompt", to=village.chandra)
    put_sms(database, village, "case", to=village.baraka, kind=Kind.CASE)
    drain(database, network)
    assert sent(network) == ["case", "prompt"]


def test_what_is_not_yet_due_stays(database: Database, village: Village, network: Network) -> None:
    put_sms(database, village, not_before=CLOCK.real() + HOUR)
    assert drain(database, network) == 0


def test_the_clock_leaves_what_the_doorbell_may_still_bring_out(
    database: Database, village: Village, network: Network
) -> None:
    put_sms(database, village)
    assert drain(database, network, overdue_by=timedelta(seconds=60)) == 0
    assert drain(database, network) == 1


def test_a_promise_that_has_run_out_is_not_sent(database: Database, village: Village, network: Network) -> None:
    row = put_sms(database, village, valid_for=timedelta(seconds=-1))
    assert drain(database, network) == 0
    assert message(database, row).state == Sending.EXPIRED


def test_a_prompt_claimed_before_she_died_does_not_leave(
    database: Database, village: Village, network: Network
) -> None:
    row = put_sms(database, village)
    with database.write() as session:
        session.merge(village.amina).standing = Standing.ENDED
    drain(database, network)
    assert message(database, row).state == Sending.CANCELLED
    assert sent(network) == []


def test_what_cannot_be_read_since_she_was_erased_is_given_up(
    database: Database, village: Village, network: Network
) -> None:
    row = put_sms(database, village, to=village.baraka, kind=Kind.CASE)
    with database.write() as session:
        session.merge(village.amina).key = None
    drain(database, network)
    assert message(database, row).state == Sending.REFUSED


def test_without_a_connection_it_waits_and_is_sent_once(database: Database, village: Village, network: Network) -> None:
    row = put_sms(database, village)
    drain(database, "http://127.0.0.1:9")
    waiting = message(database, row)
    assert (waiting.state, waiting.attempt) == (Sending.PENDING, 1)
    assert waiting.not_before > CLOCK.real()
    with database.write() as session:
        session.get_one(Message, row).not_before = CLOCK.real()
    drain(database, network)
    assert sent(network) == ["Hello"]


@pytest.mark.parametrize("answer", [b"", b'HTTP/1.1 500 Oops\r\nContent-Length: 15\r\n\r\n{"code": 20500}'])
def test_what_may_have_been_sent_stays_in_doubt_and_is_not_sent_again(
    database: Database, village: Village, network: Network, answer: bytes
) -> None:
    row = put_sms(database, village)
    with answering(answer) as url:
        drain(database, url)
    assert message(database, row).state == Sending.DOUBT
    assert drain(database, network) == 0
    assert sent(network) == []


def test_a_receipt_settles_a_doubt(database: Database, village: Village) -> None:
    row = put_sms(database, village)
    with answering(b"") as url:
        drain(database, url)
    with database.write() as session:
        delivery.receipt(session, Receipt("SM" + "0" * 32, row, "delivered"), CLOCK.real())
    settled = message(database, row)
    assert (settled.state, settled.receipt, settled.provider_id) == (Sending.ACCEPTED, "delivered", "SM" + "0" * 32)


def test_a_bad_number_is_marked_and_holds_up_nobody(database: Database, village: Village, network: Network) -> None:
    body = b'HTTP/1.1 400 No\r\nContent-Length: 15\r\n\r\n{"code": 21211}'
    row = put_sms(database, village)
    with answering(body) as url:
        drain(database, url)
    refused = message(database, row)
    assert (refused.state, refused.error) == (Sending.REFUSED, 21211)
    with database.read() as session:
        assert session.get_one(Phone, refused.phone_id).bad_since


def test_a_stopped_number_is_marked_as_opted_out(database: Database, village: Village, network: Network) -> None:
    """Edge case 20."""
    network.control("sms", {"from": AMINA, "body": "STOP"})
    network.control("idle?wait=5")
    row = put_sms(database, village)
    drain(database, network)
    refused = message(database, row)
    assert (refused.state, refused.error) == (Sending.REFUSED, 21610)
    with database.read() as session:
        assert session.get_one(Phone, refused.phone_id).opted_out_at


def test_a_landline_is_refused_and_stays_good_for_calls(database: Database, village: Village, network: Network) -> None:
    network.control("numbers", {"number": AMINA, "delivery": {"kind": "landline"}})
    row = put_sms(database, village)
    drain(database, network)
    refused = message(database, row)
    assert (refused.state, refused.error) == (Sending.REFUSED, 21614)
    with database.read() as session:
        assert session.get_one(Phone, refused.phone_id).bad_since is None


def test_a_wrong_token_stops_the_round_and_loses_nothing(
    database: Database, village: Village, network: Network
) -> None:
    """The case goes first, and by its answer what stands behind it is not even tried."""
    rows = [put_sms(database, village, to=to) for to in (village.amina, village.chandra)]
    rows.append(put_sms(database, village, to=village.baraka, kind=Kind.CASE))
    wrong = Telephone(settings_for(network.url, twilio_auth_token="wrong"))
    assert delivery.drain(database, wrong, CLOCK, FAST) == 0
    assert [message(database, row).state for row in rows] == [Sending.PENDING] * 3
    assert len(network.ledger("request")) == 1
    assert drain(database, network) == 0  # prompts wait for a minute ...
    urgent = put_sms(database, village, to=village.baraka, kind=Kind.CASE)
    assert drain(database, network) == 1  # ... a case does not, and opens the channel again
    assert message(database, urgent).state == Sending.ACCEPTED
    assert drain(database, network) == 2  # the one that found out still rests


def test_asked_to_send_less_it_waits_as_long_as_it_is_told(database: Database, village: Village) -> None:
    row = put_sms(database, village)
    with answering(b'HTTP/1.1 429 Less\r\nRetry-After: 50\r\nContent-Length: 15\r\n\r\n{"code": 20429}') as url:
        drain(database, url)
    assert message(database, row).state == Sending.PENDING
    assert message(database, row).not_before > CLOCK.real() + timedelta(seconds=40)


def test_told_to_end_it_leaves_the_rest_for_the_next(database: Database, village: Village, network: Network) -> None:
    row = put_sms(database, village)
    assert drain(database, network, is_ending=lambda: True) == 0
    assert message(database, row).state == Sending.PENDING


def test_the_sender_sends_no_faster_than_it_may(database: Database, village: Village, network: Network) -> None:
    for to in (village.amina, village.baraka, village.chandra):
        put_sms(database, village, to=to)
    slow = Rates("+15005550006", sms_per_second=0.1, calls_per_second=1)
    assert delivery.drain(database, Telephone(settings_for(network.url)), CLOCK, slow) == 1


def test_receipts_in_any_order_tell_the_same_end(database: Database, village: Village, network: Network) -> None:
    row = put_sms(database, village)
    drain(database, network)
    sid = str(message(database, row).provider_id)
    with database.write() as session:
        for status in ("delivered", "sent", "queued", "undelivered"):
            delivery.receipt(session, Receipt(sid, row, status), CLOCK.real())
    assert message(database, row).receipt == "delivered"


def test_an_unknown_number_found_after_sending_is_told_apart_from_a_bad_one(
    database: Database, village: Village, network: Network
) -> None:
    row = put_sms(database, village)
    drain(database, network)
    with database.write() as session:
        told = Receipt(str(message(database, row).provider_id), row, "undelivered", error=30005)
        delivery.receipt(session, told, CLOCK.real())
        phone = session.scalars(select(Phone).where(Phone.id == message(database, row).phone_id)).one()
        assert (phone.bad_since, phone.opted_out_at) == (None, None)
    assert (message(database, row).receipt, message(database, row).error) == ("undelivered", 30005)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A provider that reads one request and then says exactly this."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as connection:
            connection.recv(65_536)
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    thread.join()
