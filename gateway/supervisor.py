"""`serve`: web, jobs, clock and the bundled Redis-compatible server as one, and their end."""

import ctypes
import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from gateway.bundled import Bundled
from gateway.settings import Settings

ROOT = Path(__file__).parent.parent
PR_SET_PDEATHSIG = 1
THREADS = 8
LOOK_EVERY = 0.1
LONGEST_BACK_OFF = 30.0
LIVED_WELL = 60.0  # whoever lived this long begins again without a pause
END_WITHIN = 4.0

log = logging.getLogger(__name__)


class CannotServe(Exception):
    """One sentence for the operator."""


@dataclass
class Child:
    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Household:
    """All that `serve` runs. They die with it, even when it is killed with -9 (Linux)."""

    environment: Mapping[str, str]
    children: list[Child]
    ending: threading.Event = field(default_factory=threading.Event)


def serve(settings: Settings, prepare: Callable[[], object], say: Callable[[str], object]) -> None:
    """Runs until SIGINT or SIGTERM. From the main thread only: a child's life hangs on the thread that made it.

    `prepare` is done once it is certain that nobody else serves here. Raises CannotServe.
    """
    with _alone(settings.var_dir):
        _check_port(settings)
        prepare()
        bundled = None if settings.redis_url else Bundled(settings.var_dir)
        redis_url = bundled.url if bundled else settings.redis_url
        children = [Child("redis", bundled.command)] if bundled else []
        children += [
            Child("web", web_command(settings)),
            *(Child(name, worker_command(name)) for name in ("jobs", "clock")),
        ]
        house = Household({**os.environ, "REDIS_URL": redis_url}, children)
        _end_on_signal(house)
        try:
            _keep_alive(house, lambda: say(f"The gateway runs at {settings.public_url} (Ctrl-C ends it)."), settings)
        finally:
            _end(house)


def die_with_parent() -> Callable[[], None]:
    """For `preexec_fn`: the kernel ends the child when its parent is gone, however that came about."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before the fork

    def ask_kernel() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died while we were being born
                os._exit(1)

    return ask_kernel


def web_command(settings: Settings) -> list[str]:
    """The control socket would stand in HOME, where two instances of one user collide."""
    is_ours_alone = settings.port is None and settings.listen_is_local
    return [
        sys.executable, "-m", "gunicorn", "app:create_app()", "--pythonpath", str(ROOT), "--no-control-socket",
        "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--graceful-timeout", "3",
        "--bind", f"{'127.0.0.1' if is_ours_alone else '0.0.0.0'}:{settings.listen_port}",  # noqa: S104 - when told so
        "--log-level", "warning",
    ]  # fmt: skip


def worker_command(name: str) -> list[str]:
    return [sys.executable, str(ROOT / "worker.py"), name]


@contextmanager
def _alone(var_dir: Path) -> Iterator[None]:
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var_dir / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(f"Another `serve` already runs on {var_dir}: end it first, or set VAR_DIR.") from None
        yield


def _check_port(settings: Settings) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", settings.listen_port))
        except OSError:
            raise CannotServe(
                f"Port {settings.listen_port} is taken by another program: set PORT, or end that program."
            ) from None


def _end_on_signal(house: Household) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        house.ending.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def _keep_alive(house: Household, when_up: Callable[[], object], settings: Settings) -> None:
    is_up = False
    while not house.ending.is_set():
        for child in house.children:
            _look_after(house, child)
        if not is_up and _answers(settings.listen_port):
            is_up = True
            when_up()
        house.ending.wait(LOOK_EVERY)


def _look_after(house: Household, child: Child) -> None:
    """Begins it, or begins it again after a pause that grows with every early death."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.not_before:
            child.process, child.started = _begin(house, child), now
        return
    code = child.process.poll()
    if code is None:
        return
    child.failures = 1 if now - child.started > LIVED_WELL else child.failures + 1
    pause = min(0.5 * 2.0 ** (child.failures - 1), LONGEST_BACK_OFF)
    log.error("%s ended with %d, again in %.1f s", child.name, code, pause)
    child.process, child.not_before = None, now + pause


def _begin(house: Household, child: Child) -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C comes to us alone, and we end them in order."""
    return subprocess.Popen(  # noqa: S603 - our own programs
        child.command, env=dict(house.environment), start_new_session=True, preexec_fn=die_with_parent()
    )


def _answers(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(0.2)
        return line.connect_ex(("127.0.0.1", port)) == 0


def _end(house: Household) -> None:
    """All are asked at once, the bundled server last; who does not go within 4 s is killed with all it has started."""
    until = time.monotonic() + END_WITHIN
    bundled = [child for child in house.children if child.name == "redis"]
    for group in ([child for child in house.children if child not in bundled], bundled):
        running = [child.process for child in group if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            _wait(process, until)


def _wait(process: "subprocess.Popen[bytes]", until: float) -> None:
    try:
        process.wait(max(0.5, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
