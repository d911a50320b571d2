"""The demo as its visitor meets it: a week that keeps its promises, and nothing left running afterwards."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from gateway.demo.village import FOLDER

ENDS_WITHIN = 15.0
DEMO = [sys.executable, "-m", "gateway", "demo"]


@pytest.mark.timeout(300)
def test_a_week_in_the_village_keeps_every_promise() -> None:
    done = subprocess.run([*DEMO, "--headless"], cwd=FOLDER, capture_output=True, text=True, timeout=280, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:]
    assert "every promise held" in done.stdout
    for told in (
        "answer juma: pain 10",
        "presses 0",
        "re-check below",
        "conversation weekly-check with sam: still learning",
    ):
        assert told in done.stdout


def test_nothing_is_left_running_when_the_village_ends() -> None:
    """One after the other: both want the same ports."""
    for end in (signal.SIGINT, signal.SIGKILL):
        _open_and_end(end)


def _open_and_end(end: signal.Signals) -> None:
    village = subprocess.Popen(DEMO, cwd=FOLDER, stdout=subprocess.PIPE, text=True, env=os.environ | {"COLUMNS": "200"})
    assert village.stdout
    told = ""
    while "Ctrl-C" not in told:
        told += village.stdout.readline()
    ports = {int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", told)}
    assert len(ports) == 2
    assert all(_is_open(port) for port in ports)
    village.send_signal(end)
    village.communicate(timeout=ENDS_WITHIN)
    until = time.monotonic() + ENDS_WITHIN
    while any(_is_open(port) for port in ports) and time.monotonic() < until:
        time.sleep(0.1)
    assert [port for port in ports if _is_open(port)] == []


def _is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
