"""Is the stand-in taken for Twilio by Twilio's own library, message by message?"""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.account import ACCOUNT, AMINA, BARAKA, NUMBER, TOKEN, Driver, Site, client_of

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def refused(driver: Driver, **parameters: str) -> tuple[int, int]:
    answer = requests.post(driver.base + MESSAGES, data=parameters, auth=(ACCOUNT, TOKEN), timeout=5)
    return answer.status_code, answer.json()["code"]


def test_a_message_is_created_fetched_and_delivered(driver: Driver, client: Client) -> None:
    created = client.messages.create(to=AMINA, from_=NUMBER, body="How is your pain?")
    assert (created.status, created.num_segments, created.date_sent) == ("queued", "0", None)
    assert created.sid is not None
    assert created.sid.startswith("SM")
    assert len(created.sid) == 34
    driver.settle()
    fetched = client.messages(created.sid).fetch()
    assert (fetched.status, fetched.num_segments, fetched.body) == ("delivered", "1", "How is your pain?")
    assert fetched.date_sent is not None
    assert fetched.date_sent.tzinfo is not None
    assert driver.ledger("violation") == []


def test_a_messaging_service_accepts_and_then_finds_a_sender(driver: Driver, client: Client) -> None:
    created = client.messages.create(to=AMINA, messaging_service_sid="MG" + "0" * 32, body="Hello")
    assert (created.status, created.from_) == ("accepted", None)
    driver.settle()
    assert client.messages(created.sid).fetch().from_ == NUMBER


def test_an_answer_carries_every_field_of_the_description(driver: Driver, client: Client) -> None:
    answer = requests.post(
        driver.base + MESSAGES,
        data={"To": AMINA, "From": NUMBER, "Body": "x"},
        auth=(ACCOUNT, TOKEN),
        timeout=5,
    ).json()
    assert len(answer) == 20
    assert answer["date_created"].endswith("+0000")
    assert answer["uri"] == f"{MESSAGES.removesuffix('.json')}/{answer['sid']}.json"


def test_a_list_is_filtered_and_paged_newest_first(driver: Driver, client: Client) -> None:
    for number in range(5):
        client.messages.create(to=AMINA, from_=NUMBER, body=f"text {number}")
    client.messages.create(to=BARAKA, from_=NUMBER, body="for the doctor")
    driver.settle()
    bodies = [message.body for message in client.messages.stream(to=AMINA, page_size=2)]
    assert bodies == ["text 4", "text 3", "text 2", "text 1", "text 0"]
    page = client.messages.page(page_size=4)
    assert len(list(page)) == 4
    assert page.next_page_url is not None
    assert "PageToken=PASM" in page.next_page_url


def test_a_page_is_not_shifted_by_what_arrives_meanwhile(driver: Driver, client: Client) -> None:
    for number in range(4):
        client.messages.create(to=AMINA, from_=NUMBER, body=str(number))
    first = client.messages.page(page_size=2)
    client.messages.create(to=AMINA, from_=NUMBER, body="late")
    second = first.next_page()
    assert second is not None
    assert [message.body for message in second] == ["1", "0"]


def test_a_list_knows_the_day_on_which_a_message_was_sent(driver: Driver, client: Client) -> None:
    client.messages.create(to=AMINA, from_=NUMBER, body="today")
    driver.settle()
    driver.post("time", {"offset_seconds": 2 * 86400})
    client.messages.create(to=AMINA, from_=NUMBER, body="in two days")
    driver.settle()
    now = datetime.now(UTC)
    assert [one.body for one in client.messages.list(date_sent=now)] == ["today"]
    assert [one.body for one in client.messages.list(date_sent_after=now + timedelta(days=1))] == ["in two days"]
    assert [one.body for one in client.messages.list(date_sent_before=now + timedelta(days=1))] == ["today"]


