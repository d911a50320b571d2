"""Does each control address do what the README says, and refuse the rest in a sentence?"""

from datetime import datetime
from typing import Any

import pytest
import requests
from twilio.rest import Client

from tests.simulator.account import AMINA, BARAKA, NUMBER, Driver, Site


def test_time_moves_forward_only(driver: Driver, client: Client) -> None:
    before = datetime.fromisoformat(driver.get("time")["now"])
    after = datetime.fromisoformat(driver.post("time", {"offset_seconds": 7 * 86400})["now"])
    assert 7 * 86400 <= (after - before).total_seconds() < 7 * 86400 + 5
    assert "backwards" in driver.post("time", {"offset_seconds": 0}, status=400)["error"]
    created = client.messages.create(to=AMINA, from_=NUMBER, body="x").date_created
    assert created is not None
    assert abs((created - after).total_seconds()) < 5


def test_idle_names_the_next_moment(driver: Driver, client: Client) -> None:
    assert driver.settle()["next_due"] is None
    driver.person(AMINA, rules=[{"when": "pain", "say": "8", "after": 3600}])
    client.messages.create(to=AMINA, from_=NUMBER, body="pain?")
    idle = driver.settle()
    assert 3590 < idle["next_in"] <= 3600
    driver.jump()
    assert [entry["body"] for entry in driver.ledger("sms_in")] == ["8"]


def test_idle_waits_for_webhooks_in_flight(driver: Driver, site: Site) -> None:
    driver.post("sms", {"from": AMINA, "body": "3"})
    assert driver.get("idle", wait=5)["in_flight"] == 0
    assert len(site.at("/sms")) == 1


def test_a_person_is_changed_by_what_is_named(driver: Driver) -> None:
    driver.post("numbers", {"number": AMINA, "name": "Amina", "roles": ["patient", "helper"], "kind": "silent"})
    driver.post("numbers", [{"number": AMINA, "kind": "by_hand"}, {"number": BARAKA}])
    amina, baraka = driver.get("numbers")["numbers"]
    assert (amina["kind"], amina["roles"], amina["name"]) == (
        "by_hand",
        ["patient", "helper"],
        {"en": "Amina", "zh": "Amina"},
    )
    assert baraka["kind"] == "no_answer"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("numbers", {"number": "13900000001"}),
        ("numbers", {"number": AMINA, "kind": "moody"}),
        ("numbers", {"number": AMINA, "mood": "good"}),
        ("numbers", {"number": AMINA, "rules": [{"when": "("}]}),
        ("numbers", {"number": AMINA, "rules": [{"when": "x", "press": "ten"}]}),
        ("numbers", [{"number": AMINA}, {"number": "?"}]),
        ("webhooks", {"sms": "ftp://x"}),
        ("webhooks", {"fax": "http://x.example/"}),
        ("badness", {"duplicate": 0}),
        ("badness", {"lists": {"lag": "long"}}),
        ("badness", {"callbacks": {"lose": 2}}),
        ("badness", {"faults": [{"do": "explode"}]}),
        ("badness", {"faults": [{"do": "silence", "on": "sunday"}]}),
        ("sms/many", {"messages": [{"from": AMINA, "body": "3", "sid": "SM1"}]}),
        ("sms/many", {"messages": [], "per_second": 0}),
        ("sms", {"from": "Amina", "body": "3"}),
        ("sms", {"body": "3"}),
        ("actions", [{"id": "jump"}]),
        ("time", {"offset_seconds": "soon"}),
        ("time", []),
    ],
)
def test_a_wrong_order_is_refused_and_changes_nothing(driver: Driver, name: str, body: Any) -> None:
    assert driver.post(name, body, status=400)["error"]
    assert driver.get("numbers")["numbers"] == []


def test_only_json_is_taken_so_that_other_pages_cannot_post(driver: Driver) -> None:
    answer = requests.post(f"{driver.base}/control/reset", data="{}", timeout=5)
    assert answer.status_code == 415
    driver.post("sing", {}, status=404)


def test_the_ledger_is_read_on_from_a_number(driver: Driver) -> None:
    driver.post("sms", {"from": AMINA, "body": "one"})
    driver.settle()
    last = driver.get("ledger")["seq"]
    driver.post("sms", {"from": AMINA, "body": "two"})
    driver.settle()
    later = driver.get("ledger", since=last, kind="sms_in,webhook")["entries"]
    assert [entry["kind"] for entry in later] == ["sms_in", "webhook"]
    assert later[0]["body"] == "two"
    assert [entry["seq"] for entry in driver.get("ledger", since=last)["entries"]] == [last + 1, last + 2]
    assert len(driver.get("ledger", limit=1)["entries"]) == 1


def test_phones_show_threads_with_segments(driver: Driver, client: Client) -> None:
    client.messages.create(to=AMINA, from_=NUMBER, body="x" * 161)
    driver.post("sms", {"from": AMINA, "body": "疼"})
    driver.settle()
    to_phone, from_phone = sorted(driver.phone(AMINA)["thread"], key=lambda line: str(line["direction"]), reverse=True)
    assert (to_phone["segments"], to_phone["characters"], to_phone["encoding"]) == (2, 161, "GSM-7")
    assert (from_phone["segments"], from_phone["encoding"], from_phone["status"]) == (1, "UCS-2", "received")
    seq = driver.get("phones")["seq"]
    assert driver.get("phones", since=seq)["phones"] is None


def test_the_drivers_buttons_are_pressed_once(driver: Driver) -> None:
    driver.post("actions", [{"id": "jump", "label_en": "Jump", "label_zh": "跳"}])
    assert driver.get("phones")["actions"][0]["label_zh"] == "跳"
    driver.post("actions/press", {"id": "jump"})
    driver.post("actions/press", {"id": "fly"}, status=404)
    assert driver.get("actions/pressed", wait=1) == {"pressed": ["jump"]}
    assert driver.get("actions/pressed") == {"pressed": []}


def test_a_reset_takes_people_and_the_past_away(driver: Driver, client: Client) -> None:
    driver.person(AMINA, answers_after=50)
    client.calls.create(to=AMINA, from_=NUMBER, twiml="<Response/>")
    driver.post("reset", {"offset_seconds": 3600})
    assert driver.get("ledger")["entries"] == []
    assert driver.get("numbers")["numbers"] == []
    assert driver.get("idle")["next_due"] is None
    assert driver.get("time")["offset_seconds"] == 3600
    assert client.calls.list() == []


def test_badness_is_told_as_it_is(driver: Driver) -> None:
    told = driver.post("badness", {"duplicate": 2, "seed": 9, "lists": {"lag": 3}})
    assert (told["duplicate"], told["shuffle"], told["seed"], told["lists"]["lag"]) == (2, False, 9, 3)
    assert driver.get("badness") == told
    assert driver.get("webhooks")["sms"].endswith("/sms")
