"""The village doctor is silent: pain 9 to closed, and a danger sign in words to closed, as all the phones showed it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway import cases, watch
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import AMINA, BARAKA, CHANDRA, MEI, MINUTE, ZHAO, rule
from gateway.store.tables import Case, Person
from tests.stories.phones import side_by_side
from tests.stories.test_one_case import FOLDER, MONDAY, compare, doctors_read_chinese, only
from tests.stories.test_which_sign import _coordinator_reads_chinese
from tests.world import World, world

DAY = timedelta(days=1)
PATIENTS = {"en": ("amina", AMINA), "zh": ("mei", MEI)}
ZHAO_ACTS = [
    rule("1 = I call|1我打电话|1打电话", "1", after=5 * MINUTE, times=1),
    rule("yours. Phone|归您", "46", after=12 * MINUTE),
]
WELL = [rule("how tired|有多累|short of breath|有多喘|appetite|胃口|sleep|睡得|feeling sick|恶心", "2")]


@pytest.mark.parametrize("language", PATIENTS)
def test_pain_nine_and_a_silent_village_doctor(language: str, telephones: Network, database_url: str) -> None:
    said = [
        rule("good time|方便吗", "1"),
        rule("any of these|是不是有", "2"),
        rule("pain now|现在有多疼", "2"),
        rule("pain at its worst|疼得最厉害", "9"),
        rule("that bad now|现在也这么", "1"),
        rule("Where is the pain|哪里疼|疼在哪", "3"),
        rule("phone or visit you|联系上您", "1"),
        *WELL,
    ]
    code, number = PATIENTS[language]
    with world(telephones, database_url, MONDAY, _people(number, said)) as place:
        _begin(place, language, code)
        place.play_to(MONDAY + 4 * DAY)
        told = _told(place, number)
        case = _case(place)
        assert (case.state, case.outcome, case.contact_patient) == ("closed", "below the limits", "yes")
    compare(FOLDER / f"silent-doctor-{language}.txt", told)


@pytest.mark.parametrize("language", PATIENTS)
def test_a_danger_sign_in_words_and_a_silent_village_doctor(
    language: str, telephones: Network, database_url: str
) -> None:
    """Only a person ends it: Chandra does, on the fourth day."""
    words = "I can't breathe" if language == "en" else "我喘不上气"
    said = [
        rule("good time|方便吗", "1"),
        rule("Today, any of these|今天是不是有", words, times=1),
        rule("any of these|是不是有", "2"),
        rule("phone or visit you|联系上您", "1"),
        *WELL,
    ]
    code, number = PATIENTS[language]
    with world(telephones, database_url, MONDAY, _people(number, said)) as place:
        _begin(place, language, code)
        place.play_to(MONDAY + 3 * DAY + timedelta(hours=6))
        with place.database.write() as session:
            assert cases.close(session, place.clock.now(session), _case(place).id, "Chandra", "seen at home")
        place.settle()
        told = _told(place, number)
        case = _case(place)
        assert (case.level, case.state, case.closed_by) == ("now", "closed", "Chandra")
    compare(FOLDER / f"now-{language}.txt", told)


def _people(number: str, rules: list[people.Rule]) -> list[people.Person]:
    week = {person["number"]: person for person in people.for_the_week()}
    week[number]["rules"] = rules
    week[BARAKA]["rules"] = []
    week[ZHAO]["rules"] = ZHAO_ACTS
    return list(week.values())


def _begin(place: World, language: str, code: str) -> None:
    with place.database.write() as session:
        session.execute(update(Person).where(Person.role == "clinician").values(language="en"))
    if language == "zh":
        doctors_read_chinese(place)
        _coordinator_reads_chinese(place)
    only(place, code)


def _told(place: World, number: str) -> str:
    assert place.ledger("violation", "lost") == []
    with place.database.read() as session:
        assert [finding.sentence for finding in watch.audit(session, place.clock.now(session))] == []
    phones = {
        number: f"{people.NAMES[number]}, patient",
        BARAKA: "Dr Baraka, village doctor",
        ZHAO: "Dr Zhao, township doctor",
        CHANDRA: "Chandra, coordinator",
    }
    return side_by_side(place.ledger("sms_out", "sms_in", "spoken", "pressed", "call"), phones)


def _case(place: World) -> Case:
    with place.database.read() as session:
        mine = select(Case).join(Person, Case.patient_id == Person.id)
        return session.scalars(mine).one()
