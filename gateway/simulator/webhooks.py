"""How does one webhook leave: signed, with its time-outs, and how often is it tried again?"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, quote, unquote, urldefrag, urlencode, urlsplit

from gateway.simulator.lines import Broken, Lines

HTTP_FAILED, CONNECTION_FAILED = 11200, 11205


@dataclass(frozen=True)
class Webhook:
    """`key`: what the dice know it by, the same in every run."""

    purpose: str
    sid: str
    url: str
    parameters: Mapping[str, str]
    token: str
    method: str = "POST"
    copy: int = 1
    key: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the last attempt brought. `why` is "connect" or "read" where there is no status, and `detail` the error."""

    status: int | None
    why: str | None = None
    body: bytes = b""
    content_type: str = ""
    detail: str | None = None
    file_name: str = ""

    @property
    def is_ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def error_code(self) -> int:
        return CONNECTION_FAILED if self.status is None else HTTP_FAILED


@dataclass(frozen=True)
class Overrides:
    """Twilio's connection overrides, in seconds: the defaults, or what the fragment of the webhook's URL says."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = field(default_factory=lambda: frozenset({"ct"}))

    def wants_retry(self, outcome: Outcome) -> bool:
        return not outcome.is_ok and ("all" in self.policy or _class_of(outcome) in self.policy)


@lru_cache(maxsize=1024)
def overrides_of(url: str) -> Overrides:
    given = {name: values[-1] for name, values in parse_qs(urldefrag(url).fragment).items()}
    policy = given.get("rp", "ct").split(",")
    return Overrides(
        connect=_bounded(given.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_bounded(given.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_bounded(given.get("tt"), 100, 15_000, 15_000) / 1000,
        retries=_bounded(given.get("rc"), 0, 5, 1),
        policy=frozenset(policy),
    )


def signature(token: str, url: str, parameters: Mapping[str, str]) -> str:
    text = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def deliver(lines: Lines, webhook: Webhook, auth_token: str, record: Callable[[int, Outcome, float], None]) -> Outcome:
    """Attempts until one is taken, or retries or time are used up: `total` real seconds for all of them together."""
    overrides = overrides_of(webhook.url)
    began = time.monotonic()
    attempt = 0
    while True:
        attempt += 1
        left = overrides.total - (time.monotonic() - began)
        at = time.monotonic()
        outcome = _attempt(lines, webhook, auth_token, min(overrides.connect, left), min(overrides.read, left))
        record(attempt, outcome, time.monotonic() - at)
        spent = time.monotonic() - began
        if attempt > overrides.retries or spent >= overrides.total or not overrides.wants_retry(outcome):
            return outcome


def _attempt(lines: Lines, webhook: Webhook, auth_token: str, connect: float, read: float) -> Outcome:
    """A connection that breaks is a failed attempt, kept open or new: only Twilio's rules try again."""
    url, request = _request(webhook, auth_token)
    try:
        line = lines.take(url, connect)
    except OSError as error:
        return Outcome(None, "connect", detail=type(error).__name__)
    try:
        said = line.ask(request, read)
        return Outcome(said.status, None, said.body, said.content_type, file_name=_name_in(said.disposition))
    except (OSError, ValueError, Broken) as error:
        return Outcome(None, "read", detail=str(error) if isinstance(error, Broken) else type(error).__name__)
    finally:
        lines.give_back(line)


def _request(webhook: Webhook, auth_token: str) -> tuple[str, bytes]:
    """A GET carries the parameters in its query, and then the signature is over the URL alone."""
    url = _plain(webhook.url)
    if webhook.method == "GET":
        if webhook.parameters:
            url += ("&" if "?" in url else "?") + urlencode(webhook.parameters)
        return url, _written(webhook, url, signature(auth_token, url, {}), b"")
    body = urlencode(webhook.parameters).encode()
    return url, _written(webhook, url, signature(auth_token, url, webhook.parameters), body)


@lru_cache(maxsize=1024)
def _plain(url: str) -> str:
    return quote(urldefrag(url).url, safe="!#$%&'()*+,/:;=?@[]~")


def _written(webhook: Webhook, url: str, signed: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    lines = [
        f"{webhook.method} {parts.path or '/'}{'?' if parts.query else ''}{parts.query} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
        f"I-Twilio-Idempotency-Token: {webhook.token}",
        f"X-Twilio-Signature: {signed}",
    ]
    if webhook.method != "GET":
        lines += ["Content-Type: application/x-www-form-urlencoded; charset=UTF-8", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _name_in(disposition: str) -> str:
    """As RFC 6266 writes a name in any language."""
    found = re.search(r"filename\*=UTF-8''([^;\s]+)", disposition, re.IGNORECASE)
    return unquote(found[1]) if found else ""


def _class_of(outcome: Outcome) -> str:
    if outcome.status is None:
        return "ct" if outcome.why == "connect" else "rt"
    return f"{outcome.status // 100}xx"


def _bounded(text: str | None, least: int, most: int, default: int) -> int:
    return min(most, max(least, int(text))) if text and text.isascii() and text.isdigit() else default
