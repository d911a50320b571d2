"""How many messages a second does the simulator take and tell of? `python -m tests.simulator.throughput [creates]`"""

import asyncio
import base64
import json
import multiprocessing
import os
import socket
import sys
import time
import urllib.request
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.simulator.account import ACCOUNT, AMINA, NUMBER, TOKEN, start_simulator

CONNECTIONS = 8
_SAID = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"


def main() -> None:
    creates = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    here, there = multiprocessing.Pipe()
    site = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    site.start()
    process, base = start_simulator(*sys.argv[2:])
    began, used = time.monotonic(), _cpu(process.pid)
    _create_all(base, f"http://127.0.0.1:{here.recv()}/status", creates)
    answered = time.monotonic() - began
    for _ in range(6):
        if _asked(base, "idle?wait=20")["idle"]:
            break
    seconds, used = time.monotonic() - began, _cpu(process.pid) - used
    webhooks = _asked(base, "ledger?kind=webhook")["entries"]
    bad = sum(one["status"] != 200 for one in webhooks)
    print(f"{creates / answered:.0f} creates/s answered, {creates / seconds:.0f}/s with their callbacks")
    print(f"{len(webhooks)} callbacks in the ledger, {bad} of them not taken")
    print(f"{used / creates * 1e6:.0f} µs of CPU for each create; {_megabytes(process.pid):.0f} MB")
    process.terminate()


def _asked(base: str, what: str) -> Any:
    with urllib.request.urlopen(f"{base}/control/{what}", timeout=60) as answer:
        return json.load(answer)


def _create_all(base: str, callback: str, creates: int) -> None:
    makers = [
        multiprocessing.Process(target=_create, args=(base, callback, creates // CONNECTIONS))
        for _ in range(CONNECTIONS)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()


def _create(base: str, callback: str, creates: int) -> None:
    form = urlencode({"To": AMINA, "From": NUMBER, "Body": "How is it?", "StatusCallback": callback}).encode()
    keys = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {keys}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    request = f"{head}{kind}Content-Length: {len(form)}\r\n\r\n".encode() + form
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        for _ in range(creates):
            line.sendall(request)
            answer = b""
            while b"subresource_uris" not in answer or not answer.endswith(b"}"):
                answer += line.recv(65536)
            assert b" 201 " in answer[:20], answer


def _serve(tell: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Site, "127.0.0.1", 0, backlog=512)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class _Site(asyncio.Protocol):
    """Takes every callback at once; the cheapest that keeps connections open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line, self._read = transport, b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]):
            self._read = b""
            self._line.write(_SAID)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
