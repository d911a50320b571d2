"""Putting a patient on a flow at the console, giving it another day, and taking her off it."""

import pytest
from flask import Flask
from sqlalchemy import select

from gateway.enrolment.consent import consent_to
from gateway.enrolment.schedule import TAKEN_OFF
from gateway.store.database import Database
from gateway.store.tables import Conversation, Enrolment, Message, Person, Post, Sending, Standing
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in


@pytest.fixture
def chandra(app: Flask, store: Database, district: District) -> Visitor:
    with store.write() as session:
        consent_to(session, session.get_one(Person, district.village.amina.id), "messages", CLOCK.real())
        user = add_user(session, "chandra", (Post.COORDINATOR, None), person=district.village.chandra)
    return signed_in(app, user)


def enrolments(store: Database, district: District) -> list[Enrolment]:
    with store.read() as session:
        hers = select(Enrolment).where(Enrolment.person_id == district.village.amina.id, Enrolment.case_id.is_(None))
        return list(session.scalars(hers.order_by(Enrolment.id)))


def address(district: District, end: str = "") -> str:
    return f"/patients/{district.village.amina.id}/schedule{end}"


def test_she_is_put_on_a_flow_and_it_stands_on_her_page(chandra: Visitor, store: Database, district: District) -> None:
    answer = chandra.post(address(district), flow="weekly-check", day="friday", time="17:30")
    assert "problem" not in answer.location
    (row,) = enrolments(store, district)
    assert (row.flow, row.rule["weekday"], row.rule["time"]) == ("weekly-check", 4, "17:30")
    assert row.next_due
    assert "Take off the schedule: Weekly" in chandra.get(f"/patients/{district.village.amina.id}").text


def test_another_day_moves_what_stands_and_adds_nothing(chandra: Visitor, store: Database, district: District) -> None:
    for day in ("friday", "tuesday"):
        chandra.post(address(district), flow="weekly-check", day=day, time="09:00")
    (row,) = enrolments(store, district)
    assert row.rule["weekday"] == 1


def test_she_is_taken_off_once_and_what_was_on_its_way_stays_here(
    chandra: Visitor, store: Database, district: District
) -> None:
    chandra.post(address(district), flow="weekly-check", day="friday", time="09:00")
    chandra.post(f"/patients/{district.village.amina.id}/ask", flow="weekly-check")
    (row,) = enrolments(store, district)
    chandra.post(address(district, "/end"), enrolment=row.id)
    (row,) = enrolments(store, district)
    assert (row.ended_why, row.next_due) == (TAKEN_OFF, None)
    with store.read() as session:
        (asked,) = session.scalars(select(Conversation))
        sent = session.scalars(select(Message).where(Message.conversation_id == asked.id)).all()
    assert (asked.state, asked.outcome) == ("ended", TAKEN_OFF)
    assert {message.state for message in sent} == {Sending.CANCELLED}
    again = chandra.post(address(district, "/end"), enrolment=row.id)
    assert "problem=ended+already" in again.location


@pytest.mark.parametrize(
    ("sent", "language", "problem"),
    [
        ({"flow": "nosuch"}, "en", "schedule"),
        ({"flow": "drill"}, "en", "schedule"),
        ({"flow": "weekly-check", "day": "someday"}, "en", "schedule"),
        ({"flow": "weekly-check", "time": "25:00"}, "en", "schedule"),
        ({"flow": "weekly-check"}, "is", "schedule+language"),
    ],
)
def test_what_does_not_fit_changes_nothing_and_says_why(
    chandra: Visitor, store: Database, district: District, sent: dict[str, str], language: str, problem: str
) -> None:
    with store.write() as session:
        session.get_one(Person, district.village.amina.id).language = language
    answer = chandra.post(address(district), **sent)
    assert f"problem={problem}#" in answer.location
    assert enrolments(store, district) == []
    assert "Nothing was changed." in chandra.get(answer.location.partition("#")[0]).text


def test_who_is_not_asked_any_more_is_put_on_nothing(chandra: Visitor, store: Database, district: District) -> None:
    with store.write() as session:
        session.get_one(Person, district.village.amina.id).standing = Standing.STOPPED
    assert "problem=schedule" in chandra.post(address(district), flow="weekly-check").location
    assert enrolments(store, district) == []
    assert "Put on the schedule" not in chandra.get(f"/patients/{district.village.amina.id}").text
