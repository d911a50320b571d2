"""A limit of her own: by a clinician, for a reason, until a date; and an open case keeps those with which it opened."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from gateway import publishing
from gateway.core.flow import Level
from gateway.core.ownlimits import OwnLimit
from gateway.enrolment.consent import consent_to
from gateway.store.database import Database
from gateway.store.queries.cases import frozen_limits
from gateway.store.queries.people import limits_of
from gateway.store.tables import Case, Conversation, Enrolment, Note, Person, Post
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def baraka(app: Flask, store: Database, district: District) -> Visitor:
    now = CLOCK.real()
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
        amina = session.get_one(Person, district.village.amina.id)
        consent_to(session, amina, "messages", now)
        session.add(Enrolment(id="e" * 32, person_id=amina.id, flow="weekly-check", rule={}, created_at=now))
        here = district.village.clinic.id
        user = add_user(session, "baraka", (Post.CLINICIAN, here), person=district.village.baraka)
    return signed_in(app, user)


def sent(days: int = 30, **other: str) -> dict[str, str]:
    until = (CLOCK.real() + timedelta(days=days)).date().isoformat()
    known = {"question": "pain", "level": "red", "value": "9", "until": until, "reason": "bone pain, on morphine"}
    return {**known, "stands": " 0", **other}


def limits(store: Database, district: District) -> tuple[OwnLimit, ...]:
    with store.read() as session:
        return limits_of(session.get_one(Person, district.village.amina.id), CLOCK.real())


def says_pain(browser: Visitor, store: Database, patient_id: str, number: str) -> None:
    assert browser.post(f"/patients/{patient_id}/report", flow="weekly-check", who="assisted").status_code == 302
    for value in ("2", number):
        with store.read() as session:
            row = session.scalars(select(Conversation).where(Conversation.state == "open")).one()
        put = {"of": row.id, "question": row.memory["open"], "tries": "0", "value": value}
        assert browser.post(f"/patients/{patient_id}/report/answer", **put).status_code == 200


def test_it_holds_at_once_and_its_reason_is_sealed(baraka: Visitor, store: Database, district: District) -> None:
    amina = district.village.amina.id
    assert baraka.post(f"/patients/{amina}/limit", **sent()).location.endswith("#limits")
    assert limits(store, district) == (OwnLimit("pain", Level.RED, 9),)
    with store.read() as session:
        assert b"morphine" not in session.scalars(select(Note)).one().words
    assert "bone pain, on morphine" in baraka.get(f"/patients/{amina}").text
    says_pain(baraka, store, amina, "8")
    with store.read() as session:
        assert session.scalars(select(Case)).all() == []


def test_a_case_keeps_the_limits_with_which_it_opened(baraka: Visitor, store: Database, district: District) -> None:
    amina = district.village.amina.id
    baraka.post(f"/patients/{amina}/limit", **sent(value="5"))
    says_pain(baraka, store, amina, "6")
    with store.read() as session:
        case = session.scalars(select(Case)).one()
    assert (case.level, frozen_limits(case)) == ("red", (OwnLimit("pain", Level.RED, 5),))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"reason": " "}, "no+reason"),
        ({"value": "11"}, "value"),
        ({"until": "2020-01-01"}, "date"),
        ({"stands": "x"}, "changed"),
    ],
)
def test_what_is_wrong_sets_no_limit(
    baraka: Visitor, store: Database, district: District, wrong: dict[str, str], why: str
) -> None:
    answer = baraka.post(f"/patients/{district.village.amina.id}/limit", **sent(**wrong))
    assert f"limit+{why}" in answer.location
    assert limits(store, district) == ()


def test_it_ends_on_its_date_and_at_most_three_months_on(baraka: Visitor, store: Database, district: District) -> None:
    assert "limit+date" in baraka.post(f"/patients/{district.village.amina.id}/limit", **sent(days=120)).location
    baraka.post(f"/patients/{district.village.amina.id}/limit", **sent(days=10))
    with store.read() as session:
        amina = session.get_one(Person, district.village.amina.id)
    assert limits_of(amina, CLOCK.real() + timedelta(days=12)) == ()


def test_a_coordinator_who_is_no_clinician_sets_none(
    app: Flask, baraka: Visitor, store: Database, district: District
) -> None:
    with store.write() as session:
        user = add_user(session, "chandra", (Post.COORDINATOR, None), person=district.village.chandra)
    answer = signed_in(app, user).post(f"/patients/{district.village.amina.id}/limit", **sent())
    assert "limit+no+clinician" in answer.location
    assert limits(store, district) == ()
