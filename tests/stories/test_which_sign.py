"""A danger sign by SMS, as the phones showed it: the alarm at once, and one minute later the question which it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from gateway import watch
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import AMINA, BARAKA, CHANDRA, MEI, MINUTE, rule
from gateway.demo.village import ZONE
from gateway.store.tables import Person
from tests.stories.phones import side_by_side
from tests.stories.test_one_case import FOLDER, compare, doctors_read_chinese, only
from tests.world import World, world

MONDAY = datetime(2027, 2, 1, 8, 59, tzinfo=ZONE)
STORIES = {"danger-en": ("amina", AMINA, "1", "5"), "danger-zh": ("mei", MEI, "有", "5")}
YES = "any of these|是不是有"
WHICH = "Which of these|哪一种"


@pytest.mark.parametrize("name", STORIES)
def test_which_sign_it_is_reaches_the_doctor_and_delays_nothing(
    name: str, telephones: Network, database_url: str
) -> None:
    code, number, yes, sign = STORIES[name]
    week = {person["number"]: person for person in people.for_the_week()}
    week[number]["rules"] = [rule("good time|方便吗", "1"), rule(YES, yes), rule(WHICH, sign)]
    week[BARAKA]["rules"] = [
        rule("URGENT|急！", "1", after=4 * MINUTE + 30),
        rule("yours. Phone|归您", "46", after=20 * MINUTE),
    ]
    with world(telephones, database_url, MONDAY, list(week.values())) as place:
        if name.endswith("zh"):
            doctors_read_chinese(place)
            _coordinator_reads_chinese(place)
        only(place, code)
        for minutes in range(0, 140, 20):
            place.play_to(MONDAY + timedelta(minutes=minutes))
            assert _audit(place) == []
        phones = {number: f"{people.NAMES[number]}, patient", BARAKA: "Dr Baraka, village doctor"}
        phones[CHANDRA] = "Chandra, coordinator"
        told = side_by_side(place.ledger("sms_out", "sms_in", "spoken", "pressed", "call"), phones)
        assert place.ledger("violation", "lost") == []
    compare(FOLDER / f"{name}.txt", told)


def _audit(place: World) -> list[str]:
    with place.database.read() as session:
        return [finding.sentence for finding in watch.audit(session, place.clock.now(session))]


def _coordinator_reads_chinese(place: World) -> None:
    with place.database.write() as session:
        session.execute(update(Person).where(Person.role == "coordinator").values(language="zh_CN"))
