"""The simulated telephone network as a process of its own, met over HTTP as Twilio is."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from gateway.settings import Settings

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "a-token-for-tests"
OURS = "+15005550006"


class Network:
    """`control` speaks to its control address; what the ledger holds is what left the gateway."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, path: str, told: Any = None) -> Any:
        data = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"{self.url}/control/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control(f"ledger?kind={kind}")["entries"]
        return entries


@contextmanager
def running_network(*arguments: str) -> Iterator[Network]:
    command = [sys.executable, "-m", "gateway.simulator", "--port", "0", "--account", ACCOUNT, "--token", TOKEN]
    process = subprocess.Popen([*command, "--number", OURS, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        yield Network(line.removeprefix("listening on ").strip())
    finally:
        process.terminate()
        process.communicate(timeout=5)


def settings_for(api_url: str = "http://127.0.0.1:9", **more: Any) -> Settings:
    """Settings that a test may hand about; nothing comes from the environment of the machine."""
    given = {
        "clinic_name": "Baiyun clinic",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(TOKEN),
        "twilio_from": OURS,
        "twilio_api_url": api_url,
        "secret_key": SecretStr("s" * 32),
        "data_keys": SecretStr("d" * 32),
        "index_key": SecretStr("i" * 32),
        "region": "KE",
        "time_zone": "Africa/Nairobi",
        "emergency_number": "999",
    }
    return Settings(_env_file=None, **(given | more))
