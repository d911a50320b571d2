"""What reaches the account when a person writes, and what when its server is away?"""

import socket

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.account import AMINA, NUMBER, TOKEN, Driver, Site


def nobody_listens() -> str:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{door.getsockname()[1]}/sms"


def test_an_sms_arrives_signed_with_twilios_parameters(driver: Driver, site: Site) -> None:
    driver.post("webhooks", {"sms": site.base + "/sms?site=7&name=%E7%8E%8B#rc=2"})
    sid = driver.post("sms", {"from": AMINA, "body": "疼痛 8 分 ✓"})["message"]
    driver.settle()
    (post,) = site.at("/sms")
    assert RequestValidator(TOKEN).validate(post.url, post.parameters, post.headers["X-Twilio-Signature"])
    expected = {"MessageSid": sid, "SmsSid": sid, "From": AMINA, "To": NUMBER, "Body": "疼痛 8 分 ✓"}
    assert expected.items() <= post.parameters.items()
    assert (post.parameters["NumMedia"], post.parameters["NumSegments"]) == ("0", "1")
    assert post.parameters["SmsStatus"] == "received"


def test_an_inbound_sms_is_listed_so_that_gaps_can_be_filled(driver: Driver, client: Client) -> None:
    driver.post("sms", {"from": AMINA, "body": "3"})
    (message,) = client.messages.list(to=NUMBER)
    assert (message.direction, message.status, message.from_, message.body) == ("inbound", "received", AMINA, "3")


def test_a_person_replies_by_the_first_rule_with_uses_left(driver: Driver, client: Client) -> None:
    rules = [{"when": "worst pain", "say": "8", "after": 60, "times": 1}, {"when": "pain", "say": "3"}]
    driver.person(AMINA, rules=rules)
    for _ in range(2):
        client.messages.create(to=AMINA, from_=NUMBER, body="Your worst pain?")
    driver.settle()
    assert [entry["body"] for entry in driver.ledger("sms_in")] == ["3"]
    driver.play_out()
    assert [entry["body"] for entry in driver.ledger("sms_in")] == ["3", "8"]


def test_stop_is_answered_by_the_network_and_blocks_the_pair(driver: Driver, client: Client, site: Site) -> None:
    for word in ("stop please", " Stop "):
        driver.post("sms", {"from": AMINA, "body": word})
    driver.settle()
    assert len(site.at("/sms")) == 2
    assert driver.phone(AMINA)["thread"][-1]["body"].startswith("You have successfully been unsubscribed.")
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=AMINA, from_=NUMBER, body="x")
    assert (refusal.value.status, refusal.value.code) == (400, 21610)
    client.messages.create(to=AMINA, from_="+15005550007", body="from another number")
    driver.post("sms", {"from": AMINA, "body": "unstop"})
    client.messages.create(to=AMINA, from_=NUMBER, body="welcome back")
    assert driver.ledger("violation") == []


def test_help_is_answered_by_the_network(driver: Driver, site: Site) -> None:
    driver.post("sms", {"from": AMINA, "body": "INFO"})
    driver.settle()
    assert driver.phone(AMINA)["thread"][-1]["body"] == "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    assert site.at("/sms")[0].parameters["Body"] == "INFO"


def test_a_500_is_tried_once_and_the_fallback_is_told_why(driver: Driver, site: Site) -> None:
    site.says("/sms", "", status=500)
    driver.post("webhooks", {"sms_fallback": site.base + "/fallback"})
    driver.post("sms", {"from": AMINA, "body": "3"})
    driver.settle()
    assert len(site.at("/sms")) == 1
    (fallback,) = site.at("/fallback")
    assert fallback.parameters["ErrorCode"] == "11200"
    assert fallback.parameters["ErrorUrl"] == site.base + "/sms"
    assert driver.ledger("lost") == []


