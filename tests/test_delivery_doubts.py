"""It may or may not have been sent: is it said once, and does a case reach its doctor even so?"""

import threading
from datetime import timedelta

import pytest

from gateway import delivery
from gateway.clock import Clock
from gateway.delivery import WINDOWS
from gateway.phone.twilio_in import Receipt
from gateway.store.database import Database
from gateway.store.tables import Kind, Sending
from tests.delivering import AT_ONCE, Post, post
from tests.network import Network


@pytest.fixture
def office(database: Database, one_network: Network) -> Post:
    return post(database, one_network)


BAD_LISTS = [
    {},
    {"page_size": 1},
    {"hide_bodies": True},
    {"null_dates": True},
    {"page_size": 1, "hide_bodies": True, "null_dates": True},
]


@pytest.mark.parametrize("lists", BAD_LISTS)
@pytest.mark.parametrize("mishap", ["lose_reply", "error_after"])
def test_what_had_arrived_is_found_and_not_said_again(office: Post, lists: dict[str, object], mishap: str) -> None:
    office.put(body="Hello")  # the same words, a message earlier: that one is known
    office.drain()
    office.fault(mishap)
    office.lists(**lists)
    row = office.put(body="Hello")
    office.drain()
    assert office.message(row).state == Sending.DOUBT
    assert office.look() == 1
    assert office.message(row).state == Sending.ACCEPTED
    assert office.message(row).provider_id == office.network.ledger("sms_out")[-1]["sid"]
    assert (office.look(), office.drain()) == (0, 0)
    assert office.sent() == ["Hello", "Hello"]


def test_a_prompt_goes_again_after_two_looks_that_find_nothing(office: Post) -> None:
    office.fault("error_before", next=1)
    row = office.put()
    office.drain()
    assert office.look() == 1
    assert (office.message(row).state, office.drain()) == (Sending.DOUBT, 0)
    assert office.look() == 1
    office.drain()
    assert (office.message(row).state, office.sent()) == (Sending.ACCEPTED, ["Hello"])


def test_what_cannot_wait_goes_again_after_one_look(office: Post) -> None:
    for kind in (Kind.CASE, Kind.COORDINATOR, Kind.SAFETY):
        office.fault("reset", next=1)
        row = office.put(kind, body=kind.value)
        office.drain()
        assert office.look() == 1
        assert office.drain() == 1
        assert office.message(row).state == Sending.ACCEPTED
    assert office.sent() == ["case", "coordinator", "safety"]


def test_a_look_waits_until_the_list_may_hold_it(office: Post) -> None:
    office.fault("lose_reply")
    office.put()
    office.drain()
    assert office.look(WINDOWS) == 0


def test_a_list_that_lags_is_looked_at_twice(office: Post) -> None:
    office.fault("lose_reply")
    office.lists(lag=600)
    row = office.put()
    office.drain()
    office.look()
    office.lists(lag=0)
    office.look()
    assert (office.message(row).state, office.sent()) == (Sending.ACCEPTED, ["Hello"])


def test_while_the_provider_does_not_say_a_prompt_waits_and_a_case_goes(office: Post) -> None:
    office.fault("lose_reply", next=2)
    prompt, case = office.put(), office.put(Kind.CASE, to=office.village.baraka, body="Urgent")
    office.drain()
    office.fault("error_before", on="list", status=503)
    office.look()
    assert (office.message(prompt).state, office.message(case).state) == (Sending.DOUBT, Sending.PENDING)
    assert office.drain() == 1
    for _ in range(3):
        office.look()
    assert office.message(prompt).state == Sending.DOUBT
    assert sorted(office.sent()) == ["Hello", "Urgent", "Urgent"]


def test_a_prompt_whose_time_passes_in_doubt_expires(office: Post) -> None:
    office.fault("error_before", next=1)
    row = office.put(valid_for=timedelta(seconds=30))
    office.drain()
    later = Clock(story=True)
    with office.database.write() as session:
        later.jump(session, later.real() + timedelta(minutes=1))
    office.fault("error_before", on="list")
    office.look(clock=later)
    assert office.message(row).state == Sending.EXPIRED


def test_what_turns_up_after_it_went_again_is_one_message_to_us(office: Post) -> None:
    """Twice on her phone, which nobody can undo; not twice in the books, and its bad news counts for nothing."""
    office.fault("lose_reply", next=1)
    office.lists(lag=600)
    row = office.put(Kind.CASE)
    office.drain()
    office.look()
    office.drain()
    first, second = (entry["sid"] for entry in office.network.ledger("sms_out"))
    with office.database.write() as session:
        delivery.receipt(session, Receipt(first, row, "undelivered", 30003), office.clock.real())
    assert (office.message(row).provider_id, office.message(row).receipt) == (second, None)
    with office.database.write() as session:
        delivery.receipt(session, Receipt(first, row, "delivered"), office.clock.real())
    assert office.message(row).receipt == "delivered"


@pytest.mark.parametrize("mishap", ["lose_reply", "error_after"])
def test_a_call_that_had_begun_is_found(office: Post, mishap: str) -> None:
    """Edge case 45."""
    office.fault(mishap)
    row = office.ring(Kind.CASE)
    office.drain()
    assert office.call(row).state == Sending.DOUBT
    office.look()
    calls = {entry["sid"] for entry in office.network.ledger("call")}
    assert (office.call(row).state, {office.call(row).provider_id}) == (Sending.ACCEPTED, calls)
    assert office.drain() == 0


def test_a_call_that_never_began_rings_once(office: Post) -> None:
    office.fault("reset", next=1)
    row = office.ring(Kind.CASE)
    office.drain()
    office.look()
    office.drain()
    assert office.call(row).state == Sending.ACCEPTED
    assert len({entry["sid"] for entry in office.network.ledger("call")}) == 1


def test_a_jump_of_six_hours_during_a_send_doubles_nothing(database: Database, one_network: Network) -> None:
    clock = Clock(story=True)
    office = post(database, one_network, clock)
    office.fault("late_reply", hold=1)
    row = office.put(valid_for=timedelta(hours=12))
    sending = threading.Thread(target=office.drain)
    sending.start()
    while not office.sent():
        pass
    with database.write() as session:
        clock.jump(session, clock.real() + timedelta(hours=6))
    assert (office.look(), office.message(row).state) == (0, Sending.CLAIMED)
    sending.join()
    assert office.message(row).state == Sending.ACCEPTED
    assert (office.look(AT_ONCE), office.drain(), office.sent()) == (0, 0, ["Hello"])


def test_a_message_without_an_end_is_asked_after(office: Post) -> None:
    row = office.put()
    office.drain()
    office.network.control("idle?wait=5")
    assert office.message(row).receipt is None
    assert office.ask_after() == 1
    assert office.message(row).receipt == "delivered"
    assert office.ask_after() == 0


def test_a_call_that_never_ends_is_ended(office: Post) -> None:
    office.network.control("numbers", {"number": "+254722000002", "kind": "by_hand"})
    row = office.ring()
    office.drain()
    windows = delivery.Windows(rings=timedelta(0), talks=timedelta(0))
    assert office.ask_after(windows) == 1
    assert office.call(row).receipt in ("completed", "canceled", "no-answer")
    assert office.ask_after(windows) == 0
