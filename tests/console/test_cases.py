"""A case at the console: the same road as an SMS, and of two people at once the second is told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from gateway import intake, publishing
from gateway.core.flow import Level
from gateway.core.life import Life
from gateway.phone.twilio_in import SmsHeard
from gateway.store.database import Database
from gateway.store.queries.cases import events_of
from gateway.store.tables import Case, Message, Note, Post, User
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in
from tests.village import AMINA

ROOT = Path(__file__).parents[2]


@pytest.fixture
def case(store: Database, district: District) -> Case:
    """Amina wrote that she cannot breathe; Dr Baraka was told."""
    now = CLOCK.real()
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
        intake.heard(session, SmsHeard("AC", "SM1", AMINA, "+254700000000", "I can't breathe", None), now)
        return session.scalars(select(Case)).one()


@pytest.fixture
def baraka(store: Database, district: District) -> User:
    with store.write() as session:
        return add_user(session, "baraka", (Post.CLINICIAN, district.village.clinic.id), person=district.village.baraka)


@pytest.fixture
def chandra(store: Database, district: District) -> User:
    with store.write() as session:
        return add_user(session, "chandra", (Post.COORDINATOR, None), person=district.village.chandra)


def seen(store: Database, case: Case) -> str:
    with store.read() as session:
        return str(events_of(session, case.id)[-1].number)


def as_it_is(store: Database, case: Case) -> Case:
    with store.read() as session:
        return session.get_one(Case, case.id)


def test_a_button_is_the_same_as_the_digit(app: Flask, store: Database, case: Case, baraka: User) -> None:
    browser = signed_in(app, baraka)
    assert browser.post(f"/cases/{case.id}/take", how="call", seen=seen(store, case)).status_code == 302
    now = as_it_is(store, case)
    assert (now.state, now.accepted_by) == ("accepted", baraka.person_id)
    assert browser.post(f"/cases/{case.id}/done", digit="4", seen=seen(store, case)).status_code == 302
    assert as_it_is(store, case).state == "contacted"
    page = browser.get(f"/cases/{case.id}").text
    assert "URGENT" in page, "the text as it was sent"
    assert "advice" in page


def test_the_second_of_two_is_told_and_nothing_is_overwritten(
    app: Flask, store: Database, case: Case, baraka: User, chandra: User
) -> None:
    both_saw = seen(store, case)
    first, second = signed_in(app, baraka), signed_in(app, chandra)
    assert first.post(f"/cases/{case.id}/take", how="call", seen=both_saw).status_code == 302
    answer = second.post(f"/cases/{case.id}/take", how="visit", seen=both_saw)
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    assert "Baraka" in answer.text
    assert as_it_is(store, case).accepted_by == baraka.person_id


def test_closing_takes_a_reason_which_is_sealed(app: Flask, store: Database, case: Case, chandra: User) -> None:
    browser = signed_in(app, chandra)
    closing = {"outcome": "sent to hospital", "seen": seen(store, case)}
    assert browser.post(f"/cases/{case.id}/close", reason=" ", **closing).status_code == 400
    assert browser.post(f"/cases/{case.id}/close", reason="her son drove her there", **closing).status_code == 302
    now = as_it_is(store, case)
    assert (now.state, now.closed_by, now.outcome) == ("closed", "chandra", "sent to hospital")
    with store.read() as session:
        assert b"son" not in session.scalars(select(Note)).one().words
    assert "her son drove her there" in browser.get(f"/cases/{case.id}").text


def test_a_case_that_got_worse_meanwhile_is_not_closed(app: Flask, store: Database, case: Case, chandra: User) -> None:
    before = seen(store, case)
    with store.write() as session:
        intake.heard(session, SmsHeard("AC", "SM2", AMINA, "+254700000000", "chest pain", None), CLOCK.real())
    answer = signed_in(app, chandra).post(f"/cases/{case.id}/close", reason="well", outcome="no case", seen=before)
    assert answer.status_code == 409
    assert as_it_is(store, case).closed_at is None


def test_a_closed_case_stays_as_it_was_closed(
    app: Flask, store: Database, case: Case, chandra: User, baraka: User
) -> None:
    before = seen(store, case)
    assert (
        signed_in(app, chandra)
        .post(f"/cases/{case.id}/close", reason="well", outcome="no case", seen=before)
        .status_code
        == 302
    )
    assert signed_in(app, baraka).post(f"/cases/{case.id}/take", how="call", seen=before).status_code == 409
    assert as_it_is(store, case).outcome == "no case"


def test_whom_it_is_handed_to_is_told_and_may_accept(
    app: Flask, store: Database, case: Case, baraka: User, district: District
) -> None:
    browser = signed_in(app, baraka)
    browser.post(f"/cases/{case.id}/take", how="call", seen=seen(store, case))
    zhao = district.tiers.zhao
    answer = browser.post(f"/cases/{case.id}/hand-over", to=zhao.id, reason="my leave", seen=seen(store, case))
    assert answer.status_code == 302
    now = as_it_is(store, case)
    assert (now.state, now.accepted_by, now.tier) == ("told", None, 1)
    assert now.due_at is not None
    with store.read() as session:
        told = session.scalars(select(Message).where(Message.to_id == zhao.id)).all()
    assert len(told) == 1


def test_nobody_hands_a_case_to_another_village(
    app: Flask, store: Database, case: Case, baraka: User, district: District
) -> None:
    answer = signed_in(app, baraka).post(f"/cases/{case.id}/hand-over", to=district.hassan.id, seen=seen(store, case))
    assert answer.status_code == 404


def test_who_is_nobody_on_the_list_takes_nothing_over(app: Flask, store: Database, case: Case) -> None:
    with store.write() as session:
        user = add_user(session, "somebody", (Post.COORDINATOR, None))
    answer = signed_in(app, user).post(f"/cases/{case.id}/take", how="call", seen=seen(store, case))
    assert answer.status_code == 409
    assert as_it_is(store, case).state == "told"


def test_a_supervisor_looks_and_presses_nothing(app: Flask, store: Database, case: Case) -> None:
    with store.write() as session:
        user = add_user(session, "somebody", (Post.SUPERVISOR, None))
    browser: Visitor = signed_in(app, user)
    assert "Close the case" not in browser.get(f"/cases/{case.id}").text
    assert browser.post(f"/cases/{case.id}/take", how="call", seen="1").status_code == 403


@pytest.fixture
def red(store: Database, case: Case) -> Case:
    """The same case, severe but no danger."""
    with store.write() as session:
        row = session.get_one(Case, case.id)
        life = Life.from_json(row.progress["life"])
        row.level, row.progress = "red", {**row.progress, "life": replace(life, level=Level.RED).to_json()}
    return as_it_is(store, case)


def in_days(days: int) -> str:
    return (CLOCK.real() + timedelta(days=days)).date().isoformat()


def test_a_clinician_puts_a_plan_in_place_until_a_date(app: Flask, store: Database, red: Case, baraka: User) -> None:
    browser, address = signed_in(app, baraka), f"/cases/{red.id}/plan-in-place"
    assert "Plan in place" in browser.get(f"/cases/{red.id}").text
    sent = {"until": in_days(5), "seen": seen(store, red)}
    assert browser.post(address, reason=" ", **sent).status_code == 400
    assert browser.post(address, reason="dose raised", **{**sent, "until": "soon"}).status_code == 400
    refused = browser.post(address, reason="dose raised", **{**sent, "until": in_days(60)})
    assert (refused.status_code, "within the next four weeks" in refused.text) == (409, True)
    assert browser.post(address, reason="dose raised, seen at home", **sent).status_code == 302
    assert as_it_is(store, red).state == "plan in place"
    assert "dose raised, seen at home" in browser.get(f"/cases/{red.id}").text


def test_who_is_no_clinician_puts_no_plan_in_place(app: Flask, store: Database, red: Case, chandra: User) -> None:
    browser = signed_in(app, chandra)
    assert "plan-in-place" not in browser.get(f"/cases/{red.id}").text
    sent = {"until": in_days(5), "reason": "known", "seen": seen(store, red)}
    answer = browser.post(f"/cases/{red.id}/plan-in-place", **sent)
    assert (answer.status_code, "Only a clinician" in answer.text) == (409, True)
    assert as_it_is(store, red).state == "told"


def test_no_plan_covers_what_its_maker_has_not_seen(app: Flask, store: Database, red: Case, baraka: User) -> None:
    before = str(int(seen(store, red)) - 1)
    answer = signed_in(app, baraka).post(
        f"/cases/{red.id}/plan-in-place", until=in_days(5), reason="known", seen=before
    )
    assert answer.status_code == 409
    assert as_it_is(store, red).state == "told"


def test_closed_cases_are_listed_with_what_became_of_them(
    app: Flask, store: Database, case: Case, chandra: User
) -> None:
    browser = signed_in(app, chandra)
    assert "No case was closed here" in browser.get("/cases").text
    browser.post(f"/cases/{case.id}/close", reason="well", outcome="sent to hospital", seen=seen(store, case))
    page = browser.get("/cases").text
    assert case.code in page
    assert "sent to hospital" in page
    for elsewhere in ("/cases?outcome=died", f"/cases?before={case.id}"):
        assert "No case was closed here" in browser.get(elsewhere).text
