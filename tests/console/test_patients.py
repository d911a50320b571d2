"""Finding a patient, seeing how it goes, pausing and ending; and bringing in a list."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import publishing
from gateway.console import trend
from gateway.core import flowfile
from gateway.core.flow import Level
from gateway.enrolment.consent import consent_to, stop
from gateway.store.database import Database
from gateway.store.queries.accounts import accesses
from gateway.store.queries.patients import Reported, notes_about, phones_of
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Note, Person, Post, Standing
from tests import canaries
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in
from tests.village import AMINA

ROOT = Path(__file__).parents[2]
SITES = b"code,name,kind,parent_code,time_zone,emergency_number\nlake,Lake,clinic,county,,999\n"


@pytest.fixture
def chandra(app: Flask, store: Database, district: District) -> Visitor:
    now = CLOCK.real()
    with store.write() as session:
        consent_to(session, session.get_one(Person, district.village.amina.id), "messages", now)
        user = add_user(session, "chandra", (Post.COORDINATOR, None), person=district.village.chandra)
    return signed_in(app, user)


def amina(store: Database, district: District) -> Person:
    with store.read() as session:
        return session.get_one(Person, district.village.amina.id)


@pytest.mark.parametrize("sought", ["amina", "12", AMINA, canaries.NAME[:5].lower()])
def test_a_patient_is_found_by_code_number_telephone_and_part_of_a_name(chandra: Visitor, sought: str) -> None:
    page = chandra.post("/patients", sought=sought).text
    assert canaries.NAME in page
    assert "Omar" not in page


def test_looking_at_somebody_stands_in_the_access_log(chandra: Visitor, store: Database, district: District) -> None:
    chandra.get(f"/patients/{district.village.amina.id}")
    with store.read() as session:
        seen = accesses(session, None, district.village.amina.id, "", 5)
    assert [line.access.what for line in seen] == ["saw a patient"]


def test_whoever_only_sent_numbers_stands_on_today(chandra: Visitor, store: Database, district: District) -> None:
    assert "Somebody has spoken with every patient in the last 8 weeks." in chandra.get("/").text
    with store.write() as session:
        session.get_one(Person, district.village.amina.id).created_at -= timedelta(weeks=9)
    today = chandra.get("/").text
    assert "for 8 weeks. Good numbers are no reason not to ring." in today
    assert "enrolled, and nobody since" in chandra.get(f"/patients/{district.village.amina.id}").text


def test_in_hospital_she_is_not_asked_and_then_again(chandra: Visitor, store: Database, district: District) -> None:
    page = f"/patients/{district.village.amina.id}"
    assert chandra.post(f"{page}/pause", why="in hospital").status_code == 302
    assert (amina(store, district).standing, amina(store, district).standing_why) == (Standing.PAUSED, "in hospital")
    assert "in hospital" in chandra.get(page).text
    assert chandra.post(f"{page}/resume").status_code == 302
    assert amina(store, district).standing == Standing.ACTIVE


def test_a_stop_from_the_phone_is_not_undone_by_a_button(chandra: Visitor, store: Database, district: District) -> None:
    with store.write() as session:
        stop(session, session.get_one(Person, district.village.amina.id), CLOCK.real(), "stop word")
    assert chandra.post(f"/patients/{district.village.amina.id}/resume").status_code == 409
    assert amina(store, district).standing == Standing.STOPPED


def test_a_number_that_failed_is_tried_again_once(chandra: Visitor, store: Database, district: District) -> None:
    at = f"/patients/{district.village.amina.id}"
    assert "Try this number again" not in chandra.get(at).text
    with store.write() as session:
        mark_bad(session, district.village.amina.id)
    assert "Try this number again" in chandra.get(at).text
    assert "problem" not in chandra.post(f"{at}/number").location
    with store.read() as session:
        assert phones_of(session, district.village.amina.id)[0].bad_since is None
    assert "problem=number+works" in chandra.post(f"{at}/number").location


def test_so_is_a_doctors(chandra: Visitor, store: Database, district: District) -> None:
    at = f"/people/{district.village.baraka.id}"
    with store.write() as session:
        mark_bad(session, district.village.baraka.id)
    assert "Try this number again" in chandra.get(at).text
    chandra.post(f"{at}/number")
    assert "Try this number again" not in chandra.get(at).text


def mark_bad(session: Session, person_id: str) -> None:
    (phone,) = phones_of(session, person_id)
    phone.bad_since = CLOCK.real()


def test_who_has_died_is_ended_once(chandra: Visitor, store: Database, district: District) -> None:
    page = f"/patients/{district.village.amina.id}"
    assert [chandra.post(f"{page}/end", why="died").status_code for _ in range(2)] == [302, 409]
    assert amina(store, district).standing == Standing.ENDED


@pytest.mark.empty
def test_she_cannot_be_asked_without_a_flow_and_the_page_says_why(chandra: Visitor, district: District) -> None:
    answer = chandra.post(f"/patients/{district.village.amina.id}/ask", flow="weekly-check")
    assert answer.status_code == 409
    assert "no flow" in answer.text


def test_the_picture_has_the_limits_of_the_flow_and_leaves_out_what_is_not_sure() -> None:
    flow, problems = flowfile.read(
        (ROOT / "flows" / "weekly-check.yaml").read_text(), (ROOT / "flows" / "shared.yaml").read_text()
    )
    assert flow, problems
    now = CLOCK.real()
    given = [
        Reported("pain", number, now - timedelta(weeks=3 - week), "patient", sure, "weekly-check", str(week))
        for week, (number, sure) in enumerate([(3, None), (9, False), (5, True)])
    ]
    picture = trend.pictures(flow, {"pain": "Pain"}, given, [], now)[0]
    assert {limit.level: limit.value for limit in picture.limits} == {Level.RED: 7, Level.AMBER: 4}
    assert [point.is_sure for point in picture.points] == [True, False, True]
    assert len(picture.line.split()) == 2


def _bring(browser: Visitor, kind: str, content: bytes, **more: str) -> tuple[int, str]:
    sent = {"form_token": browser.form_token(), "kind": kind, "file": (BytesIO(content), "list.csv"), **more}
    answer = browser.client.post("/people/import", data=sent, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_list_is_tried_before_it_is_brought_in(chandra: Visitor, store: Database, district: District) -> None:
    status, page = _bring(chandra, "sites", SITES)
    assert (status, "It is not in yet" in page) == (200, True)
    with store.read() as session:
        assert session.query(type(district.heping)).filter_by(code="lake").count() == 0
    assert "lake,Lake" in page, "the page carries the list on to the second press"
    assert chandra.post("/people/import", kind="sites", sure="yes", text=SITES.decode()).status_code == 200
    with store.read() as session:
        assert session.query(type(district.heping)).filter_by(code="lake").count() == 1


def test_every_wrong_row_is_named_and_nothing_changes(chandra: Visitor, store: Database, district: District) -> None:
    now = CLOCK.real()
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
    rows = b"code,name,phone,language,site_code,role,duty\nnew,Dr New,1,en,nowhere,clinician,always\n"
    status, page = _bring(chandra, "clinicians", rows, sure="yes")
    assert status == 400
    assert "1 row" in page or "2 rows" in page
    with store.read() as session:
        assert person_by_code(session, "new") is None


def test_a_file_that_is_no_text_is_refused_kindly(chandra: Visitor) -> None:
    status, page = _bring(chandra, "sites", b"\xff\xfe\x00junk")
    assert status == 400
    assert "UTF-8" in page


def test_another_medicine_is_drawn_and_its_words_are_sealed(
    chandra: Visitor, store: Database, district: District
) -> None:
    page, today = f"/patients/{district.village.amina.id}", CLOCK.real().date()
    assert chandra.post(f"{page}/medicine", on=today.isoformat(), what="morphine 10 mg").status_code == 302
    later = (today + timedelta(days=3)).isoformat()
    assert "problem=medicine" in chandra.post(f"{page}/medicine", on=later, what="tomorrow").location
    with store.read() as session:
        assert b"morphine" not in session.scalars(select(Note)).one().words
        assert len(notes_about(session, district.village.amina.id, "medicine")) == 1


def test_a_change_of_medicine_stands_in_the_picture() -> None:
    flow, problems = flowfile.read(
        (ROOT / "flows" / "weekly-check.yaml").read_text(), (ROOT / "flows" / "shared.yaml").read_text()
    )
    assert flow, problems
    now = CLOCK.real()
    given = [Reported("pain", 5, now - timedelta(weeks=2), "patient", None, "weekly-check", "1")]
    changes = [now - timedelta(weeks=20), now - timedelta(weeks=1)]
    picture = trend.pictures(flow, {"pain": "Pain"}, given, [], now, changes)[0]
    assert [number for _, number in picture.marks] == [2], "what lies before the picture is not in it"


def test_she_moves_to_another_village_and_only_once(chandra: Visitor, store: Database, district: District) -> None:
    here, there = amina(store, district), district.heping
    page = f"/patients/{here.id}"
    sent = {"site": there.id, "to": district.hassan.id, "was_site": here.site_id, "was_doctor": here.doctor_id or ""}
    assert "move+number" in chandra.post(f"{page}/move", number="4", **sent).location, "Salma has it there"
    assert chandra.post(f"{page}/move", number="5", **sent).location.endswith("#trend")
    moved = amina(store, district)
    assert (moved.site_id, moved.doctor_id, moved.small_number) == (there.id, district.hassan.id, "5")
    again = chandra.post(f"{page}/move", number="6", **sent).location
    assert "move+changed" in again
    assert "meanwhile" in chandra.get(again.partition("#")[0]).text
