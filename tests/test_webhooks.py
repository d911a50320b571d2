"""Does the door open to the provider only, take each thing once, and answer after the commit?"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from gateway import publishing
from gateway.clock import Clock
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.tables import Call, Inbound, Kind, Message, Sending
from gateway.supervisor import ROOT
from gateway.webhooks import REFUSED
from tests.network import ACCOUNT, OURS, TOKEN, settings_for
from tests.signing import signature
from tests.village import BARAKA, STRANGER, Village, settle

HERE = "http://127.0.0.1:8000"
DEAD_REDIS = "redis://127.0.0.1:9/0"
MESSAGE = "SM" + "0" * 31 + "1"
CALL = "CA" + "0" * 31 + "1"
CLOCK = Clock()
SMS = {"AccountSid": ACCOUNT, "MessageSid": MESSAGE, "From": STRANGER, "To": OURS, "Body": "hello"}
RINGS = {"AccountSid": ACCOUNT, "CallSid": CALL, "From": STRANGER, "To": OURS, "CallStatus": "ringing"}


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """As it runs, with a Redis that is dead: nothing here may need it."""
    made = create_app(settings_for(database_url=database_url, redis_url=DEAD_REDIS))
    yield made
    made.extensions["database"].close()


@pytest.fixture
def door(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def store(app: Flask) -> Database:
    opened: Database = app.extensions["database"]
    return opened


@pytest.fixture
def village(store: Database) -> Village:
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", CLOCK.real())
        return settle(session, CLOCK.real())


def post(door: FlaskClient, path: str, form: Mapping[str, str], token: str = TOKEN) -> TestResponse:
    return door.post(path, data=form, headers={"X-Twilio-Signature": signature(token, HERE + path, form)})


def inbound(store: Database) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Inbound)) or 0


def put_sms(store: Database, village: Village) -> str:
    with store.write() as session:
        return outbox.put_sms(
            session, CLOCK.real(), to=village.baraka, body="947", subject=village.amina, kind=Kind.CASE,
            valid_for=outbox.CALL_VALID,
        ).id  # fmt: skip


def put_call(store: Database, village: Village) -> str:
    with store.write() as session:
        return outbox.put_call(session, CLOCK.real(), to=village.baraka, subject=village.amina, kind=Kind.CASE).id


def test_an_sms_is_taken_with_redis_dead(door: FlaskClient, store: Database, village: Village) -> None:
    answer = post(door, "/twilio/sms", SMS)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.text.endswith("<Response/>")
    assert inbound(store) == 1


def test_an_sms_that_comes_three_times_is_taken_once(door: FlaskClient, store: Database, village: Village) -> None:
    """Edge cases 6 and 33."""
    answers = [post(door, "/twilio/sms", SMS) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert inbound(store) == 1
    with store.read() as session:
        assert (session.scalar(select(func.count()).select_from(Message)) or 0) <= 2  # to the stranger, to Chandra


@pytest.mark.parametrize(
    "form",
    [
        SMS | {"AccountSid": "AC" + "9" * 32},
        SMS | {"MessageSid": "SM1"},
        {name: value for name, value in SMS.items() if name != "MessageSid"},
        RINGS,
    ],
)
def test_what_twilio_never_sends_is_refused_though_signed(
    door: FlaskClient, store: Database, form: dict[str, str]
) -> None:
    """Edge case 34."""
    answer = post(door, "/twilio/sms", form)
    assert (answer.status_code, answer.text) == (403, "This address is for the telephone provider.\n")
    assert inbound(store) == 0


def test_a_wrong_signature_is_refused_and_counted(door: FlaskClient, store: Database) -> None:
    before = REFUSED.labels("not twilio's")._value.get()
    assert post(door, "/twilio/sms", SMS, token="a stranger's").status_code == 403
    assert door.post("/twilio/sms", data=SMS).status_code == 403
    assert REFUSED.labels("not twilio's")._value.get() == before + 2
    assert inbound(store) == 0


def test_an_address_that_is_none_is_refused_to_whoever_cannot_sign(door: FlaskClient) -> None:
    assert door.post("/twilio/keys/anything", data=SMS).status_code == 403
    assert post(door, "/twilio/keys/anything", SMS).status_code == 404


def test_a_parameter_that_comes_twice_is_refused(door: FlaskClient) -> None:
    """Edge case 34."""
    signed = {"X-Twilio-Signature": signature(TOKEN, HERE + "/twilio/sms", SMS)}
    assert door.post("/twilio/sms", data=SMS | {"Body": ["3", "4"]}, headers=signed).status_code == 403


def test_a_form_of_another_kind_is_refused(door: FlaskClient) -> None:
    signed = {"X-Twilio-Signature": signature(TOKEN, HERE + "/twilio/sms", SMS)}
    answer = door.post("/twilio/sms", data=SMS, headers=signed, content_type="multipart/form-data")
    assert answer.status_code == 403


def test_the_path_is_signed_as_it_came(door: FlaskClient) -> None:
    """Not as a framework would write it again: `%e4` and an empty query stay."""
    path = "/twilio/sms?a=%e4%2F&b"
    assert post(door, path, SMS).status_code == 200


def test_a_body_of_ten_thousand_characters_is_taken(door: FlaskClient, store: Database, village: Village) -> None:
    """Edge case 8."""
    assert post(door, "/twilio/sms", SMS | {"Body": "疼" * 10_000}).status_code == 200
    assert inbound(store) == 1


def test_a_body_without_end_is_refused_unread(door: FlaskClient, store: Database) -> None:
    assert post(door, "/twilio/sms", SMS | {"Body": "x" * 300_000}).status_code == 413
    assert inbound(store) == 0


def test_control_characters_in_a_body_are_taken(door: FlaskClient, store: Database, village: Village) -> None:
    assert post(door, "/twilio/sms", SMS | {"Body": "\x00\x07\x1b 3\r\n"}).status_code == 200
    assert inbound(store) == 1


def test_a_receipt_raises_the_row_once(door: FlaskClient, store: Database, village: Village) -> None:
    row = put_sms(store, village)
    told = {"AccountSid": ACCOUNT, "MessageSid": MESSAGE, "MessageStatus": "delivered", "To": BARAKA}
    for status in ("sent", "delivered", "delivered", "sent"):
        assert post(door, f"/twilio/message-status/{row}", told | {"MessageStatus": status}).status_code == 200
    with store.read() as session:
        message = session.get_one(Message, row)
        assert (message.receipt, message.provider_id, message.state) == ("delivered", MESSAGE, Sending.ACCEPTED)
    assert inbound(store) == 2


def test_a_row_that_is_not_ours_is_refused_at_every_door(door: FlaskClient, store: Database) -> None:
    """Another installation on the same account is signed with the same token."""
    told = {"AccountSid": ACCOUNT, "MessageSid": MESSAGE, "MessageStatus": "delivered"}
    rings = RINGS | {"CallStatus": "completed", "Digits": "1"}
    nobodys = "0" * 32
    assert post(door, f"/twilio/message-status/{nobodys}", told).status_code == 403
    for path in (f"voice/{nobodys}", f"call-status/{nobodys}", f"keys/{nobodys}/pain/none/1", "keys/none/none/none/1"):
        assert post(door, f"/twilio/{path}", rings).status_code == 403
    assert inbound(store) == 0


def test_keys_that_name_another_conversation_than_the_calls_are_refused(
    door: FlaskClient, store: Database, village: Village
) -> None:
    row = put_call(store, village)
    answered = RINGS | {"From": OURS, "To": BARAKA, "CallStatus": "in-progress", "AnsweredBy": "human"}
    assert post(door, f"/twilio/voice/{row}", answered).status_code == 200
    pressed = {"AccountSid": ACCOUNT, "CallSid": CALL, "Digits": "1"}
    assert post(door, f"/twilio/keys/{'0' * 32}/pain/none/1", pressed).status_code == 403
    assert post(door, "/twilio/keys/none/none/none/1", pressed).status_code == 200


def test_an_answered_call_is_known_before_its_post_came_back(
    door: FlaskClient, store: Database, village: Village
) -> None:
    row = put_call(store, village)
    answered = RINGS | {"From": OURS, "To": BARAKA, "CallStatus": "in-progress", "AnsweredBy": "human"}
    answer = post(door, f"/twilio/voice/{row}", answered)
    assert answer.status_code == 200
    with store.read() as session:
        call = session.get_one(Call, row)
        assert (call.provider_id, call.receipt, call.answered_by, call.turn) == (CALL, "in-progress", "human", 1)
    assert post(door, f"/twilio/voice/{row}", answered).text == answer.text


def test_a_stale_key_hears_the_last_words_again(door: FlaskClient, store: Database, village: Village) -> None:
    """Edge case 42."""
    row = put_call(store, village)
    answered = RINGS | {"From": OURS, "To": BARAKA, "CallStatus": "in-progress", "AnsweredBy": "human"}
    said = post(door, f"/twilio/voice/{row}", answered).text
    stale = {"AccountSid": ACCOUNT, "CallSid": CALL, "Digits": "1"}
    assert post(door, "/twilio/keys/none/none/none/0", stale).text == said
    with store.read() as session:
        assert session.get_one(Call, row).turn == 1


def test_a_call_that_ended_is_told_with_its_length(door: FlaskClient, store: Database, village: Village) -> None:
    row = put_call(store, village)
    told = {"AccountSid": ACCOUNT, "CallSid": CALL, "CallStatus": "ringing", "To": BARAKA}
    assert post(door, f"/twilio/call-status/{row}", told).status_code == 200
    ended = told | {"CallStatus": "completed", "CallDuration": "42"}
    assert [post(door, f"/twilio/call-status/{row}", ended).status_code for _ in range(2)] == [200, 200]
    with store.read() as session:
        call = session.get_one(Call, row)
        assert (call.receipt, call.seconds) == ("completed", 42)


def test_a_stranger_who_rings_gets_an_answer(door: FlaskClient, village: Village) -> None:
    answer = post(door, "/twilio/voice", RINGS)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert post(door, "/twilio/voice", RINGS).status_code == 200


def test_without_a_database_it_says_so_and_takes_nothing(tmp_path: Path) -> None:
    app = create_app(settings_for(database_url=f"sqlite:///{tmp_path}/gateway.db"))
    (tmp_path / "gateway.db").unlink()
    (tmp_path / "gateway.db").mkdir()
    answer = post(app.test_client(), "/twilio/sms", SMS)
    app.extensions["database"].close()
    assert (answer.status_code, answer.text) == (503, "The database is away.\n")


def test_only_post_reaches_the_door(door: FlaskClient) -> None:
    assert door.get("/twilio/sms").status_code in (403, 405)
