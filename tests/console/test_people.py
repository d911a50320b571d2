"""Who works here: hours and absences, gaps, numbers, and how many questions meet one doctor in an hour."""

from datetime import timedelta

import pytest
from flask import Flask

from gateway.core import rota
from gateway.store.database import Database
from gateway.store.tables import Enrolment, Person, Post
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in


@pytest.fixture
def chandra(app: Flask, store: Database, district: District) -> Visitor:
    with store.write() as session:
        user = add_user(session, "chandra", (Post.COORDINATOR, None), person=district.village.chandra)
    return signed_in(app, user)


def duty_of(store: Database, person: Person) -> str:
    with store.read() as session:
        return session.get_one(Person, person.id).duty


def in_days(days: int) -> str:
    return (CLOCK.real() + timedelta(days=days)).date().isoformat()


def test_hours_and_an_absence_are_written_and_the_gap_is_shown(
    chandra: Visitor, store: Database, district: District
) -> None:
    baraka = district.village.baraka
    page = f"/people/{baraka.id}"
    assert "Always on duty" in chandra.get(page).text
    sent = {"before": "always", "mon": "08:00-12:00, 14:00-17:00", "fri": "08:00-12:00", "digests": "07:30"}
    assert chandra.post(f"{page}/duty", first=in_days(2), last=in_days(4), **sent).status_code == 302
    duty = rota.parse(duty_of(store, baraka))
    assert (len(duty.shifts), [first.isoformat() for first, _ in duty.away]) == (3, [in_days(2)])
    shown = chandra.get(page).text
    assert 'value="08:00-12:00, 14:00-17:00"' in shown
    assert f'value="{in_days(4)}"' in shown


def test_hours_that_cannot_be_read_change_nothing_and_stay_in_the_form(
    chandra: Visitor, store: Database, district: District
) -> None:
    page = f"/people/{district.village.baraka.id}/duty"
    answer = chandra.post(page, before="always", mon="in the morning")
    assert (answer.status_code, "in the morning" in answer.text) == (400, True)
    assert duty_of(store, district.village.baraka) == "always"


def test_of_two_who_write_hours_the_second_is_told(chandra: Visitor, store: Database, district: District) -> None:
    page = f"/people/{district.village.baraka.id}/duty"
    assert chandra.post(page, before="always", mon="08:00-12:00").status_code == 302
    answer = chandra.post(page, before="always", tue="08:00-12:00")
    assert (answer.status_code, "meanwhile" in answer.text) == (409, True)
    assert duty_of(store, district.village.baraka) == "mon 08:00-12:00"


def test_a_supervisor_reads_the_hours_and_writes_none(app: Flask, store: Database, district: District) -> None:
    with store.write() as session:
        user = add_user(session, "somebody", (Post.SUPERVISOR, None))
    browser = signed_in(app, user)
    page = f"/people/{district.village.baraka.id}"
    assert 'name="mon"' not in browser.get(page).text
    assert browser.post(f"{page}/duty", before="always", mon="08:00-12:00").status_code == 403


def test_questions_are_counted_by_doctor_and_hour(chandra: Visitor, store: Database, district: District) -> None:
    assert "Nothing is planned" in chandra.get("/load").text
    now = CLOCK.real()
    with store.write() as session:
        amina = session.get_one(Person, district.village.amina.id)
        for number in range(3):
            session.add(
                Enrolment(
                    id=f"{number:032x}", person_id=amina.id, flow="weekly-check", rule={}, created_at=now,
                    next_due=now + timedelta(hours=2),
                )
            )  # fmt: skip
    page = chandra.get("/load").text
    assert "Baraka" in page
    assert '<td class="number">3</td>' in page
