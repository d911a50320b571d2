"""What does a program meet on the network's bad days, and is every bad day the same again by its seed?"""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.account import ACCOUNT, AMINA, BARAKA, LONG, NUMBER, TOKEN, Driver, Site

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def create(driver: Driver, body: str = "x", **more: str) -> requests.Response:
    form = {"To": AMINA, "From": NUMBER, "Body": body, **more}
    return requests.post(driver.base + MESSAGES, data=form, auth=(ACCOUNT, TOKEN), timeout=1)


def texts_listed(driver: Driver) -> list[str]:
    answer = requests.get(driver.base + MESSAGES, params={"To": AMINA}, auth=(ACCOUNT, TOKEN), timeout=5)
    return [message["body"] for message in answer.json()["messages"]]


def bad(driver: Driver, do: str, **more: Any) -> None:
    driver.post("badness", {"faults": [{"do": do, "next": 1, **more}]})


@pytest.mark.parametrize(
    ("do", "more", "status", "code", "is_sent"),
    [
        ("too_many", {"retry_after": 7}, 429, 20429, False),
        ("error_before", {}, 503, 20503, False),
        ("error_before", {"status": 500}, 500, 20500, False),
        ("error_after", {}, 500, 20500, True),
    ],
)
def test_an_error_is_answered_before_or_after_the_work(
    driver: Driver, do: str, more: dict[str, int], status: int, code: int, is_sent: bool
) -> None:
    bad(driver, do, **more)
    answer = create(driver)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)
    driver.settle()
    assert texts_listed(driver) == (["x"] if is_sent else [])
    assert driver.ledger("request")[0]["fault"] == do
    assert create(driver).status_code == 201


@pytest.mark.parametrize(("do", "is_sent"), [("lose_reply", True), ("late_reply", True), ("silence", False)])
def test_no_answer_may_mean_sent_or_not(driver: Driver, do: str, is_sent: bool) -> None:
    bad(driver, do, hold=2)
    with pytest.raises((requests.ConnectionError, requests.ReadTimeout)):
        create(driver)
    driver.settle()
    assert len(driver.ledger("sms_out")) == is_sent
    assert texts_listed(driver) == (["x"] if is_sent else [])


def test_the_readmes_bad_day_is_taken_and_a_reset_ends_it(driver: Driver) -> None:
    text = Path("gateway/simulator/README.md").read_text(encoding="utf-8").partition("### Bad days")[2]
    example = json.loads(text.partition("```json")[2].partition("```")[0])
    del example["refuse_connections"]
    told = driver.post("badness", example)
    assert {name: told[name] for name in example if name != "faults"} == {
        name: part for name, part in example.items() if name != "faults"
    }
    driver.post("reset", {})
    assert (driver.get("badness")["faults"], driver.get("badness")["lists"]["lag"]) == ([], 0)


def test_a_reset_does_no_work(driver: Driver) -> None:
    bad(driver, "reset")
    with pytest.raises(requests.ConnectionError):
        create(driver)
    assert driver.ledger("sms_out") == []


def test_connections_are_refused_for_a_while_and_open_ones_of_the_account_cut(driver: Driver) -> None:
    with requests.Session() as session:
        session.auth = (ACCOUNT, TOKEN)
        assert session.get(driver.base + MESSAGES, timeout=5).ok
        driver.post("badness", {"refuse_connections": 0.5})
        began = time.monotonic()
        with pytest.raises(requests.ConnectionError):
            session.get(driver.base + MESSAGES, timeout=5)
        assert driver.get("idle")["idle"], "the driver's own connection stays"
        while time.monotonic() - began < LONG:
            try:
                assert session.get(driver.base + MESSAGES, timeout=5).ok
                break
            except requests.ConnectionError:
                continue
        assert 0.3 < time.monotonic() - began < LONG


