"""Is a person's voice heard where exactly these words are said, and nowhere else?"""

import pytest
from sqlalchemy import select

from gateway import recordings, voice_turn
from gateway.phone.twilio_in import CallAnswered, KeysHeard
from gateway.recordings import NotRecorded
from gateway.store.database import Database
from gateway.store.queries.flows import latest
from gateway.store.queries.recordings import recordings_in
from gateway.store.tables import Call, Conversation, Recording
from tests.sounds import as_wav, frames_of_mp3, tone
from tests.talking import OURS, Talk, begin
from tests.village import AMINA, MONDAY

HOST = "http://127.0.0.1:8000"
QUESTION = ("danger/call_sign.0", "call_how_yes_no")  # all that is said behind the greeting


def record(talk: Talk, *places: str, language: str = "en", file: bytes | None = None) -> list[Recording]:
    with talk.database.write() as session:
        version = latest(session, "weekly-check")
        assert version
        return [
            recordings.record(session, talk.now, version, language, place, file or tone(), "Chandra")
            for place in places
        ]


def picked_up(talk: Talk) -> str:
    """TwiML of the greeting, at nine on Monday."""
    talk.at(MONDAY)
    with talk.database.write() as session:
        row = session.scalars(select(Call)).one()
        return voice_turn.answer(
            session, CallAnswered("CA" + "1" * 32, row.id, "human", OURS, AMINA), True, MONDAY, HOST
        )


def pressed(talk: Talk, digits: str) -> str:
    with talk.database.write() as session:
        row = session.scalars(select(Call)).one()
        memory = session.get_one(Conversation, row.conversation_id).memory
        place = (row.turn, row.conversation_id, memory.get("open"), memory.get("part"))
        return voice_turn.answer(session, KeysHeard("CA" + "1" * 32, *place, digits), True, MONDAY, HOST)


def test_a_turn_that_was_recorded_whole_is_played(database: Database) -> None:
    talk = begin(database, "voice")
    kept = record(talk, *QUESTION)
    assert "<Say" in picked_up(talk)
    twiml = pressed(talk, "1")
    assert "<Say" not in twiml
    assert [twiml.count(f"<Play>{HOST}/recordings/{one.address}</Play>") for one in kept] == [1, 1]


def test_half_a_turn_is_never_played(database: Database) -> None:
    talk = begin(database, "voice")
    record(talk, QUESTION[0])
    picked_up(talk)
    twiml = pressed(talk, "1")
    assert "<Play" not in twiml
    assert twiml.count("<Say") == 2


def test_a_text_that_has_changed_is_not_played(database: Database) -> None:
    talk = begin(database, "voice")
    record(talk, *QUESTION)
    with database.write() as session:
        for one in session.scalars(select(Recording)):
            one.digest = one.digest[::-1]  # what it spoke is not what is to be said
    picked_up(talk)
    assert "<Play" not in pressed(talk, "1")


def test_the_newest_recording_of_a_text_is_played(database: Database) -> None:
    talk = begin(database, "voice")
    old = record(talk, *QUESTION)
    new = record(talk, *QUESTION)
    picked_up(talk)
    twiml = pressed(talk, "1")
    assert all(one.address in twiml for one in new)
    assert not any(one.address in twiml for one in old)


def test_what_was_withdrawn_is_gone_sound_and_all(database: Database) -> None:
    talk = begin(database, "voice")
    record(talk, *QUESTION, QUESTION[0])
    with database.write() as session:
        version = latest(session, "weekly-check")
        assert version
        assert recordings.withdraw(session, talk.now, version, "en", QUESTION[0]) == 2
    with database.read() as session:
        assert [one.place for one in recordings_in(session, "en")] == ["shared/call_how_yes_no"]
        withdrawn = session.scalars(select(Recording).where(Recording.withdrawn_at.is_not(None))).all()
        assert [one.sound for one in withdrawn] == [None, None]
    picked_up(talk)
    assert "<Play" not in pressed(talk, "1")


def test_another_language_has_recordings_of_its_own(database: Database) -> None:
    talk = begin(database, "voice", "zh_CN")
    record(talk, *QUESTION)
    picked_up(talk)
    assert "<Play" not in pressed(talk, "1")


def test_a_recording_is_found_by_its_place_in_full_or_in_short(database: Database) -> None:
    talk = begin(database)
    places = [one.place for one in record(talk, "weekly-check/pain/voice", "pain/voice", "call_silence")]
    assert places == ["weekly-check/pain/voice", "weekly-check/pain/voice", "shared/call_silence"]


@pytest.mark.parametrize(
    ("place", "file", "sentence"),
    [
        ("call_greeting", tone(), "shared/call_greeting holds a name, a time or a number of somebody"),
        ("pain/vioce", tone(), "nothing is said at 'pain/vioce'"),
        ("pain/voice", b"no sound", "weekly-check/pain/voice: it is neither WAV nor MP3"),
        ("pain/voice", as_wav([0] * 8000), "nothing can be heard in it"),
    ],
)
def test_what_cannot_be_played_is_refused(database: Database, place: str, file: bytes, sentence: str) -> None:
    talk = begin(database)
    with pytest.raises(NotRecorded, match=sentence):
        record(talk, place, file=file)
    with database.read() as session:
        assert recordings_in(session, "en") == []


def test_each_sentence_says_what_it_is_heard_in(database: Database) -> None:
    talk = begin(database)
    record(talk, *QUESTION, file=frames_of_mp3(100))
    with database.write() as session:
        gone = session.scalars(select(Recording).where(Recording.place == "shared/call_how_yes_no")).one()
        gone.digest, gone.text = "0" * 64, "For yes press one."
    with database.read() as session:
        version = latest(session, "weekly-check")
        assert version
        found = {each.line.place: each for each in recordings.prompts(session, version, "en")}
    recorded = found["weekly-check/danger/call_sign.0"].standing
    assert recorded
    assert (recorded.kind, round(recorded.seconds, 1), recorded.recorded_by) == ("mp3", 2.6, "Chandra")
    stale = found["shared/call_how_yes_no"]
    assert stale.standing is None
    assert stale.stale
    assert (found["weekly-check/pain/voice"].standing, found["weekly-check/pain/voice"].stale) == (None, None)
