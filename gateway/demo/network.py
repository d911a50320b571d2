"""How the demo speaks to the telephone network in a box: its control address, over HTTP."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

Entry = Mapping[str, Any]
ANSWERS_WITHIN = 30.0  # seconds; longer than any `wait` we ask for


@dataclass(frozen=True)
class Network:
    """A running simulator. `address` is also where the phones page is."""

    address: str
    account: str
    token: str
    process: "subprocess.Popen[str]"

    def post(self, call: str, body: object) -> Any:
        return self._request("POST", call, json.dumps(body))

    def get(self, call: str) -> Any:
        return self._request("GET", call, None)

    def is_idle(self) -> bool:
        return bool(self.get("idle")["idle"])

    def next_due(self) -> datetime | None:
        due = self.get("idle")["next_due"]
        return datetime.fromisoformat(due) if due else None

    def ledger(self, since: int = 0) -> list[Entry]:
        return list(self.get(f"ledger?since={since}")["entries"])

    def _request(self, method: str, call: str, body: str | None) -> Any:
        line = HTTPConnection(urlsplit(self.address).netloc, timeout=ANSWERS_WITHIN)
        try:
            line.request(method, f"/control/{call}", body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        if answer.status >= 400:
            raise RuntimeError(f"the network refused {call}: {text.decode()}")
        return json.loads(text)


def start(number: str, port: int, seed: int, program: Sequence[str] = ("gateway.simulator",)) -> Network:
    """Starts the network as a child that ends with us. `program`: a module that takes the simulator's arguments."""
    account, token = "AC" + secrets.token_hex(16), secrets.token_hex(16)
    command = [sys.executable, "-m", *program, "--port", str(port), "--account", account]
    command += ["--token", token, "--number", number, "--seed", str(seed)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is the village's to hear, not its
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    if not found:
        raise RuntimeError(f"the simulated network did not start: {line!r}")
    return Network(found[0], account, token, process)