def test_a_fault_is_over_after_its_time(driver: Driver) -> None:
    driver.post("badness", {"faults": [{"do": "too_many", "seconds": 0.2}]})
    began = time.monotonic()
    while create(driver).status_code == 429:
        assert time.monotonic() - began < LONG
    assert time.monotonic() - began >= 0.15


def test_a_share_of_requests_fails_the_same_way_by_its_seed(driver: Driver) -> None:
    def day(seed: int) -> list[int]:
        driver.post("reset", {"seed": seed})
        faults = [{"do": "too_many", "share": 0.3}, {"do": "error_before", "on": "any", "share": 0.2}]
        driver.post("badness", {"faults": faults})
        return [create(driver).status_code for _ in range(30)]

    first = day(3)
    assert set(first) == {201, 429, 503}
    assert day(3) == first
    assert day(4) != first


def test_lists_fail_while_creates_do_not(driver: Driver) -> None:
    driver.post("badness", {"faults": [{"do": "error_before", "on": "list", "next": 2}]})
    assert create(driver).status_code == 201
    asked = [requests.get(driver.base + MESSAGES, auth=(ACCOUNT, TOKEN), timeout=5).status_code for _ in range(3)]
    assert asked == [503, 503, 200]


def test_callbacks_are_lost_doubled_and_late_the_same_way_by_a_seed(driver: Driver, site: Site) -> None:
    def day(seed: int) -> list[tuple[str, str]]:
        driver.post("reset", {"seed": seed})
        site.posts.clear()
        post = {"lose": 0.3, "double": 0.3, "late": 0.5, "least": 5, "most": 600}
        driver.post("badness", {"callbacks": post})
        for number in range(6):
            create(driver, StatusCallback=f"{site.base}/status/{number}")
            driver.settle()
        driver.play_out()
        return [(one.path, one.parameters["MessageStatus"]) for one in site.posts]

    first = day(3)
    assert first != sorted(first, key=lambda one: one[0]), "late ones are overtaken by those of other messages"
    assert len(set(first)) < 18
    assert len(set(first)) < len(first)
    assert len(driver.ledger("lost")) == 18 - len(set(first))
    assert sorted(day(3)) == sorted(first)
    assert sorted(day(4)) != sorted(first)


def test_an_inbound_webhook_is_late_and_its_reply_still_heard(driver: Driver, site: Site) -> None:
    driver.post("badness", {"inbound": {"late": 1, "least": 90, "most": 90}})
    site.says("/sms", "<Response><Message>Thank you</Message></Response>")
    driver.post("sms", {"from": AMINA, "body": "3"})
    assert 85 < driver.settle()["next_in"] <= 90
    assert site.posts == []
    driver.play_out()
    assert driver.phone(AMINA)["thread"][-1]["body"] == "Thank you"


def test_an_sms_whose_webhook_was_lost_is_found_at_the_provider(driver: Driver, site: Site) -> None:
    driver.post("badness", {"inbound": {"lose": 1}, "lists": {"page_size": 2}})
    sids = [driver.post("sms", {"from": phone, "body": "3"})["message"] for phone in (AMINA, BARAKA, AMINA)]
    driver.post("sms", {"from": AMINA, "to": "+15005550007", "body": "elsewhere"})
    driver.settle()
    assert site.posts == []
    assert [entry["sid"] for entry in driver.ledger("lost")][:3] == sids
    since = driver.get("time")["now"][:10]
    answer = requests.get(
        driver.base + MESSAGES, params={"To": NUMBER, "DateSent>": since}, auth=(ACCOUNT, TOKEN), timeout=5
    ).json()
    rest = requests.get(driver.base + answer["next_page_uri"], auth=(ACCOUNT, TOKEN), timeout=5).json()
    assert [one["sid"] for one in answer["messages"] + rest["messages"]] == sids[::-1]
    assert {one["direction"] for one in answer["messages"]} == {"inbound"}
    assert rest["next_page_uri"] is None
