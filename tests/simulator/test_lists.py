"""What may a program that looks up its messages find missing?"""

import time

import requests
from twilio.rest import Client

from tests.simulator.account import AMINA, LONG, NUMBER, Driver, start_simulator


def test_a_page_holds_no_more_than_the_network_wants(driver: Driver, client: Client) -> None:
    driver.post("badness", {"lists": {"page_size": 2}})
    for number in range(5):
        client.messages.create(to=AMINA, from_=NUMBER, body=str(number))
    assert len(list(client.messages.page(page_size=50))) == 2
    assert [one.body for one in client.messages.stream(to=AMINA)] == ["4", "3", "2", "1", "0"]


def test_a_list_lags_in_real_seconds_but_a_sid_is_found_at_once(driver: Driver, client: Client) -> None:
    driver.post("badness", {"lists": {"lag": 0.5}})
    began = time.monotonic()
    created = client.messages.create(to=AMINA, from_=NUMBER, body="x")
    driver.post("time", {"offset_seconds": 3600})
    assert client.messages.list(to=AMINA) == []
    assert client.messages(created.sid).fetch().body == "x"
    while not client.messages.list(to=AMINA):
        assert time.monotonic() - began < LONG
    assert time.monotonic() - began >= 0.5


def test_calls_lag_too(driver: Driver, client: Client) -> None:
    driver.post("badness", {"lists": {"lag": 60}})
    client.calls.create(to=AMINA, from_=NUMBER, twiml="<Response/>")
    assert client.calls.list() == []


def test_a_redacted_account_sees_no_body_and_the_phone_still_does(driver: Driver, client: Client) -> None:
    driver.post("badness", {"lists": {"hide_bodies": True}})
    created = client.messages.create(to=AMINA, from_=NUMBER, body="secret" * 30)
    driver.settle()
    (listed,) = client.messages.list(to=AMINA)
    assert (created.body, listed.body, listed.num_segments) == ("", "", "2")
    assert driver.phone(AMINA)["thread"][-1]["body"].startswith("secret")


def test_dates_are_null_while_queued(driver: Driver, client: Client) -> None:
    driver.post("badness", {"lists": {"null_dates": True}})
    driver.person(AMINA, delivery={"kind": "slow", "seconds": 60})
    client.messages.create(to=AMINA, from_=NUMBER, body="x")
    (waiting,) = client.messages.list(to=AMINA)
    assert (waiting.date_created, waiting.date_sent) == (None, None)
    driver.play_out()
    (gone,) = client.messages.list(to=AMINA)
    assert gone.date_created is not None
    assert gone.date_sent is not None


def test_a_text_taken_away_is_noted(driver: Driver, client: Client) -> None:
    sid = driver.post("sms", {"from": AMINA, "body": "secret"})["message"]
    driver.settle()
    assert client.messages(sid).update(body="").body == ""
    (listed,) = client.messages.list(to=NUMBER)
    assert (listed.body, listed.num_segments) == ("", "1")
    assert client.messages(sid).delete()
    assert client.messages.list(to=NUMBER) == []
    assert [(one["sid"], one["how"]) for one in driver.ledger("redacted")] == [(sid, "body"), (sid, "deleted")]


def test_a_program_that_deletes_while_it_reads_misses_nothing(driver: Driver, client: Client) -> None:
    for number in range(6):
        client.messages.create(to=AMINA, from_=NUMBER, body=str(number))
    driver.settle()
    page, bodies = client.messages.page(page_size=2), []
    while page:
        for message in page:
            bodies.append(message.body)
            message.delete()
        page = page.next_page()
    assert bodies == ["5", "4", "3", "2", "1", "0"]


def test_a_service_with_two_numbers_keeps_to_one_for_each_phone_and_the_ledger_can_be_short() -> None:
    process, base = start_simulator("--number", NUMBER, "--number", "+15005550007", "--quiet-ledger", "--ledger", "50")
    with requests.Session() as session:
        session.auth = ("AC" + "0123456789abcdef" * 2, "the account's token")
        address = f"{base}/2010-04-01/Accounts/{session.auth[0]}/Messages.json"
        for number in range(600):
            form = {"To": f"+861390000{number % 10:04}", "MessagingServiceSid": "MG" + "0" * 32, "Body": "x"}
            session.post(address, data=form, timeout=5).close()
        ledger = session.get(f"{base}/control/ledger", timeout=5).json()
    process.terminate()
    process.communicate(timeout=5)
    assert ledger["seq"] == 600
    assert {entry["kind"] for entry in ledger["entries"]} == {"sms_out"}
