"""Who stands in for the account in these tests: a web server that hears webhooks, and the driver of the story?"""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "the account's token"
NUMBER = "+15005550006"
AMINA, BARAKA, CHANDRA = "+8613900000001", "+8613900000002", "+8613900000003"
LONG = 30.0  # real seconds: on any machine
EMPTY = "<Response/>"

Answer = Callable[["Post"], tuple[int, str | bytes]]


@dataclass(frozen=True)
class Post:
    """One webhook as it arrived."""

    path: str
    method: str
    parameters: dict[str, str]
    headers: dict[str, str]
    url: str


@dataclass
class Site:
    """The account's web server. What a path answers may be set; else it is an empty document."""

    answers: dict[str, Answer] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    content_type: str = "text/xml"
    base: str = ""

    def at(self, path: str) -> list[Post]:
        return [post for post in self.posts if urlsplit(post.path).path == path]

    def says(self, path: str, document: str | bytes, status: int = 200) -> None:
        self.answers[path] = lambda post: (status, document)


def site_handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            pairs = parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True)
            post = Post(self.path, self.command, dict(pairs), dict(self.headers), site.base + self.path)
            site.posts.append(post)
            status, text = site.answers.get(urlsplit(self.path).path, lambda post: (200, EMPTY))(post)
            body = text if isinstance(text, bytes) else text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "audio/wav" if isinstance(text, bytes) else site.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name that http.server asks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class Driver:
    """Speaks to /control as the demo does."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._session = requests.Session()

    def close(self) -> None:
        self._session.close()

    def get(self, name: str, **query: Any) -> Any:
        return self._session.get(f"{self.base}/control/{name}", params=query, timeout=30).json()

    def post(self, name: str, body: Any, status: int = 200) -> Any:
        answer = self._session.post(f"{self.base}/control/{name}", json=body, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def settle(self) -> Any:
        """Waits until nothing moves at this moment of the story."""
        idle = self.get("idle", wait=20)
        assert idle["idle"], idle
        return idle

    def jump(self) -> bool:
        """To the next due moment; False where there is none."""
        idle = self.settle()
        if idle["next_due"] is None:
            return False
        ahead = datetime.fromisoformat(idle["next_due"]) - datetime.fromisoformat(idle["now"])
        offset = self.get("time")["offset_seconds"]
        self.post("time", {"offset_seconds": offset + max(0.0, ahead.total_seconds()) + 0.001})
        self.settle()
        return True

    def play_out(self) -> None:
        while self.jump():
            pass

    def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.get("ledger", kind=",".join(kinds))["entries"]
        return entries

    def phone(self, number: str) -> dict[str, Any]:
        phones: list[dict[str, Any]] = self.get("phones")["phones"]
        return next(phone for phone in phones if phone["number"] == number)

    def person(self, number: str, **said: Any) -> None:
        self.post("numbers", {"number": number, "kind": "scripted", **said})


class RedirectedClient(TwilioHttpClient):
    """The real library's HTTP client, sent to another host. That is all that a program need do."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Any:
        parts = urlsplit(url)
        return super().request(method, url.replace(f"{parts.scheme}://{parts.netloc}", self._base, 1), *args, **named)


def client_of(base: str, token: str = TOKEN) -> Client:
    return Client(ACCOUNT, token, http_client=RedirectedClient(base))


def start_simulator(*more: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "gateway.simulator", "--port", "0", "--account", ACCOUNT, "--token", TOKEN, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on http://127.0.0.1:")
    return process, line.split()[-1]


def serve_site(site: Site) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), site_handler(site))
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
