"""Does a CSV file come in whole or not at all, with every wrong row named?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway import publishing
from gateway.enrolment import Imported, bring_in, import_file
from gateway.quality.ahead import expected_prompts
from gateway.store.database import Database
from gateway.store.queries.people import (
    has_consented,
    name_of,
    number_of,
    on_phone,
    person_by_code,
    phone_of,
    pin_index,
)
from gateway.store.tables import Consent, Enrolment, Person, Role, Site, Standing
from tests.network import settings_for

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = settings_for()
SITES = """code,name,kind,parent_code,time_zone,emergency_number
baiyun,Baiyun,village,town,,
town,Town,township,,Africa/Nairobi,112
"""
CLINICIANS = """code,name,phone,language,site_code,role,duty
baraka,Dr Baraka,0722000002,en,baiyun,clinician,always
chandra,Chandra,0733000003,en,town,coordinator,mon-fri 08:00-17:00
"""
HEADER = (
    "code,number,first_name,last_name,phone,language,channel,site_code,doctor_code,time_zone,consent,flow,day,time,"
    "no_visit,helper_name,helper_phone,helper_consent"
)
AMINA = "amina,12,Amina,Okoro,0711000001,en,sms,baiyun,baraka,,yes,weekly-check,monday,09:30,yes,,,"


def bring(database: Database, kind: str, text: str) -> Imported:
    with database.write() as session:
        return bring_in(session, kind, text, NOW, SETTINGS)


def ready(database: Database) -> None:
    with database.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", NOW)
    assert bring(database, "sites", SITES).added == 2
    assert bring(database, "clinicians", CLINICIANS).added == 2


def patients(database: Database, *rows: str) -> Imported:
    return bring(database, "patients", "\n".join([HEADER, *rows]) + "\n")


def counted(database: Database, table: type[Person] | type[Site] | type[Enrolment] | type[Consent]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_village_comes_in(database: Database) -> None:
    ready(database)
    assert patients(database, AMINA).added == 1
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        phone = phone_of(session, amina.id)
        assert phone is not None
        assert number_of(session, phone) == "+254711000001"
        assert name_of(session, amina) == {"first": "Amina", "last": "Okoro"}
        assert (amina.small_number, amina.no_visit, amina.time_zone) == ("12", True, "Africa/Nairobi")
        assert has_consented(session, amina)
        enrolment = session.scalars(select(Enrolment)).one()
        assert enrolment.rule == {"time": "09:30", "every_days": 7, "weekday": 0}
        assert enrolment.next_due == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
        site = session.scalars(select(Site).where(Site.code == "baiyun")).one()
        assert (site.time_zone, site.emergency_number) == ("Africa/Nairobi", "999")


def test_patients_of_one_doctor_without_a_time_are_spread_over_the_hour(database: Database) -> None:
    ready(database)
    rows = [f"p{n},{n},P,,07110000{n:02},en,sms,baiyun,baraka,,yes,weekly-check,,,,,," for n in range(1, 5)]
    patients(database, *rows)
    with database.read() as session:
        due = session.scalars(select(Enrolment.next_due).order_by(Enrolment.next_due)).all()
    nine = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    assert due == [nine + timedelta(minutes=minutes) for minutes in (0, 15, 30, 45)]


def test_many_patients_of_one_doctor_are_spread_over_the_days_and_stay_there(database: Database) -> None:
    ready(database)
    rows = [f"p{n},{n},P,,07110000{n:02},en,sms,baiyun,baraka,,yes,weekly-check,,,,,," for n in range(1, 10)]
    patients(database, *rows)
    patients(database, *rows)
    with database.read() as session:
        hours = expected_prompts(session, datetime(2026, 3, 2, 5, 0, tzinfo=UTC))
        days = [(f"{hour.start:%a %H}", number) for hour, number in hours.items()]
    assert days == [("Mon 09", 4), ("Tue 09", 4), ("Wed 09", 1)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("amina,", ",", "code: an empty cell is no code"),
        (",12,", ",twelve,", "number: 'twelve' is no number of the clinic's paper list"),
        ("Amina", "A" * 41, "first_name: is longer than 40 characters"),
        ("0711000001", "12345", "phone: the number ending in 45 is not valid in KE"),
        ("0711000001", "abc", "phone: the number ending in bc is no phone number"),
        ("0711000001", "+14155552671", "phone: the number ending in 71 is not of this gateway's country (KE)"),
        ("0711000001", "0900123456", "premium"),
        (",en,", ",xx,", "language: 'weekly-check' does not speak 'xx'"),
        (",en,", ",English!,", "language: 'English!' is no language"),
        (",sms,", ",letter,", "channel: must be 'sms' or 'voice'"),
        ("baiyun", "nowhere", "site_code: there is no site 'nowhere'"),
        (",baraka,", ",wang,", "doctor_code: there is no clinician 'wang'"),
        (",baraka,,", ",baraka,Nairobi,", "time_zone: 'Nairobi' is no time zone"),
        (",yes,weekly", ",maybe,weekly", "consent: must be yes or no"),
        ("weekly-check", "weekly-chek", "flow: no flow 'weekly-chek' is published"),
        ("weekly-check", "re-check", "flow: 're-check' has no time of its own"),
        ("monday", "lundi", "day: 'lundi' is no day of the week"),
        ("09:30", "9.30", "time: '9.30' is no time of day"),
        (",yes,,,", ",yes,Juma,,", "helper_name and helper_phone: give both or neither"),
        (",yes,,,", ",yes,Juma,0755000005,", "helper_consent: must be yes or no"),
        ("amina,12", "baraka,12", "code: 'baraka' is a clinician"),
        (",yes,,,", ",yes,,", "this row has 17 cells, the header has 18"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_changes(database: Database, old: str, new: str, why: str) -> None:
    ready(database)
    wrong = AMINA.replace(old, new, 1)
    done = patients(database, AMINA.replace("amina,12", "zuri,13"), wrong)
    assert [row.line for row in done.bad] == [3], done.bad
    assert why in done.bad[0].why or why == "premium"
    assert counted(database, Person) == 2


def test_every_wrong_cell_of_every_row_is_named_at_once(database: Database) -> None:
    ready(database)
    wrong = AMINA.replace("09:30", "9").replace(",sms,", ",fax,")
    done = patients(database, wrong, wrong.replace("amina,12", "zuri,x"))
    assert [row.line for row in done.bad] == [2, 2, 3, 3, 3]


def test_codes_and_numbers_may_stand_only_once(database: Database) -> None:
    ready(database)
    done = patients(database, AMINA, AMINA.replace("amina", "Amina", 1), AMINA.replace("amina", "zuri", 1))
    assert [(row.line, row.why) for row in done.bad] == [
        (3, "code: 'Amina' stands in line 2 already"),
        (3, "number: 12 is 'amina' at this site already"),
        (4, "number: 12 is 'amina' at this site already"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (SITES.replace(",", ";"), 1, "separated by semicolons: save it in Excel as 'CSV UTF-8', with commas"),
        (SITES.replace(",", "\t"), 1, "separated by tabs"),
        (SITES.replace("kind", "type"), 1, "'kind' is missing, 'type' is not expected"),
        (SITES.splitlines()[0], 1, "there is no row below the header"),
        ("", 1, "the header must be code,name"),
        (SITES + '"open,x\n', 4, "from here on this is no CSV"),
        (SITES.replace("town,,", "nowhere,,", 1), 2, "parent_code: there is no site 'nowhere'"),
        (SITES.replace("township,,", "township,baiyun,"), 2, "would stand above itself"),
        (SITES.replace(",112", ",1-1-2"), 3, "emergency_number: '1-1-2' is no emergency number"),
    ],
)
def test_a_wrong_file_says_what_to_do(database: Database, text: str, line: int, why: str) -> None:
    with database.write() as session:
        bad = import_file(session, "sites", text, NOW, SETTINGS)
    assert bad[0].line == line
    assert why in bad[0].why
    assert counted(database, Site) == 0


def test_excels_mark_at_the_beginning_does_no_harm(database: Database) -> None:
    assert bring(database, "sites", "\ufeff" + SITES.replace("\n", "\r\n")).added == 2


def test_a_wrong_duty_is_named(database: Database) -> None:
    bring(database, "sites", SITES)
    done = bring(database, "clinicians", CLINICIANS.replace("mon-fri 08:00-17:00", "office hours"))
    assert [row.line for row in done.bad] == [3]
    assert done.bad[0].why.startswith("duty:")


def test_who_says_no_leaves_neither_name_nor_phone(database: Database) -> None:
    ready(database)
    done = patients(database, AMINA.replace(",yes,weekly", ",no,weekly"))
    assert "has not consented" in done.notes[0].why
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert (amina.name, amina.standing, phone_of(session, amina.id)) == (None, Standing.ENDED, None)
    assert counted(database, Enrolment) == 0
    patients(database, AMINA)
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert amina.standing == Standing.ACTIVE


def test_a_no_after_a_yes_is_a_withdrawal(database: Database) -> None:
    ready(database)
    patients(database, AMINA)
    done = patients(database, AMINA.replace(",yes,weekly", ",no,weekly"))
    assert "has withdrawn" in done.notes[0].why
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert amina.standing == Standing.STOPPED
        assert not has_consented(session, amina)
        assert session.scalars(select(Enrolment.ended_why)).all() == ["withdrawn"]


def test_the_same_file_twice_changes_nothing_and_a_new_cell_is_named(database: Database) -> None:
    ready(database)
    patients(database, AMINA)
    assert (patients(database, AMINA).same, counted(database, Consent)) == (1, 1)
    moved = patients(database, AMINA.replace("09:30", "10:00").replace("0711000001", "0711000009"))
    assert moved.changed == ("amina: phone, day and time",)


def test_a_stop_from_the_phone_is_not_undone_by_paper(database: Database) -> None:
    ready(database)
    patients(database, AMINA)
    with database.write() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        amina.standing = Standing.STOPPED
    patients(database, AMINA)
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert amina.standing == Standing.STOPPED


def test_a_helper_comes_in_only_by_consent(database: Database) -> None:
    ready(database)
    patients(database, AMINA.removesuffix(",,,") + ",Juma,0755000005,no")
    assert counted(database, Person) == 3
    patients(database, AMINA.removesuffix(",,,") + ",Juma,0755000005,yes")
    with database.read() as session:
        helper = person_by_code(session, "amina-helper")
        assert helper is not None
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert (helper.role, helper.helps_id) == (Role.HELPER, amina.id)
        assert has_consented(session, amina, "helper")
        assert has_consented(session, helper)


def test_a_shared_phone_is_one_phone_and_worth_a_note(database: Database) -> None:
    ready(database)
    done = patients(
        database,
        AMINA,
        AMINA.replace("amina,12", "zuri,13"),
        AMINA.replace("amina,12", "asha,14").replace("0711000001", "0722000002"),
    )
    assert done.added == 3
    notes = [note.why for note in done.notes if "phone" in note.why]
    assert notes[0] == "'zuri' shares the phone of 'amina'"
    assert notes[1] == "'asha' has the phone of 'baraka': texts that begin with a case code are the doctor's"
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        phone = phone_of(session, amina.id)
        assert phone is not None
        assert [person.code for person in on_phone(session, phone)] == ["amina", "zuri"]


def test_no_sms_is_promised_where_none_comes_back(database: Database) -> None:
    ready(database)
    with database.write() as session:
        china = settings_for(region="CN")
        text = f"{HEADER}\n{AMINA.replace('0711000001', '13912345678')}\n"
        bad = import_file(session, "patients", text, NOW, china)
    assert "the provider carries no replies by SMS in CN, write voice" in bad[0].why


def test_several_flows_digits_and_wishes_come_in_with_one_row(database: Database) -> None:
    """Each flow by its own rule; her own day and time are those of the weekly questions."""
    ready(database)
    row = AMINA.replace(",weekly-check,", ",consent practice baseline weekly-check education,") + ",4711,3"
    text = f"{HEADER},pin,contacts\n{row}\n"
    assert bring(database, "patients", text).added == 1
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert amina.pin == pin_index(session, amina, "4711")
        assert amina.wishes == {"contacts": 3}
        rules = {row.flow: (row.rule, row.next_due - NOW) for row in session.scalars(select(Enrolment)) if row.next_due}
    assert [name for name, (rule, _) in rules.items() if not rule] == ["consent", "practice", "baseline"]
    assert rules["practice"][1] - rules["consent"][1] == timedelta(minutes=2)
    assert rules["weekly-check"][0]["time"] == "09:30"
    assert rules["education"][0]["weekday"] == 2
    assert rules["education"][1] >= timedelta(days=2)
    assert bring(database, "patients", text).same == 1
    wrong = text.replace(",4711,3", ",471,0").replace("consent practice", "consent nothing")
    assert {bad.why.partition(":")[0] for bad in bring(database, "patients", wrong).bad} >= {"pin", "contacts"}


def with_choices(database: Database, called: str, answers: str, helper: str = "Juma,0755000005,yes") -> Imported:
    row = AMINA.removesuffix(",,") + helper
    return bring(database, "patients", f"{HEADER},called,helper_answers\n{row},{called},{answers}\n")


def test_a_name_for_the_shared_phone_and_who_may_answer_come_with_the_paper(database: Database) -> None:
    ready(database)
    assert not with_choices(database, "Mama B", "yes").bad
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert name_of(session, amina)["called"] == "Mama B"
        assert has_consented(session, amina, "helper answers")
    assert with_choices(database, "", "").changed == ()
    assert with_choices(database, "Mama B", "no").changed == ("amina: helper_answers",)
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert not has_consented(session, amina, "helper answers")


@pytest.mark.parametrize(
    ("called", "answers", "helper", "why"),
    [
        ("Mama Bahati Otieno", "", ",,", "called: is longer than 12 characters"),
        ("", "maybe", ",,", "helper_answers: must be yes or no"),
        ("", "yes", ",,", "helper_answers: yes needs a helper"),
        ("", "yes", "Juma,0755000005,no", "helper_answers: yes needs a helper"),
    ],
)
def test_a_choice_that_cannot_stand_is_named(
    database: Database, called: str, answers: str, helper: str, why: str
) -> None:
    ready(database)
    assert why in with_choices(database, called, answers, helper).bad[0].why
