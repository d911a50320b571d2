"""How is a request read from a connection, and its answer written?"""

import io
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_REQUEST_BYTES = 64 * 1024 * 1024
_LONGEST_LINE, _MOST_HEADERS = 65_536, 100
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class BadRequest(Exception):
    """Nothing that follows on this connection could be understood either."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`headers` by lower-case name."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    keeps_open: bool


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def read_request(stream: BinaryIO) -> Asked | None:
    """None when the other side has closed. Raises BadRequest."""
    line = stream.readline(_LONGEST_LINE)
    if not line.strip():
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(f"{len(words)} words in the request line")
    headers = _headers(stream)
    path, _, query = words[1].partition("?")
    told = headers.get("connection", "").lower()
    keeps_open = told == "keep-alive" if words[2] == "HTTP/1.0" else told != "close"
    return Asked(words[0], unquote(path), query, headers, _body(stream, headers), keeps_open)


def written(answer: Answered, is_head: bool = False) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, '')}", *map(": ".join, answer.headers.items())]
    if answer.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(answer.body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if is_head else head + answer.body


def environ_of(asked: Asked) -> "WSGIEnvironment":
    """For what is written as a WSGI application: /control and the page."""
    host, _, port = asked.headers.get("host", "localhost").partition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.encode().decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": asked.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | {"HTTP_" + name.upper().replace("-", "_"): value for name, value in asked.headers.items()}


def _headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(_MOST_HEADERS):
        line = stream.readline(_LONGEST_LINE)
        if line in (b"\r\n", b"\n"):
            return headers
        name, found, value = line.decode("latin-1").partition(":")
        if not found:
            break
        headers[name.strip().lower()] = value.strip()
    raise BadRequest("headers without an end")


def _body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdigit() or int(length) > MOST_REQUEST_BYTES:
        raise BadRequest("a body without a length that can be taken")
    body = stream.read(int(length))
    if len(body) < int(length):
        raise BadRequest("a body that breaks off")
    return body
