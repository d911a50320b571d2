"""A process dies at any moment, hundreds of times, while a crowd answers: is anything lost, or done twice?"""

from pathlib import Path
from typing import Any

import pytest

from gateway.demo.network import Network
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import QUICK, house
from tests.faults.reckoning import faults
from tests.faults.sizes import sizes

SEED = 7
# (messages that come in, kills, messages a second): the full size takes half an hour on two cores.
STORMS = sizes((120, 4, 20), (20_000, 200, 40))
# (messages that come in, kills)
DOUBTS = sizes((80, 0), (4000, 40))
LOSES_REPLIES = {"do": "lose_reply", "on": "create", "share": 0.1}
LOOKS: dict[str, dict[str, Any]] = {
    "work": {"faults": [LOSES_REPLIES]},
    "lag": {"faults": [LOSES_REPLIES], "lists": {"lag": 2.0}},
    "fail": {"faults": [LOSES_REPLIES, {"do": "error_before", "on": "list", "share": 0.2, "status": 503}]},
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
        tell(f"killed {killed}\n{found.lines()}")
    assert faults(found) == {}
    assert found.sent_in >= messages


@pytest.mark.timeout(4000)
@pytest.mark.parametrize(("messages", "kills"), DOUBTS)
@pytest.mark.parametrize("looks", ["fail", *(pytest.param(looks, marks=pytest.mark.soak) for looks in ("work", "lag"))])
def test_a_doubt_doubles_cases_only_and_only_when_the_look_up_fails(
    looks: str, messages: int, kills: int, quiet: Network, database_url: str, tmp_path: Path, tell: Tell
) -> None:
    """A tenth of what is sent is taken by the provider without an answer."""
    phones = crowd.numbers(messages // crowd.REPLIES)
    with house(tmp_path, quiet, database_url, crowd.rows(phones), **QUICK) as here:
        quiet.post("badness", LOOKS[looks])
        storm.begin(here, phones, 40, SEED, names=("web", "jobs", "clock") if kills else ("web",))
        storm.kill_at_random(here, kills, 2.0, SEED)
        if kills:
            storm.wait_until_quiet(here)
        found = storm.settle(here)
        tell(f"the looks {looks}, {kills} kills\n{found.lines()}")
    assert faults(found).keys() <= ({"cases_twice"} if looks == "fail" else set())
