"""Who sends thousands of signed webhooks over a few open lines, and is not what is measured?"""

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode, urlsplit

from gateway.settings import Settings
from tests.signing import signature
from tests.world import OUR_NUMBER

LINES = 8
_ids = count(1)


def sms(settings: Settings, sender: str, body: str) -> bytes:
    """One whole request, with a message id that was never there."""
    form = {
        "AccountSid": settings.twilio_account_sid,
        "MessageSid": f"SM{next(_ids):032x}",
        "From": sender,
        "To": OUR_NUMBER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    signed = signature(settings.tokens[0], f"{settings.public_url}/twilio/sms", form)
    text = urlencode(form).encode()
    head = "POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}X-Twilio-Signature: {signed}\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text


@dataclass
class Callers:
    """`refused` counts what was answered 503: it is sent again at once, and costs the one who refused it."""

    address: str
    refused: int = 0

    def call(self, requests: Sequence[bytes]) -> int:
        """Each line sends its share, one after the other, until each was taken. How many."""
        with ThreadPoolExecutor(LINES) as lines:
            return sum(lines.map(self._talk, [requests[line::LINES] for line in range(LINES)]))

    def _talk(self, requests: Sequence[bytes]) -> int:
        parts = urlsplit(self.address)
        with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=30) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests:
                while not self._is_taken(line, request):
                    self.refused += 1
        return len(requests)

    def _is_taken(self, line: socket.socket, request: bytes) -> bool:
        line.sendall(request)
        status = _answer(line).split(b" ", 2)[1]
        assert status in (b"200", b"503"), status
        return status == b"200"


def _answer(line: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += line.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    return head
