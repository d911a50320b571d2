"""Do many announced SMS arrive, at their pace and under the sids that were chosen?"""

from tests.simulator.account import AMINA, BARAKA, NUMBER, Driver, Site

SIDS = [f"SM{number:032x}" for number in range(40)]


def storm(driver: Driver, sids: list[str], per_second: float) -> float:
    messages = [{"from": AMINA, "body": str(place), "sid": sid} for place, sid in enumerate(sids)]
    told = driver.post("sms/many", {"messages": messages, "per_second": per_second})
    assert told["announced"] == len(sids)
    return float(told["seconds"])


def test_a_storm_is_answered_at_once_and_over_when_idle(driver: Driver, site: Site) -> None:
    assert storm(driver, SIDS, per_second=200) == 0.2
    assert not driver.get("idle")["idle"]
    driver.settle()
    assert {post.parameters["MessageSid"] for post in site.at("/sms")} == set(SIDS)
    assert [entry["sid"] for entry in driver.ledger("sms_in")] == SIDS
    assert driver.get("idle")["coming"] == 0


def test_a_sid_told_twice_is_one_message_with_two_webhooks(driver: Driver, site: Site) -> None:
    storm(driver, [SIDS[0], SIDS[1], SIDS[0]], per_second=1000)
    driver.settle()
    assert len(driver.ledger("sms_in")) == 2
    assert sorted(post.parameters["MessageSid"] for post in site.at("/sms")) == [SIDS[0], SIDS[0], SIDS[1]]


def test_a_share_of_a_storm_is_lost_by_its_seed(driver: Driver, site: Site) -> None:
    def lost() -> list[str]:
        driver.post("reset", {"seed": 5})
        driver.post("badness", {"inbound": {"lose": 0.4}})
        storm(driver, SIDS, per_second=1000)
        driver.settle()
        return [entry["sid"] for entry in driver.ledger("lost")]

    first = lost()
    assert 5 < len(first) < 30
    assert lost() == first


def test_several_phones_and_numbers_take_part(driver: Driver, site: Site) -> None:
    messages = [{"from": AMINA, "body": "1"}, {"from": BARAKA, "to": "+15005550007", "body": "2"}]
    driver.post("sms/many", {"messages": messages})
    driver.settle()
    assert sorted(post.parameters["To"] for post in site.at("/sms")) == [NUMBER, "+15005550007"]
