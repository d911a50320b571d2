"""Does <Dial> ring another phone, connect the two, and tell the account how it went?"""

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.account import AMINA, BARAKA, NUMBER, TOKEN, Driver, Site

DIAL = f'<Response><Say>Wait.</Say><Dial action="/dialled" callerId="{NUMBER}" timeout="20">{{}}</Dial></Response>'
CONNECT = DIAL.format(f"<Number>{AMINA}</Number>")


def ring(client: Client, site: Site, document: str = CONNECT) -> str:
    site.says("/voice-out", document)
    site.says("/dialled", "<Response><Say>Thank you.</Say></Response>")
    sid: str | None = client.calls.create(to=BARAKA, from_=NUMBER, url=site.base + "/voice-out").sid
    assert sid is not None
    return sid


def test_two_phones_are_connected_and_the_first_goes_on(driver: Driver, client: Client, site: Site) -> None:
    driver.person(BARAKA)
    driver.person(AMINA, answers_after=5)
    sid = ring(client, site)
    driver.play_out()
    (told,) = site.at("/dialled")
    leg = client.calls(told.parameters["DialCallSid"]).fetch()
    expected = {"CallSid": sid, "DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "in-progress"}
    assert expected.items() <= told.parameters.items()
    assert int(told.parameters["DialCallDuration"]) in (60, 61)
    assert (leg.direction, leg.parent_call_sid, leg.to) == ("outbound-dial", sid, AMINA)
    assert leg._from == NUMBER, "the patient sees the account's number"
    assert RequestValidator(TOKEN).validate(told.url, told.parameters, told.headers["X-Twilio-Signature"])
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["Wait.", "Thank you."]
    assert len(driver.ledger("connected")) == 1
    assert driver.ledger("violation") == []


@pytest.mark.parametrize(("kind", "status"), [("busy", "busy"), ("no_answer", "no-answer"), ("unreachable", "failed")])
def test_a_phone_that_is_not_reached(driver: Driver, client: Client, site: Site, kind: str, status: str) -> None:
    driver.person(BARAKA)
    driver.person(AMINA, kind=kind)
    ring(client, site)
    driver.play_out()
    (told,) = site.at("/dialled")
    assert (told.parameters["DialCallStatus"], told.parameters["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in told.parameters


def test_who_puts_down_first_ends_both_and_the_account_is_told(driver: Driver, client: Client, site: Site) -> None:
    driver.person(BARAKA, rules=[{"when": "connected with", "hang_up": True, "after": 7}])
    driver.person(AMINA)
    sid = ring(client, site)
    driver.play_out()
    (told,) = site.at("/dialled")
    assert (told.parameters["DialCallStatus"], told.parameters["CallStatus"]) == ("completed", "completed")
    assert client.calls(sid).fetch().status == "completed"
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["Wait."]


def test_a_ringing_phone_falls_silent_when_the_first_puts_down(driver: Driver, client: Client, site: Site) -> None:
    driver.person(BARAKA, kind="by_hand")
    driver.person(AMINA, kind="no_answer")
    ring(client, site)
    driver.settle()
    driver.post("answer", {"number": BARAKA})
    driver.settle()
    driver.jump()  # past the words
    driver.post("hangup", {"number": BARAKA})
    driver.play_out()
    (told,) = site.at("/dialled")
    assert told.parameters["DialCallStatus"] == "canceled"


@pytest.mark.parametrize("inside", ["", "0711", f"<Number>{AMINA}</Number><Number>{NUMBER}</Number>", "<Client/>"])
def test_what_this_network_cannot_dial_is_a_violation(driver: Driver, client: Client, site: Site, inside: str) -> None:
    driver.person(BARAKA)
    ring(client, site, DIAL.format(inside))
    driver.play_out()
    assert [entry["code"] for entry in driver.ledger("violation")] == [12200]
