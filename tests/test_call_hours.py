"""Is a patient called between the hours that she wishes, and is a missed call free of charge for her?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.wording import TurnAway
from gateway.phone.twilio_in import CallAnswered
from gateway.phone.twiml import Place, render
from gateway.store.database import Database
from gateway.store.tables import Call, Person, Sending, Site
from tests.talking import OURS, Talk, begin
from tests.village import AMINA, MONDAY


def wishing(database: Database, hours: str) -> Talk:
    talk = begin(database, "voice")
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).wishes = {"call_hours": hours}
    return talk


def rings_at(talk: Talk) -> list[object]:
    with talk.database.read() as session:
        waiting = select(Call.not_before).where(Call.state == Sending.PENDING)
        return list(session.scalars(waiting.order_by(Call.not_before)))


def test_a_question_by_voice_waits_for_her_hours(database: Database) -> None:
    talk = wishing(database, "17:00-20:00").at(MONDAY)
    assert rings_at(talk) == [MONDAY + timedelta(hours=8)]


def test_inside_her_hours_she_is_called_at_once(database: Database) -> None:
    talk = wishing(database, "08:30-11:00").at(MONDAY)
    assert rings_at(talk) == [MONDAY]


def test_a_call_that_reached_nobody_is_tried_again_inside_her_hours(database: Database) -> None:
    talk = wishing(database, "08:30-10:00").at(MONDAY)
    for minutes in (10, 30):
        talk.rings("no-answer").later(minutes=minutes)
    talk.rings("no-answer").later(minutes=60)
    assert rings_at(talk) == [MONDAY - timedelta(minutes=30) + timedelta(days=1)]


def turned_away(talk: Talk, number: int = 7) -> bool:
    spoken = talk.hear(CallAnswered(f"CA{number:032x}", None, None, AMINA, OURS))
    return spoken == (TurnAway(),)


@pytest.fixture
def ringing_back(database: Database) -> Talk:
    talk = begin(database)
    with database.write() as session:
        session.get_one(Site, talk.village.clinic.id).ways = {"call_in": "ring back"}
    return talk


def test_a_site_that_rings_back_never_takes_the_call(ringing_back: Talk) -> None:
    assert turned_away(ringing_back)
    assert rings_at(ringing_back) == [ringing_back.now + timedelta(seconds=5)]
    assert render((TurnAway(),), "en", Place(None, None, None, 1), "").endswith('<Reject reason="busy" /></Response>')
    assert ringing_back.pick_up().startswith("Hello. This is")
    assert "To say how you are now, press 1" in ringing_back.press("1")


def test_who_rings_again_soon_is_heard(ringing_back: Talk) -> None:
    assert turned_away(ringing_back)
    ringing_back.rings("no-answer").later(minutes=2)
    assert not turned_away(ringing_back, 8)


def test_elsewhere_the_call_is_taken(database: Database) -> None:
    assert not turned_away(begin(database))
