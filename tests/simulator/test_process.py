"""Does the process start on any port, sign as told, and end when it should?"""

import os
import signal
import subprocess
import sys

import pytest
import requests

from tests.simulator.account import start_simulator


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_when_asked(how: signal.Signals) -> None:
    process, base = start_simulator()
    assert requests.get(f"{base}/control/idle", timeout=5).json()["idle"]
    process.send_signal(how)
    assert process.wait(timeout=2) == 0
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a parent's death only there")
def test_it_ends_with_its_parent() -> None:
    start = (
        "import sys; from tests.simulator.account import start_simulator; "
        "print(start_simulator()[1], flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdin is not None
    base = parent.stdout.readline().strip()
    assert requests.get(f"{base}/control/idle", timeout=5).ok
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=5)
    with pytest.raises(requests.ConnectionError):
        ask_until_it_ends(base)
    for pipe in (parent.stdin, parent.stdout):
        pipe.close()


def ask_until_it_ends(base: str) -> None:
    for _ in range(500):
        requests.get(f"{base}/control/idle", timeout=1)


def test_a_missing_account_is_said_in_a_line() -> None:
    ended = subprocess.run([sys.executable, "-m", "gateway.simulator"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--account" in ended.stderr
