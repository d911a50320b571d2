"""The SMS to the doctor is lost: he is rung, shows his code, takes the case and is connected to the patient."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import watch
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import AMINA, BARAKA, CHANDRA, MEI, rule
from gateway.store.tables import Case, CaseEvent
from tests.stories.phones import side_by_side
from tests.stories.test_one_case import FOLDER, MONDAY, compare, doctors_read_chinese, only
from tests.world import OUR_NUMBER, World, world

PATIENTS = {"en": ("amina", AMINA), "zh": ("mei", MEI)}
SAID = [
    rule("good time|方便吗", "1"),
    rule("any of these|是不是有", "2"),
    rule("pain now|现在有多疼", "2"),
    rule("pain at its worst|疼得最厉害", "9"),
    rule("that bad now|现在也这么", "1"),
    rule("Where is the pain|哪里疼|疼在哪", "3"),
    rule("phone or visit you|联系上您", "1"),
    rule("how tired|有多累|short of breath|有多喘|appetite|胃口|sleep|睡得|feeling sick|恶心", "2"),
]
PRESSES = [
    {"when": "4-digit code|四位", "press": "4711", "after": 4},
    {"when": "press 1|请按1", "press": "1", "after": 6, "times": 1},
    {"when": "What was done|怎样处理", "press": "46", "after": 3},
]


@pytest.mark.parametrize("language", PATIENTS)
def test_an_sms_that_is_lost_a_call_a_code_and_a_bridge(language: str, telephones: Network, database_url: str) -> None:
    code, number = PATIENTS[language]
    with world(telephones, database_url, MONDAY, _people(number)) as place:
        if language == "zh":
            doctors_read_chinese(place)
        only(place, code)
        place.play_to(MONDAY + timedelta(hours=1, minutes=30))
        told, case = _told(place, number), _case(place)
        assert (case.state, case.contact_doctor, case.done) == ("contacted", "by call", "46")
        assert _kinds(place, case) >= {"undelivered", "ringing", "accepts", "connecting", "connected", "rung"}
        (dialled,) = [entry for entry in place.ledger("call") if _is_the_patients_leg(entry, number)]
        assert dialled["from"] == OUR_NUMBER
    compare(FOLDER / f"doctor-rung-{language}.txt", told, at_once=True)


def _people(number: str) -> list[people.Person]:
    week = {person["number"]: person for person in people.for_the_week()}
    week[number]["rules"] = SAID
    week[BARAKA] |= {"rules": PRESSES, "delivery": {"kind": "undelivered", "code": 30006}}
    return list(week.values())


def _told(place: World, number: str) -> str:
    assert place.ledger("violation", "lost") == []
    with place.database.read() as session:
        assert [finding.sentence for finding in watch.audit(session, place.clock.now(session))] == []
    phones = {
        number: f"{people.NAMES[number]}, patient",
        BARAKA: "Dr Baraka, village doctor",
        CHANDRA: "Chandra, coordinator",
    }
    return side_by_side(place.ledger("sms_out", "sms_in", "spoken", "pressed", "call", "connected"), phones)


def _is_the_patients_leg(entry: dict[str, str], number: str) -> bool:
    return entry["direction"] == "outbound-dial" and entry["to"] == number and entry["event"] == "ringing"


def _case(place: World) -> Case:
    with place.database.read() as session:
        return session.scalars(select(Case)).one()


def _kinds(place: World, case: Case) -> set[str]:
    with place.database.read() as session:
        return set(session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)))
