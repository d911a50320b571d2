"""Does Wen hear a person where a person was recorded, and a synthetic voice everywhere else?"""

from datetime import datetime, timedelta

import requests
from sqlalchemy import select

from gateway import recordings
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.village import ZONE
from gateway.store.queries.flows import latest
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Answer
from tests.sounds import spoken
from tests.world import World, world

BEGINS = datetime(2027, 2, 3, 9, 0, tzinfo=ZONE)  # a Wednesday
HALF_AN_HOUR = timedelta(minutes=30)
PAIN = ("question_number.1.6", "pain/voice", "pain/call_how_scale_middle", "call_then_hash")


def test_a_recorded_question_is_heard_and_answered(telephones: Network, database_url: str) -> None:
    with world(telephones, database_url, BEGINS, people.for_the_week()) as place:
        words = record(place, *PAIN)
        place.ask("wen")
        place.play_to(BEGINS + HALF_AN_HOUR)
        heard = [entry["text"] for entry in place.ledger("spoken")]
        first = heard.index(f"(recording of: {words[0]})")
        assert heard[first : first + len(words)] == [f"(recording of: {text})" for text in words]
        assert [text for text in heard if text.startswith("(recording")] == heard[first : first + len(words)]
        assert place.ledger("violation") == []
        with place.database.read() as session:
            wen = person_by_code(session, "wen")
            assert wen
            pain = select(Answer).where(Answer.person_id == wen.id, Answer.question == "pain")
            assert session.scalars(pain).one().number is not None
        check_the_door(place)


def record(place: World, *places: str) -> list[str]:
    """As the read-aloud list says it, by espeak-ng; the words of each."""
    with place.database.write() as session:
        version, now = latest(session, "weekly-check"), place.clock.now(session)
        assert version
        words = [recordings.line_at(session, version, "zh_CN", one).text for one in places]
        for where, text in zip(places, words, strict=True):
            recordings.record(session, now, version, "zh_CN", where, spoken(text, "cmn"), "Chandra")
    return words


def check_the_door(place: World) -> None:
    played = place.ledger("spoken")
    url = next(entry["play"] for entry in played if "play" in entry)
    fetched = requests.get(url, timeout=10)
    assert (fetched.status_code, fetched.headers["Content-Type"]) == (200, "audio/wav")
    assert fetched.headers["Cache-Control"] == "public, max-age=2592000, immutable"
    assert fetched.content[:4] == b"RIFF"
    again = requests.get(url, headers={"If-None-Match": fetched.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    part = requests.get(url, headers={"Range": "bytes=0-3"}, timeout=10)
    assert part.content[:4] == b"RIFF"
    folder = url.rpartition("/")[0]
    for wrong in (f"{folder}/{'0' * 32}", f"{folder}/", f"{folder}/' or 1=1", f"{url}0"):
        assert requests.get(wrong, timeout=10).status_code == 404
    for method in ("POST", "PUT", "DELETE"):
        assert requests.request(method, url, timeout=10).status_code == 405