def test_a_text_is_taken_away_only_after_delivery(driver: Driver, client: Client) -> None:
    driver.person(AMINA, delivery={"kind": "slow", "seconds": 60})
    created = client.messages.create(to=AMINA, from_=NUMBER, body="secret")
    with pytest.raises(TwilioRestException) as early:
        client.messages(created.sid).update(body="")
    assert early.value.code == 20009
    driver.play_out()
    assert client.messages(created.sid).update(body="").body == ""
    assert client.messages(created.sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.messages(created.sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def test_a_scheduled_message_waits_in_story_time_and_can_be_canceled(driver: Driver, client: Client) -> None:
    when = datetime.now(UTC) + timedelta(hours=1)
    sids = [
        client.messages.create(
            to=AMINA, messaging_service_sid="MG" + "0" * 32, body="x", schedule_type="fixed", send_at=when
        ).sid
        for _ in range(2)
    ]
    assert client.messages(sids[0]).update(status="canceled").status == "canceled"
    driver.play_out()
    assert [client.messages(sid).fetch().status for sid in sids] == ["canceled", "delivered"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"From": NUMBER, "Body": "x"}, 21604),
        ({"To": "13900000001", "From": NUMBER, "Body": "x"}, 21211),
        ({"To": AMINA, "Body": "x"}, 21603),
        ({"To": AMINA, "From": NUMBER}, 21602),
        ({"To": AMINA, "From": NUMBER, "Body": "x" * 1601}, 21617),
        ({"To": AMINA, "From": NUMBER, "Body": "x", "StatusCallback": "not a url"}, 21609),
        ({"To": AMINA, "From": NUMBER, "Body": "x", "ValidityPeriod": "soon"}, 20001),
        ({"To": AMINA, "From": NUMBER, "Body": "x", "ValidityPeriod": "36001"}, 20001),
        ({"To": AMINA, "From": NUMBER, "Body": "x", "ContentRetention": "burn"}, 20001),
        ({"To": AMINA, "From": NUMBER, "Body": "x", "Priority": "high"}, 20001),
    ],
)
def test_a_wrong_parameter_is_refused_with_twilios_code(driver: Driver, parameters: dict[str, str], code: int) -> None:
    assert refused(driver, **parameters) == (400, code)
    assert driver.ledger("sms_out") == []


def test_an_unknown_parameter_is_a_violation_and_a_bad_number_is_none(driver: Driver) -> None:
    refused(driver, To="+1", From=NUMBER, Body="x")
    assert driver.ledger("violation") == []
    refused(driver, To=AMINA, From=NUMBER, Body="x", Priority="high")
    assert [(one["code"], "Priority" in one["why"]) for one in driver.ledger("violation")] == [(20001, True)]


def test_a_landline_takes_no_sms(driver: Driver, client: Client) -> None:
    driver.person(AMINA, delivery={"kind": "landline"})
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=AMINA, from_=NUMBER, body="x")
    assert refusal.value.code == 21614


def test_a_wrong_token_opens_nothing(driver: Driver, simulator: str) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client_of(simulator, token="guessed").messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_status_callbacks_follow_in_order_without_the_first(driver: Driver, client: Client, site: Site) -> None:
    created = client.messages.create(to=AMINA, from_=NUMBER, body="x", status_callback=site.base + "/status/42")
    driver.settle()
    told = [post.parameters for post in site.at("/status/42")]
    assert [one["MessageStatus"] for one in told] == ["sending", "sent", "delivered"]
    assert set(told[-1]) == {
        "MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "To", "From", "AccountSid", "ApiVersion",
    }  # fmt: skip
    assert told[-1]["MessageSid"] == created.sid


@pytest.mark.parametrize(
    ("delivery", "last", "code"),
    [
        ({"kind": "undelivered", "code": 30005}, "undelivered", "30005"),
        ({"kind": "failed", "code": 30007}, "failed", "30007"),
        ({"kind": "no_receipts"}, "sent", None),
        ({"kind": "slow", "seconds": 600}, "delivered", None),
    ],
)
def test_a_number_decides_what_becomes_of_a_message(
    driver: Driver, client: Client, site: Site, delivery: dict[str, object], last: str, code: str | None
) -> None:
    driver.person(AMINA, delivery=delivery)
    client.messages.create(to=AMINA, from_=NUMBER, body="x", status_callback=site.base + "/status")
    driver.play_out()
    told = site.at("/status")[-1].parameters
    assert (told["MessageStatus"], told.get("ErrorCode")) == (last, code)
    assert len(driver.phone(AMINA)["thread"]) == (last in ("sent", "delivered"))


def test_a_message_older_than_its_validity_is_thrown_away(driver: Driver, client: Client) -> None:
    driver.person(AMINA, delivery={"kind": "slow", "seconds": 3600})
    created = client.messages.create(to=AMINA, from_=NUMBER, body="stale", validity_period=900)
    driver.settle()
    assert client.messages(created.sid).fetch().status == "queued"
    driver.play_out()
    fetched = client.messages(created.sid).fetch()
    assert (fetched.status, fetched.error_code) == ("failed", 30036)
    assert fetched.date_updated is not None
    assert fetched.date_created is not None
    assert 900 <= (fetched.date_updated - fetched.date_created).total_seconds() <= 902
    assert driver.phone(AMINA)["thread"] == []
