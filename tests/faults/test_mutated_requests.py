"""Does the provider's door stay shut before ten thousand requests that were signed once and bent afterwards?"""

import io
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from gateway import publishing
from gateway.clock import Clock
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.tables import Kind, Sending, Table
from gateway.supervisor import ROOT
from tests.faults.mutations import Asked, Signer, mutated
from tests.network import ACCOUNT, OURS, TOKEN, settings_for
from tests.village import AMINA, BARAKA, STRANGER, settle

SIGNER = Signer(TOKEN, "http://127.0.0.1:8000")
REFUSALS = {400, 403, 404, 405, 413}
CALL = "CA" + "0" * 31 + "1"
WORDS = ("3", "Fever, Dizzy 9", "hello From+254711000000", "3 BodyBody4", "I have 8 Difficulty", "7 ButtonText", "疼")


@pytest.fixture
def door(database_url: str) -> Iterator[Flask]:
    made = create_app(settings_for(database_url=database_url, redis_url="redis://127.0.0.1:9/0"))
    yield made
    made.extensions["database"].close()


@pytest.fixture
def signed(door: Flask) -> list[Asked]:
    """One of each door, signed and never sent: what is bent comes before what was meant."""
    database, now = door.extensions["database"], Clock().real()
    with database.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
        village = settle(session, now)
        told = {"to": village.baraka, "subject": village.amina, "kind": Kind.CASE}
        message = outbox.put_sms(session, now, body="947", valid_for=outbox.CALL_VALID, **told).id
        ringing, talking = (outbox.put_call(session, now, **told) for _ in range(2))
        talking.state, talking.provider_id, talking.turn = Sending.ACCEPTED, CALL, 1
        call = ringing.id
    return [*_texts(), *_of_rows(message, call)]


def _texts() -> Iterator[Asked]:
    for number, words in enumerate(WORDS):
        for sender in (AMINA, BARAKA, STRANGER, "GATEWAY"):
            form = {"MessageSid": f"SM{number:032x}", "SmsSid": f"SM{number:032x}", "From": sender, "To": OURS}
            more = {"Body": words, "NumMedia": "0", "ApiVersion": "2010-04-01", "FromCity": "NAIROBI", "ToZip": ""}
            yield SIGNER.asked("/twilio/sms", _form(**form, **more))


def _of_rows(message: str, call: str) -> Iterator[Asked]:
    rings = {"CallSid": "CA" + "f" * 32, "From": OURS, "To": BARAKA, "CallStatus": "in-progress"}
    sent = {"MessageSid": "SM" + "e" * 32, "MessageStatus": "undelivered", "ErrorCode": "30003", "To": BARAKA}
    ended = rings | {"CallStatus": "completed", "CallDuration": "42", "AnsweredBy": "human"}
    yield SIGNER.asked(f"/twilio/message-status/{message}", _form(**sent))
    yield SIGNER.asked(f"/twilio/voice/{call}", _form(**rings, AnsweredBy="human"))
    yield SIGNER.asked("/twilio/voice", _form(**rings | {"From": AMINA, "To": OURS}))
    yield SIGNER.asked("/twilio/keys/none/none/none/1", _form(CallSid=CALL, Digits="1", CalledZip="", To=BARAKA))
    yield SIGNER.asked(f"/twilio/call-status/{call}", _form(**ended))


def _form(**more: str) -> dict[str, str]:
    return {"AccountSid": ACCOUNT, **more}


def test_no_bent_request_is_taken(door: Flask, signed: list[Asked]) -> None:
    _bend(door, signed, 1_000, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
def test_no_bent_request_of_ten_thousand_is_taken(door: Flask, signed: list[Asked], seed: int) -> None:
    _bend(door, signed, 10_000, seed=seed)


def test_a_replay_changes_nothing(door: Flask, signed: list[Asked]) -> None:
    """The signature holds no time: whoever has seen one request can send it for ever."""
    assert {_ask(door, asked) // 100 for asked in signed} == {2}
    before = _rows(door.extensions["database"])
    for _ in range(5):
        assert {_ask(door, asked) // 100 for asked in signed} == {2}
    assert _rows(door.extensions["database"]) == before


def _bend(door: Flask, signed: list[Asked], how_many: int, seed: int) -> None:
    dice, before = random.Random(seed), _rows(door.extensions["database"])
    answers, seconds = Counter[int](), []
    for _ in range(how_many):
        bend, asked = mutated(dice, dice.choice(signed), SIGNER)
        begun = time.monotonic()
        answer = _ask(door, asked)
        seconds.append(time.monotonic() - begun)
        assert answer in REFUSALS, f"{answer} for {bend}: {asked}"
        answers[answer] += 1
    assert _rows(door.extensions["database"]) == before
    p50, p99 = (sorted(seconds)[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99))
    print(f"\n{how_many} bent requests, seed {seed}: {dict(answers)}, median {p50:.1f} ms, p99 {p99:.1f} ms")


def _ask(door: Flask, asked: Asked) -> int:
    """As a server hands it on: the raw target beside the decoded path, the body as a stream."""
    path, _, query = asked.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method, "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query,
        "RAW_URI": asked.target, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(asked.body),
        "wsgi.errors": io.StringIO(), **asked.headers,
    }  # fmt: skip
    if asked.content_type is not None:
        environ["CONTENT_TYPE"] = asked.content_type
    if asked.signature is not None:
        environ["HTTP_X_TWILIO_SIGNATURE"] = asked.signature
    if asked.length is None:
        environ["wsgi.input_terminated"] = True
    else:
        environ["CONTENT_LENGTH"] = str(len(asked.body)) if asked.length == "right" else asked.length
    told: list[str] = []
    for _ in door(environ, lambda status, *_: told.append(status)):  # type: ignore[arg-type]  # no writer is used
        pass
    return int(told[0].split()[0])


def _rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        tables = Table.metadata.tables.items()
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables}
