"""PostgreSQL is stopped at once and started again while a crowd answers: who is told what, and is anything lost?"""

from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode, urlsplit

import pytest

from gateway.demo.network import Network
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, house, pause
from tests.faults.reckoning import faults
from tests.faults.sizes import sizes
from tests.mortal import mortal_postgresql
from tests.signing import signature
from tests.world import OUR_NUMBER

SEED = 13
STRANGER = "+61491570006"
STOPS = sizes((20, 2, 1.0), (500, 10, 3.0))  # patients, stops, seconds between them
BACK_WITHIN = 60.0  # on any machine; how long it takes is printed
_ids = count(1)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("patients", "stops", "between"), STOPS)
def test_a_postgresql_that_is_stopped_is_told_at_once_and_loses_nothing(
    patients: int, stops: int, between: float, quiet: Network, tmp_path: Path, tell: Tell
) -> None:
    phones = crowd.numbers(patients)
    with mortal_postgresql() as server, house(tmp_path, quiet, server.url(), crowd.rows(phones), **QUICK) as here:
        storm.begin(here, phones, 2 * patients / (stops * between), SEED)
        told, back = [], []
        for _ in range(stops):
            pause(between)
            server.stop_at_once()
            told += [_text_in(here) for _ in range(5)]
            server.begin()
            back.append(_until_taken(here))
        storm.wait_until_quiet(here)
        found = storm.settle(here)
        tell(_figures(told, back) + f"\n{found.lines()}")
    assert {status for status, _ in told} == {503}
    assert faults(found) == {}


def _until_taken(here: House) -> float:
    began = monotonic()
    while _text_in(here)[0] != 200:
        assert monotonic() - began < BACK_WITHIN
    return monotonic() - began


def _text_in(here: House) -> tuple[int, float]:
    """Status and seconds of one SMS webhook, from a number that nobody knows."""
    settings, sid = here.settings, f"SM{next(_ids):032x}"
    form = {
        "AccountSid": settings.twilio_account_sid,
        "MessageSid": sid,
        "From": STRANGER,
        "To": OUR_NUMBER,
        "Body": "hi",
    }
    signed = signature(settings.tokens[0], f"{settings.public_url}/twilio/sms", form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    began, line = monotonic(), HTTPConnection(urlsplit(settings.public_url).netloc, timeout=30)
    try:
        line.request("POST", "/twilio/sms", urlencode(form), headers)
        return line.getresponse().status, monotonic() - began
    finally:
        line.close()


def _figures(told: list[tuple[int, float]], back: list[float]) -> str:
    seconds, back = sorted(second for _, second in told), sorted(back)
    return (
        f"    503 after        median {seconds[len(seconds) // 2]:5.2f} s, longest {seconds[-1]:5.2f} s\n"
        f"    taken again after median {back[len(back) // 2]:5.2f} s, longest {back[-1]:5.2f} s"
    )
