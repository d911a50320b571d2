"""A process dies at any moment, hundreds of times, while a crowd answers: is anything lost, or done twice?"""

from pathlib import Path

import pytest

from gateway.demo.network import Network
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import house
from tests.faults.sizes import sizes

SEED = 7
QUICK = {"sms_per_second": 500, "calls_per_second": 50, "sms_per_number_a_day": 1000}
# (messages that come in, kills, messages a second): the full size takes the better part of an hour.
STORMS = sizes((240, 6, 20), (20_000, 200, 40))
NEVER = (
    "inbound_lost",
    "heard_twice",
    "answers_wrong",
    "outbound_lost",
    "unknown_to_us",
    "prompts_twice",
    "cases_twice",
)
LOOKS_FAIL = {
    "the list lags 2 s": {"lists": {"lag": 2.0}},
    "a fifth of the looks is refused": {"faults": [{"do": "error_before", "on": "list", "share": 0.2, "status": 503}]},
}


@pytest.mark.timeout(4000)
@pytest.mark.parametrize(("messages", "kills", "per_second"), STORMS)
def test_nothing_is_lost_or_doubled_while_processes_are_killed(
    messages: int, kills: int, per_second: float, quiet: Network, database_url: str, tmp_path: Path, tell: Tell
) -> None:
    phones = crowd.numbers(messages // crowd.REPLIES)
    with house(tmp_path, quiet, database_url, crowd.rows(phones), **QUICK) as here:
        storm.begin(here, phones, per_second, SEED)
        killed = storm.kill_at_random(here, kills, messages / per_second / kills, SEED)
        storm.wait_until_quiet(here)
        found = storm.settle(here)
        tell(f"killed {killed}, on {here.database.engine.dialect.name}:\n{found.lines()}")
    assert {name: getattr(found, name) for name in NEVER} == dict.fromkeys(NEVER, 0)
    assert found.sent_in >= messages * 0.9
