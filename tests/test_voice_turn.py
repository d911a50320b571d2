"""Two calls ring for one row of the outbox: does only one of them speak?"""

from datetime import timedelta

from sqlalchemy import select

from gateway import voice_turn
from gateway.phone.twilio_in import CallAnswered, KeysHeard
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.tables import Call, Kind
from tests.talking import OURS, Talk, begin
from tests.village import AMINA, MONDAY

FIRST, SECOND = "CA" + "1" * 32, "CA" + "2" * 32


def answered(talk: Talk, row: str, call_id: str) -> str:
    heard = CallAnswered(call_id, row, "human", OURS, AMINA)
    with talk.database.write() as session:
        return voice_turn.answer(session, heard, True, talk.now, "http://127.0.0.1:8000")


def test_a_second_call_for_the_same_row_hears_nothing(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        row = outbox.put_call(
            session, talk.now, to=talk.village.baraka, subject=None, kind=Kind.CASE, valid_for=timedelta(hours=1)
        ).id
    assert "<Say" in answered(talk, row, FIRST)
    silent = answered(talk, row, SECOND)
    assert "<Hangup" in silent
    assert "<Say" not in silent
    with database.read() as session:
        call = session.get_one(Call, row)
        assert (call.provider_id, call.turn) == (FIRST, 1)


def test_a_call_has_sixty_turns_at_most(database: Database) -> None:
    """It is hung up; the conversation stays open, and the call counts as one that broke off."""
    talk = begin(database, "voice").at(MONDAY)
    talk.pick_up()
    talk.press("1")
    with database.write() as session:
        call = session.scalars(select(Call)).one()
        call.turn = voice_turn.MOST_TURNS
        heard = KeysHeard(talk.call_id, call.turn, call.conversation_id, "danger", 0, "2")
    with database.write() as session:
        said = voice_turn.answer(session, heard, True, talk.now, "http://127.0.0.1:8000")
    assert "<Say" not in said
    assert "<Hangup" in said
    talk.ends()
    talk.later(minutes=5)
    assert talk.waiting_calls() == 1
