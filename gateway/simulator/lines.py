"""How does a webhook get over a connection that is kept open for the next one?"""

import select
import socket
import ssl
import time
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO
from urllib.parse import urlsplit

MOST_ANSWER_BYTES = 4 * 1024 * 1024  # a recording of some minutes
# Shorter than any server keeps an idle connection (gunicorn: 2 s), so that we never write into one just being closed.
LONGEST_IDLE = 1.0
_LONGEST_LINE = 65_536
_WITHOUT_BODY = (204, 304)


class Broken(Exception):
    """The other side's bytes are no answer."""


@dataclass(frozen=True)
class Said:
    status: int
    content_type: str
    body: bytes
    disposition: str = ""


class Line:
    """One connection to one place."""

    def __init__(self, place: tuple[str, str, int], timeout: float) -> None:
        scheme, host, port = self.place = place
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "https":
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=host)
        self._stream: BinaryIO = self.socket.makefile("rb")
        self.is_reusable = False
        self.idle_since = 0.0

    def is_alive(self, now: float) -> bool:
        """Anything to read on an idle connection is its end."""
        waiting = select.poll()
        waiting.register(self.socket, select.POLLIN)
        return now - self.idle_since < LONGEST_IDLE and not waiting.poll(0)

    def ask(self, request: bytes, timeout: float) -> Said:
        """Raises OSError or Broken."""
        self.is_reusable = False
        self.socket.settimeout(timeout)
        self.socket.sendall(request)
        version, status = self._status()
        headers = self._headers()
        body, is_whole = self._body(status, headers)
        told = headers.get("connection", "").lower()
        self.is_reusable = is_whole and told != "close" and (version != "HTTP/1.0" or told == "keep-alive")
        return Said(status, headers.get("content-type", ""), body, headers.get("content-disposition", ""))

    def close(self) -> None:
        self._stream.close()
        self.socket.close()

    def _status(self) -> tuple[str, int]:
        while True:
            words = self._stream.readline(_LONGEST_LINE).decode("latin-1").split(None, 2)
            if not words:
                raise Broken("closed without an answer")
            if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
                raise Broken("no status line")
            if words[1][0] != "1":
                return words[0], int(words[1])
            self._headers()

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while (line := self._stream.readline(_LONGEST_LINE)) not in (b"\r\n", b"\n"):
            name, found, value = line.decode("latin-1").partition(":")
            if not found:
                raise Broken("headers without an end")
            headers[name.strip().lower()] = value.strip()
        return headers

    def _body(self, status: int, headers: dict[str, str]) -> tuple[bytes, bool]:
        """And whether the next answer would begin right after it."""
        if status in _WITHOUT_BODY:
            return b"", True
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks(), True
        length = headers.get("content-length", "")
        if not length.isdigit():
            return self._stream.read(MOST_ANSWER_BYTES), False
        body = self._exactly(min(int(length), MOST_ANSWER_BYTES))
        return body, len(body) == int(length)

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._stream.readline(_LONGEST_LINE).split(b";")[0] or b"0", 16):
            body += self._exactly(size)
            self._stream.readline(_LONGEST_LINE)
            if len(body) > MOST_ANSWER_BYTES:
                raise Broken("more than anybody needs to say")
        self._headers()
        return body

    def _exactly(self, length: int) -> bytes:
        body = self._stream.read(length)
        if len(body) < length:
            raise Broken("the body breaks off")
        return body


class Lines:
    """What is idle, by place; the one used last is used next, so that the others grow old and are closed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: dict[tuple[str, str, int], list[Line]] = {}
        self._cleaned = 0.0

    def take(self, url: str, timeout: float) -> Line:
        """Raises OSError where no connection is made. None that was idle is ever tried twice."""
        place, now = place_of(url), time.monotonic()
        while (line := self._pop(place)) is not None:
            if line.is_alive(now):
                return line
            line.close()
        return Line(place, timeout)

    def give_back(self, line: Line) -> None:
        if not line.is_reusable:
            line.close()
            return
        now = line.idle_since = time.monotonic()
        with self._lock:
            self._idle.setdefault(line.place, []).append(line)
            if now - self._cleaned > LONGEST_IDLE:
                self._cleaned = now
                self._close_old(now)

    def _pop(self, place: tuple[str, str, int]) -> Line | None:
        with self._lock:
            idle = self._idle.get(place)
            return idle.pop() if idle else None

    def _close_old(self, now: float) -> None:
        for place, lines in list(self._idle.items()):
            for line in lines:
                if now - line.idle_since > LONGEST_IDLE:
                    line.close()
            self._idle[place] = [line for line in lines if now - line.idle_since <= LONGEST_IDLE]
            if not self._idle[place]:
                del self._idle[place]


def place_of(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
