"""How much memory does each process hold once it has worked?"""

from pathlib import Path

import pytest

from gateway.demo.network import Network
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import QUICK, house
from tests.load.rounds import megabytes

PATIENTS, PER_SECOND = 40, 20


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_the_memory_of_each_process(quiet: Network, database_url: str, tmp_path: Path, tell: Tell) -> None:
    phones = crowd.numbers(PATIENTS)
    with house(tmp_path, quiet, database_url, crowd.rows(phones), **QUICK) as here:
        storm.begin(here, phones, PER_SECOND, 1)
        storm.wait_until_quiet(here)
        pids = {name: process.pid for name, process in here.running.items()} | {"redis": here.redis.pid}
        children = Path(f"/proc/{pids['web']}/task/{pids['web']}/children").read_text().split()
        pids["web worker"] = int(children[0])
        told = {name: megabytes(pid) for name, pid in sorted(pids.items())}
        tell("\n    " + ", ".join(f"{name} {size:.0f} MB" for name, size in told.items()))
