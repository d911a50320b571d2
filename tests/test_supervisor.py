"""Does one command bring up everything, keep it up, and leave nothing behind however it ends?"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.bundled import LONGEST_SOCKET_PATH, Bundled
from gateway.supervisor import ROOT
from tests.network import settings_for

SOON = 40.0  # a busy machine; each thing takes a second or two


class Serving:
    """A running `python -m gateway serve` and the processes that belong to it."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, folder: Path) -> None:
        self.process = process
        self.url = url
        self.folder = folder

    def status(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/status", timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def family(self) -> dict[int, str]:
        """Every descendant, with its command line."""
        found = {}
        for pid, (parent, command) in processes().items():
            if parent == self.process.pid or parent in found:
                found[pid] = command
        return found

    def child(self, word: str) -> int:
        return next(pid for pid, command in self.family().items() if word in command)


def processes() -> dict[int, tuple[int, str]]:
    """Oldest first, so that a parent comes before its children; the dead that nobody has buried are left out."""
    found = {}
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(folder.name)] = (int(parent), command)
    return found


def eventually(holds: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something. Other processes are watched here, and they have their own time."""
    until = time.monotonic() + SOON
    while not (given := _tried(holds)):
        assert time.monotonic() < until, "it never came"
        threading.Event().wait(0.05)
    return given


def _tried(holds: Callable[[], Any]) -> Any:
    try:
        return holds()
    except (OSError, StopIteration):
        return None


def environment(folder: Path, port: int) -> dict[str, str]:
    told = {
        name.upper(): getattr(value, "get_secret_value", lambda value=value: str(value))()
        for name, value in settings_for().model_dump(exclude_none=True, exclude={"port"}).items()
    }
    ours = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/gateway.db",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REDIS_URL": "",
    }
    return os.environ | told | ours


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port: int = line.getsockname()[1]
    return port


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    port = free_port()
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "serve"],
            env=environment(folder, port), cwd=ROOT, stdout=log, stderr=log, text=True,
        )  # fmt: skip
    running = Serving(process, f"http://127.0.0.1:{port}", folder)
    try:
        eventually(lambda: running.status()["ok"])
        yield running
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("serve")) as served:
        yield served


def test_one_command_brings_up_everything(running: Serving) -> None:
    commands = " ".join(running.family().values())
    assert all(name in commands for name in ("valkey-server", "gunicorn", "worker.py jobs", "worker.py clock"))
    assert eventually(lambda: running.status()["jobs_seconds"] is not None)
    assert running.status()["redis"]


def test_a_second_one_says_so_in_one_sentence(running: Serving) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "gateway", "serve"], env=environment(running.folder, free_port()), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert again.stderr == f"Another `serve` already runs on {running.folder}: end it first, or set VAR_DIR.\n"


@pytest.mark.parametrize("word", ["worker.py clock", "worker.py jobs", "valkey-server", "gunicorn"])
def test_a_child_that_dies_begins_again(running: Serving, word: str) -> None:
    dead = eventually(lambda: running.child(word))
    os.kill(dead, signal.SIGKILL)
    assert eventually(lambda: running.child(word) != dead and running.child(word))
    assert eventually(lambda: running.status()["redis"] and running.status()["ok"])


def test_one_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        family = running.family()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(SOON) == 0
        assert not set(family) & set(processes())


def test_killed_with_9_it_leaves_nothing_running(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        family = set(running.family())
        assert len(family) >= 5
        running.process.kill()
        running.process.wait()
        assert eventually(lambda: not family & set(processes()))


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
        ran = subprocess.run(
            [sys.executable, "-m", "gateway", "serve"], env=environment(tmp_path, port), cwd=ROOT,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == f"Port {port} is taken by another program: set PORT, or end that program.\n"


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    assert Bundled(tmp_path).socket.parent == tmp_path / "redis"
    short = Bundled(deep).socket
    assert len(os.fsencode(short)) <= LONGEST_SOCKET_PATH
    assert short == Bundled(deep).socket
