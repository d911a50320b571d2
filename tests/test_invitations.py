"""Is somebody who wishes it invited once to each meeting that the list of sites holds, and counted?"""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from gateway import outreach
from gateway.core.timetable import Rule
from gateway.enrolment import import_file
from gateway.outreach import CannotAsk
from gateway.store.database import Database
from gateway.store.queries.meetings import replies
from gateway.store.tables import Case, Person, Site
from tests.network import settings_for
from tests.talking import EIGHT, Talk, begin
from tests.test_later_flows import enrol
from tests.village import AMINA, CHANDRA

DAY = timedelta(days=1)
TUESDAY = timedelta(days=1, hours=2)


def begun(database: Database, on: str | None = "2026-03-20") -> Talk:
    talk = begin(database)
    with database.write() as session:
        if on:
            kept = {"on": on, "what": "10:00 at the school", "written": EIGHT.isoformat()}
            session.get_one(Site, talk.village.clinic.id).ways = {"meeting": kept}
    enrol(talk, "invitation", Rule(time(10), every_days=7, weekday=1), TUESDAY)
    return talk


def invitations(talk: Talk) -> list[str]:
    return [text for text in talk.sent_to(AMINA) if "You are invited" in text]


def test_she_is_invited_once_and_answers_by_a_digit(database: Database) -> None:
    talk = begun(database).at(EIGHT + TUESDAY)
    assert "clinic:\nYou are invited: Fri 20 Mar, 10:00 at the school.\nWill you come?" in invitations(talk)[0]
    assert talk.answer("1")[-1].startswith("Good, you are welcome.")
    for day in range(1, 9):
        talk.at(EIGHT + TUESDAY + day * DAY)
    assert len(invitations(talk)) == 1


@pytest.mark.parametrize("on", [None, "2026-03-03", "2025-12-24"])
def test_without_a_meeting_that_is_still_to_come_nobody_is_invited(database: Database, on: str | None) -> None:
    talk = begun(database, on).at(EIGHT + TUESDAY)
    talk.later(days=1)
    assert invitations(talk) == []
    with database.write() as session, pytest.raises(CannotAsk, match="no meeting that is still to come"):
        outreach.ask(session, session.get_one(Person, talk.village.amina.id), "invitation", talk.now)


def test_who_comes_is_counted_and_a_no_or_silence_troubles_nobody(database: Database) -> None:
    talk = begun(database).at(EIGHT + TUESDAY)
    talk.answer("2")
    talk.later(days=3)
    with database.read() as session:
        found = replies(session, talk.village.clinic.id, "invitation", "coming", EIGHT)
        assert session.scalars(select(Case)).all() == []
    assert dict(found) == {"no": 1}
    assert not [text for text in talk.sent_to(CHANDRA) if "12" in text]


def test_the_list_of_sites_holds_the_meeting_and_the_same_one_again_is_no_other(database: Database) -> None:
    talk = begin(database)
    head = "code,name,kind,parent_code,time_zone,emergency_number,replies,meeting,meeting_on"
    row = "baiyun,Baiyun,clinic,,,999,free,10:00 at the school,2026-03-20"
    with database.write() as session:
        for now in (EIGHT, EIGHT + DAY):
            assert import_file(session, "sites", f"{head}\n{row}\n", now, settings_for()) == []
        half = import_file(session, "sites", f"{head}\n{row.removesuffix('2026-03-20')}\n", EIGHT, settings_for())
        site = session.get_one(Site, talk.village.clinic.id)
        kept = {"on": "2026-03-20", "what": "10:00 at the school", "written": EIGHT.isoformat()}
        assert site.ways == {"replies": "free", "meeting": kept}
    assert [bad.why for bad in half] == ["meeting and meeting_on: give both or neither"]
