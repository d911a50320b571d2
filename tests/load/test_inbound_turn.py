"""How dear is one patient's answer, against a handler that only checks the signature and keeps the message?"""

import cProfile
import os
import pstats
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest

from app import create_app
from gateway import outreach
from gateway.demo.network import Network
from gateway.supervisor import THREADS, die_with_parent
from tests.faults import crowd
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, environment_of, house, pause
from tests.load import bare, callers
from tests.load.rounds import interleaved, megabytes
from tests.mortal import Mortal
from tests.statements import count_statements

PATIENTS = 240
ROUNDS = 6  # one for each question but two: one is profiled, and the last ends the conversation
AIM = 0.40


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_an_inbound_turn_against_a_bare_handler(quiet: Network, durable: Mortal, tmp_path: Path, tell: Tell) -> None:
    phones = crowd.numbers(PATIENTS)
    well = [(place, phone) for place, phone in enumerate(phones, 1) if place % crowd.EVERY_RED]
    with house(tmp_path, quiet, durable.url(), crowd.rows(phones), **QUICK) as here, _bare(here, durable) as address:
        _ask_everybody(here)
        here.start("web")
        here.wait_for_web()

        door, theirs = callers.Callers(here.settings.public_url), callers.Callers(address)

        def ours(number: int) -> int:
            texts = [callers.sms(here.settings, phone, crowd.replies(place)[number]) for place, phone in well]
            return door.call(texts)

        def barely(_: int) -> int:
            return theirs.call([callers.sms(here.settings, phone, "3") for _, phone in well])

        found = interleaved(ours, barely, ROUNDS)
        memory = megabytes(int(_child(here.running["web"].pid)))
        here.kill("web")
        statements, profile = _last_questions(here, well)
        tell(f"\n{found.line('inbound turns against a bare handler', AIM)}")
        tell(f"{statements}, {door.refused} refused with 503, web {memory:.0f} MB\n{profile}")


def _ask_everybody(here: House) -> None:
    here.jump(here.begins + timedelta(minutes=1))
    while True:
        with here.database.write() as session:
            if not outreach.tick(session, here.clock.now(session)):
                return


@contextmanager
def _bare(here: House, durable: Mortal) -> Iterator[str]:
    """Under the same gunicorn with as many threads."""
    dsn = durable.url().replace("+psycopg", "")
    with psycopg.connect(dsn, autocommit=True) as line:
        line.execute(bare.TABLE)
    port = int(here.settings.public_url.rsplit(":", 1)[1]) + 1
    command = [sys.executable, "-m", "gunicorn", "tests.load.bare:app()", "--worker-class", "gthread", "--workers", "1"]
    command += ["--threads", str(THREADS), "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "error"]
    environment = os.environ | environment_of(here.settings) | {"BARE_DATABASE": dsn}
    process = subprocess.Popen(command, env=environment, preexec_fn=die_with_parent())
    try:
        while True:
            try:
                callers.Callers(f"http://127.0.0.1:{port}").call([callers.sms(here.settings, "+61491570006", "hi")])
                break
            except ConnectionRefusedError:
                pause(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _child(pid: int) -> str:
    """Gunicorn's one worker."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]


def _last_questions(here: House, well: list[tuple[int, str]]) -> tuple[str, str]:
    """In this process: the statements of a turn and of the last one, and where the time of a turn goes."""
    app = create_app(here.settings)
    door, profile = app.test_client(), cProfile.Profile()
    counts = []
    for number in (ROUNDS, ROUNDS + 1):
        place, phone = well[0]
        with count_statements(app.extensions["database"]) as sent:
            _post(door, callers.sms(here.settings, phone, crowd.replies(place)[number]))
        counts.append(len(sent))
    texts = [callers.sms(here.settings, phone, crowd.replies(place)[ROUNDS]) for place, phone in well[1:]]
    profile.enable()
    for text in texts:
        _post(door, text)
    profile.disable()
    app.extensions["database"].close()
    told = StringIO()
    pstats.Stats(profile, stream=told).sort_stats("cumtime").print_stats("gateway/|psycopg/_conn", 25)
    return "{} statements a turn, {} the last (one of them reads the story's clock)".format(*counts), told.getvalue()


def _post(door: object, text: bytes) -> None:
    head, _, body = text.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in lines if not line.startswith(("Host", "Content-Length")))
    answer = door.post("/twilio/sms", data=body, headers=headers, environ_base={"REQUEST_URI": "/twilio/sms"})  # type: ignore[attr-defined]  # Flask's client
    assert answer.status_code == 200
