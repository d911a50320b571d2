"""How long from a danger sign in the webhook to the POST for the doctor: at a steady load, without Redis or sender?"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.network import Network
from tests import servers
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, house, pause
from tests.mortal import Mortal

SEED = 5
PER_SECOND = 20  # messages that come in
EVERY_IN_DANGER = 4
DANGER = "I can't breathe"
GATE = "any of these"
DOCTOR = "+61491570156"  # Dr Baraka of docs/village
NUMBER = re.compile(r"^URGENT \d+: patient (\d+)\b")
PATIENTS = {"short": 60, "full": 400}
ALL_WITHIN = 600.0  # seconds
AIMS = {"well": (1, 3), "without Redis": (5, 5), "sender killed": (60, 60)}


def _nothing(here: House) -> None:
    pass


def _redis_dies(here: House) -> None:
    here.kill_redis()


def _sender_dies(here: House) -> None:
    """While it sends, with what it has claimed. Nobody begins it again: the clock sends what is overdue."""
    _wait_until(lambda: len(_posts(here)) >= 3)
    here.kill("jobs")


HAPPENS: dict[str, Callable[[House], None]] = {
    "well": _nothing,
    "without Redis": _redis_dies,
    "sender killed": _sender_dies,
}


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", PATIENTS)
@pytest.mark.parametrize("how", HAPPENS)
def test_from_a_danger_sign_to_the_post_for_the_doctor(
    how: str, size: str, quiet: Network, durable: Mortal, tmp_path: Path, tell: Tell
) -> None:
    phones = crowd.numbers(PATIENTS[size])
    in_danger = {place: phone for place, phone in enumerate(phones, 1) if place % EVERY_IN_DANGER == 0}
    with house(tmp_path, quiet, durable.url(), crowd.rows(phones), **QUICK) as here:
        storm.begin(here, phones, PER_SECOND, SEED, people=_people)
        HAPPENS[how](here)
        _wait_until(lambda: _posts(here).keys() >= in_danger.keys())
        waits = _waits(here, in_danger)
        here.redis = here.redis if how != "without Redis" else servers.start_redis(here.folder / "redis")
    tell(f"{_told(waits)} (aim {AIMS[how][0]} s and {AIMS[how][1]} s)")


def _people(phones: list[str], spread: float, seed: int) -> list[dict[str, Any]]:
    """As ever, but one in four has a danger sign and says so in her own words."""
    everybody = crowd.people(phones, spread, seed)
    for person in everybody[EVERY_IN_DANGER - 1 :: EVERY_IN_DANGER]:
        for rule in person["rules"]:
            if rule["when"] == GATE:
                rule["say"] = DANGER
                rule.pop("press", None)
    return everybody


def _posts(here: House) -> dict[int, datetime]:
    """When the first SMS about each patient reached the provider for the village doctor, by her number."""
    found: dict[int, datetime] = {}
    for one in here.network.get("ledger?kind=sms_out")["entries"]:
        number = NUMBER.match(one["body"]) if one["to"] == DOCTOR else None
        if number:
            found.setdefault(int(number[1]), datetime.fromisoformat(one["at"]))
    return found


def _waits(here: House, in_danger: dict[int, str]) -> list[float]:
    """Seconds from the moment at which her phone sent it, sorted."""
    told = _posts(here)
    texts = here.network.get("ledger?kind=sms_in")["entries"]
    said = {one["from"]: datetime.fromisoformat(one["at"]) for one in texts if one["body"] == DANGER}
    return sorted((told[place] - said[phone]).total_seconds() for place, phone in in_danger.items())


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + ALL_WITHIN
    while not is_so():
        assert time.monotonic() < until, "a doctor was never told"
        pause(0.5)


def _told(seconds: list[float]) -> str:
    p50, p99 = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.99))
    return f"{len(seconds)} danger signs to POST: p50 {p50:.2f} s, p99 {p99:.2f} s, longest {seconds[-1]:.2f} s"
