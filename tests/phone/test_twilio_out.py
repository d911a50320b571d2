"""Does what the gateway asks for fit Twilio's own description, and is every failure told by what it may have done?"""

import csv
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.dispositions import Trouble
from gateway.phone.outcome import ProviderError
from gateway.phone.twilio_out import Telephone
from tests.network import OURS, Network, settings_for

OUTBOX_ID = "0" * 31 + "a"
AMINA = "+254711000001"
SERVICE = "MG" + "0" * 31 + "1"


def described(operation: str) -> dict[str, dict[str, str]]:
    lines = Path(__file__).with_name("twilio_api_parameters.csv").read_text().splitlines()[1:]
    return {row["name"]: row for row in csv.DictReader(lines) if row["operation"] == operation and row["in"] == "form"}


def fits(operation: str, parameters: list[list[str]]) -> bool:
    table = described(operation)
    given = {name for name, _ in parameters}
    assert given <= set(table)
    assert {name for name, row in table.items() if row["required"] == "True"} <= given
    for name, value in parameters:
        values = [one for one in table[name]["values"].split("|") if one]
        assert not values or value in values
        assert table[name]["type"] != "integer" or value.isdigit()
    return True


def test_an_sms_fits_the_description_and_arrives(network: Network) -> None:
    taken = Telephone(settings_for(network.url)).send(OUTBOX_ID, AMINA, "Today, any of these? 喘不上气", 99_999)
    (asked,) = network.ledger("request")
    assert fits("CreateMessage", asked["parameters"])
    sent = dict(asked["parameters"])
    assert sent["ValidityPeriod"] == "36000"
    assert sent["StatusCallback"].startswith(f"http://127.0.0.1:8000/twilio/message-status/{OUTBOX_ID}#")
    assert [entry["sid"] for entry in network.ledger("sms_out")] == [taken.provider_id]
    assert network.ledger("violation") == []


def test_with_a_messaging_service_the_service_picks_the_sender(network: Network) -> None:
    Telephone(settings_for(network.url, twilio_messaging_service_sid=SERVICE)).send(OUTBOX_ID, AMINA, "Hello", 60)
    (asked,) = network.ledger("request")
    assert fits("CreateMessage", asked["parameters"])
    assert dict(asked["parameters"])["MessagingServiceSid"] == SERVICE
    assert "From" not in dict(asked["parameters"])


def test_a_call_fits_the_description_and_rings(network: Network) -> None:
    settings = settings_for(network.url, voice_fallback_url="https://elsewhere.example/later.xml")
    taken = Telephone(settings).call(OUTBOX_ID, AMINA)
    (asked,) = network.ledger("request")
    assert fits("CreateCall", asked["parameters"])
    events = [value for name, value in asked["parameters"] if name == "StatusCallbackEvent"]
    assert events == ["initiated", "ringing", "answered", "completed"]
    assert dict(asked["parameters"])["From"] == OURS
    assert taken.provider_id.startswith("CA")
    assert network.ledger("violation") == []


def test_a_refusal_tells_the_providers_code(network: Network) -> None:
    network.control("numbers", {"number": AMINA, "delivery": {"kind": "landline"}})
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for(network.url)).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert (told.value.trouble, told.value.code) == (Trouble.REFUSED, 21614)


def test_a_call_without_a_number_of_ours_is_refused_before_it_leaves(network: Network) -> None:
    settings = settings_for(network.url, twilio_from=None, twilio_messaging_service_sid=SERVICE)
    with pytest.raises(ProviderError) as told:
        Telephone(settings).call(OUTBOX_ID, AMINA)
    assert told.value.code == 21213
    assert network.ledger("request") == []


def test_where_nobody_listens_the_message_was_certainly_not_sent() -> None:
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for("http://127.0.0.1:9")).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert told.value.trouble is Trouble.UNSENT


def test_a_name_that_nobody_knows_was_certainly_not_reached() -> None:
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for("http://nowhere.invalid")).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert told.value.trouble is Trouble.UNSENT


def test_a_connection_that_breaks_after_the_request_leaves_a_doubt() -> None:
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for(next(_answering(b"")))).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert told.value.trouble is Trouble.SILENT


def test_a_success_that_cannot_be_read_leaves_a_doubt() -> None:
    body = b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nnot json!"
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for(next(_answering(body)))).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert told.value.trouble is Trouble.SILENT


def test_a_provider_that_asks_for_less_says_how_long_to_wait() -> None:
    body = b'HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 15\r\n\r\n{"code": 20429}'
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for(next(_answering(body)))).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert (told.value.status, told.value.code, told.value.wait) == (429, 20429, 7)


def test_an_error_page_of_a_proxy_has_a_status_and_no_code() -> None:
    body = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"
    with pytest.raises(ProviderError) as told:
        Telephone(settings_for(next(_answering(body)))).send(OUTBOX_ID, AMINA, "Hello", 60)
    assert (told.value.trouble, told.value.status, told.value.code) == (Trouble.REFUSED, 502, None)


def _answering(answer: bytes) -> Iterator[str]:
    """A server for one request that reads it and then says exactly this."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as connection:
            connection.recv(65_536)
            connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
