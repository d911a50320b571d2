"""How many messages does one jobs process send, against a bare loop of POSTs over one open line?"""

import cProfile
import pstats
from base64 import b64encode
from datetime import timedelta
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select

from gateway import delivery
from gateway.demo.network import Network
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.tables import Kind, Person, Role
from tests.faults import crowd
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, house
from tests.load.rounds import interleaved
from tests.mortal import Mortal
from tests.world import OUR_NUMBER

A_ROUND, ROUNDS = 100, 7
AIM = 0.60
BODY = (
    "How bad was your pain, at its worst, in the last 7 days? 0 = no pain, 10 = the worst pain. Reply with one number."
)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_sending_against_bare_posts(quiet: Network, durable: Mortal, tmp_path: Path, tell: Tell) -> None:
    phones = crowd.numbers(A_ROUND)
    with house(tmp_path, quiet, durable.url(), crowd.rows(phones), **(QUICK | {"sms_per_second": 2000})) as here:
        quiet.post("webhooks", {"sms": None, "voice": None})
        telephone, line = Telephone(here.settings), HTTPConnection(urlsplit(quiet.address).netloc)

        def ours(_: int) -> int:
            return _drain(here, telephone)

        def barely(_: int) -> int:
            return sum(_post(line, here, phone) for phone in phones)

        found = interleaved(ours, barely, ROUNDS, prepare=lambda: _queue(here))
        _queue(here)
        profile = cProfile.Profile()
        profile.enable()
        _drain(here, telephone)
        profile.disable()
        line.close()
    told = StringIO()
    pstats.Stats(profile, stream=told).sort_stats("cumtime").print_stats("gateway/|urllib3|requests", 25)
    tell(f"\n{found.line('messages sent against a bare POST loop', AIM)}\n{told.getvalue()}")


def _queue(here: House) -> None:
    with here.database.write() as session:
        now = here.clock.now(session)
        for person in session.scalars(select(Person).where(Person.role == Role.PATIENT)):
            outbox.put_sms(
                session, now, to=person, body=BODY, subject=person, kind=Kind.REPLY, valid_for=timedelta(hours=1)
            )


def _drain(here: House, telephone: Telephone) -> int:
    """A full line takes a breath of its own: `drain` is called until all have left."""
    sent = 0
    while sent < A_ROUND:
        sent += delivery.drain(here.database, telephone, here.clock, delivery.rates_of(here.settings))
    return sent


def _post(line: HTTPConnection, here: House, phone: str) -> int:
    settings = here.settings
    keys = b64encode(f"{settings.twilio_account_sid}:{settings.tokens[0]}".encode()).decode()
    form = urlencode({"To": phone, "From": OUR_NUMBER, "Body": BODY})
    headers = {"Authorization": f"Basic {keys}", "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", f"/2010-04-01/Accounts/{settings.twilio_account_sid}/Messages.json", form, headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 201
    return 1
