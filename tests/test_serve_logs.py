"""Do the processes of `serve` write a number, a name or a word of a patient into their logs, on good days and bad?"""

import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests import canaries
from tests.network import ACCOUNT, OURS, TOKEN
from tests.signing import signature
from tests.test_supervisor import Serving, eventually, serving


def post(running: Serving, number: int, body: str, token: str = TOKEN) -> int:
    form = {"AccountSid": ACCOUNT, "MessageSid": f"SM{number:032x}", "From": canaries.PHONE, "To": OURS, "Body": body}
    address = f"{running.url}/twilio/sms"
    signed = {"X-Twilio-Signature": signature(token, address, form)}
    request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), signed)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_logs_of_all_processes_hold_ids_only(tmp_path: Path) -> None:
    """Taken, refused, and lost while the database was locked or has lost a table: an error shows no values either."""
    with serving(tmp_path) as running:
        assert post(running, 1, canaries.WORDS) == 200
        assert post(running, 2, f"{canaries.NAME} \U0001f600 {canaries.WORDS}") == 200
        assert post(running, 3, canaries.WORDS, token="not the provider's") == 403
        with sqlite3.connect(tmp_path / "gateway.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            assert post(running, 4, canaries.WORDS) == 503
            other.execute("ALTER TABLE inbound RENAME COLUMN body TO corpse")
            other.execute("COMMIT")
        other.close()
        assert post(running, 5, canaries.WORDS) == 500
        log = tmp_path / "serve.log"
        eventually(lambda: "Error" in log.read_text())
    assert "database is away" in log.read_text()
    assert canaries.found_in(log.read_bytes()) == set()
