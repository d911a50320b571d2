"""Does enrolment refuse what a number cannot do, take what a site answers for, and know a number however written?"""

import pytest
from sqlalchemy import select

from gateway.enrolment import Imported, bring_in
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.queries.people import is_call_code, person_by_code, phone_of
from gateway.store.tables import Person, Role
from tests.network import settings_for
from tests.test_enrolment import AMINA, CLINICIANS, HEADER, NOW, SITES, patients, ready

CHINA = settings_for(region="CN")
HIS = "baraka,Dr Baraka,13912345679,en,baiyun,clinician,always"
HERS = AMINA.replace("0711000001", "13912345678")
COLUMNS = "code,name,phone,language,site_code,role,duty,call_code,channel"


def bring(database: Database, kind: str, text: str, settings: Settings = CHINA) -> Imported:
    with database.write() as session:
        return bring_in(session, kind, text, NOW, settings)


def whys(brought: Imported) -> list[str]:
    return [bad.why for bad in brought.bad]


def answering(database: Database, *, anyway: str) -> None:
    first, town = SITES.splitlines()[1:]
    bring(database, "sites", f"{SITES.splitlines()[0]},works_anyway\n{first},{anyway}\n{town},\n")


def test_a_doctor_who_cannot_reply_by_sms_is_refused_by_sms_and_taken_by_voice(database: Database) -> None:
    bring(database, "sites", SITES)
    refused = whys(bring(database, "clinicians", f"{COLUMNS}\n{HIS},,sms\n"))
    assert refused == ["channel: the provider carries no replies by SMS in CN, write voice"]
    without = whys(bring(database, "clinicians", f"{COLUMNS}\n{HIS},,voice\n"))
    assert without == ["call_code: whoever answers by call only needs four digits of his own"]
    assert bring(database, "clinicians", f"{COLUMNS}\n{HIS},4711,voice\n").added == 1


def test_a_site_may_say_why_it_works_all_the_same(database: Database) -> None:
    answering(database, anyway="sms: a SIM in a modem takes the replies")
    assert bring(database, "clinicians", f"{COLUMNS}\n{HIS},,sms\n").added == 1


@pytest.mark.parametrize("anyway", ["sms", "sms: no", "fax: a modem takes them", "a modem takes the replies"])
def test_a_reason_has_to_be_one(database: Database, anyway: str) -> None:
    first, _ = SITES.splitlines()[1:]
    assert whys(bring(database, "sites", f"{SITES.splitlines()[0]},works_anyway\n{first},{anyway}\n")) != []


def test_nobody_is_enrolled_by_voice_without_a_number_to_call_from(database: Database) -> None:
    ready(database)
    mute = settings_for(twilio_from=None, twilio_messaging_service_sid="MG" + "0" * 32)
    by_voice = AMINA.replace(",sms,", ",voice,")
    refused = whys(bring(database, "patients", f"{HEADER}\n{by_voice}\n", mute))
    assert refused == ["channel: there is no number to call from: TWILIO_FROM is empty"]


def test_nobody_is_enrolled_by_voice_in_a_language_that_nobody_can_speak(database: Database) -> None:
    ready(database)
    by_voice = AMINA.replace(",sms,", ",voice,").replace(",en,", ",sw,")
    refused = whys(bring(database, "patients", f"{HEADER}\n{by_voice}\n", settings_for()))
    assert refused == ["channel: 'weekly-check' has neither a voice nor recordings in 'sw'"]


def test_a_code_of_his_own_stays_until_another_comes(database: Database) -> None:
    settings = settings_for()
    ready(database)
    header, baraka, _ = CLINICIANS.splitlines()
    for code, changed in (("4711", ("baraka: call_code",)), ("", ()), ("0815", ("baraka: call_code",))):
        brought = bring(database, "clinicians", f"{header},call_code\n{baraka},{code}\n", settings)
        assert brought.changed == changed
    with database.read() as session:
        stands = person_by_code(session, "baraka")
        assert isinstance(stands, Person)
        assert is_call_code(session, stands, "0815")
        assert b"0815" not in (stands.call_code or b"")
    assert whys(bring(database, "clinicians", f"{header},call_code\n{baraka},12\n", settings)) == [
        "call_code: '12' is no four digits"
    ]


def test_hours_for_calls_come_with_the_paper(database: Database) -> None:
    settings = settings_for()
    ready(database)
    assert bring(database, "patients", f"{HEADER},call_hours\n{AMINA},17:00-20:00\n", settings).added == 1
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina
        assert amina.wishes == {"call_hours": "17:00-20:00"}
    refused = whys(bring(database, "patients", f"{HEADER},call_hours\n{AMINA},22:00-23:00\n", settings))
    assert refused == ["call_hours: must lie between 08:00 and 21:00"]


@pytest.mark.parametrize(
    "written", ["+254711000001", "+254 711-000 001", "(0711) 000001", "000254711000001", "０７１１０００００１"]
)
def test_a_number_is_one_phone_however_it_is_written(database: Database, written: str) -> None:
    """Edge case 76."""
    ready(database)
    patients(database, AMINA)
    done = patients(database, AMINA.replace("amina,12", "zuri,13").replace("0711000001", written))
    assert [note.why for note in done.notes if "phone" in note.why] == ["'zuri' shares the phone of 'amina'"]
    with database.read() as session:
        phones = [
            phone_of(session, person.id)
            for person in session.scalars(select(Person).where(Person.role == Role.PATIENT))
        ]
        assert len({phone.id for phone in phones if phone}) == 1