def test_the_fragment_asks_for_more_tries_under_one_token(driver: Driver, site: Site) -> None:
    site.answers["/sms"] = lambda post: (503 if len(site.posts) < 3 else 200, "<Response/>")
    driver.post("webhooks", {"sms": site.base + "/sms#rc=5&rp=ct,5xx,rt&ct=2000&rt=4000&tt=15000"})
    driver.post("sms", {"from": AMINA, "body": "3"})
    driver.settle()
    assert len({post.headers["I-Twilio-Idempotency-Token"] for post in site.at("/sms")}) == 1
    assert [entry["status"] for entry in driver.ledger("webhook")] == [503, 503, 200]
    assert [entry["attempt"] for entry in driver.ledger("webhook")] == [1, 2, 3]


def test_no_connection_is_tried_twice_and_then_the_sms_is_lost(driver: Driver) -> None:
    driver.post("webhooks", {"sms": nobody_listens()})
    sid = driver.post("sms", {"from": AMINA, "body": "3"})["message"]
    driver.settle()
    assert [entry["error"] for entry in driver.ledger("webhook")] == ["connect", "connect"]
    assert [(entry["sid"], entry["purpose"]) for entry in driver.ledger("lost")] == [(sid, "sms")]


def test_a_silent_server_is_given_up_after_the_total_time(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driver.post("webhooks", {"sms": f"http://127.0.0.1:{silent.getsockname()[1]}/#rc=5&rp=rt&rt=100&tt=250"})
        driver.post("sms", {"from": AMINA, "body": "3"})
        driver.settle()
    assert 2 <= len(driver.ledger("webhook")) <= 4
    assert {entry["error"] for entry in driver.ledger("webhook")} == {"read"}


def test_a_reply_in_the_answer_reaches_the_phone(driver: Driver, client: Client, site: Site) -> None:
    site.says("/sms", "<Response><Message>Thank you</Message></Response>")
    driver.post("sms", {"from": AMINA, "body": "3"})
    driver.settle()
    assert driver.phone(AMINA)["thread"][-1]["body"] == "Thank you"
    assert client.messages.list(to=AMINA)[0].direction == "outbound-reply"


def test_an_answer_that_is_no_twiml_is_a_violation(driver: Driver, site: Site) -> None:
    for document, code in (("<Response><Sing/></Response>", 12200), ("<Response>", 12100)):
        site.says("/sms", document)
        driver.post("sms", {"from": AMINA, "body": "3"})
        driver.settle()
        assert driver.ledger("violation")[-1]["code"] == code


def test_every_webhook_can_arrive_three_times(driver: Driver, client: Client, site: Site) -> None:
    driver.post("badness", {"duplicate": 3})
    driver.post("sms", {"from": AMINA, "body": "3"})
    client.messages.create(to=AMINA, from_=NUMBER, body="x", status_callback=site.base + "/status")
    driver.settle()
    assert len(site.at("/sms")) == 3
    assert len({post.headers["I-Twilio-Idempotency-Token"] for post in site.at("/sms")}) == 1
    assert sorted(post.parameters["MessageStatus"] for post in site.at("/status")) == sorted(
        ["sending", "sent", "delivered"] * 3
    )


def test_a_seed_shuffles_the_callbacks_the_same_way_again(driver: Driver, client: Client, site: Site) -> None:
    def order() -> list[str]:
        site.posts.clear()
        driver.post("badness", {"duplicate": 2, "shuffle": True, "seed": 5})
        client.messages.create(to=AMINA, from_=NUMBER, body="x", status_callback=site.base + "/status")
        driver.settle()
        return [post.parameters["MessageStatus"] for post in site.at("/status")]

    first = order()
    assert first == order()
    assert first != [status for status in ("sending", "sent", "delivered") for _ in range(2)]
    assert sorted(set(first)) == ["delivered", "sending", "sent"]


def test_two_automatic_answerers_do_not_write_for_ever(driver: Driver, site: Site) -> None:
    site.says("/sms", "<Response><Message>again</Message></Response>")
    driver.person(AMINA, rules=[{"when": "again", "say": "once more"}])
    driver.post("sms", {"from": AMINA, "body": "begin"})
    driver.settle()
    assert len(driver.ledger("sms_in")) == 60
    assert "loop" in driver.ledger("violation")[0]["why"]
