"""How often does a page ask the database? As often for many cases, patients and doctors as for a few."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from gateway.store.database import Database
from gateway.store.tables import Case, CaseEvent, Enrolment, Post
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in
from tests.load import district
from tests.statements import count_statements

SIZE = district.Size(patients=60, open_cases=24, closed_cases=24, weeks=2)
PAGES = ("/", "/patients", "/cases", "/month", "/load", "/people")
A_HANDFUL = 40


@pytest.fixture
def chandra(app: Flask, store: Database) -> Visitor:
    with store.write() as session:
        district.fill(session, CLOCK.real(), SIZE)
        user = add_user(session, "chandra", (Post.COORDINATOR, None))
    return signed_in(app, user)


def test_a_page_asks_as_often_for_many_as_for_two(chandra: Visitor, store: Database) -> None:
    many = {page: statements(chandra, store, page) for page in PAGES}
    leave_two(store)
    few = {page: statements(chandra, store, page) for page in PAGES}
    assert many == few
    assert max(many.values()) <= A_HANDFUL


def statements(chandra: Visitor, store: Database, page: str) -> int:
    """After a first look, in which words and flows are read once for all."""
    assert chandra.get(page).status_code == 200
    with count_statements(store) as sent:
        chandra.get(page)
    return len(sent)


def leave_two(store: Database) -> None:
    """Of the open cases, of the closed ones, and of those who are asked."""
    with store.write() as session:
        is_open = Case.closed_at.is_(None)
        left = [
            case for which in (is_open, ~is_open) for case in session.scalars(select(Case.id).where(which).limit(2))
        ]
        session.execute(delete(CaseEvent).where(CaseEvent.case_id.not_in(left)))
        session.execute(delete(Case).where(Case.id.not_in(left)))
        asked = session.scalars(select(Enrolment.id).order_by(Enrolment.next_due).limit(2)).all()
        session.execute(update(Enrolment).where(Enrolment.id.not_in(asked)).values(ended_at=CLOCK.real()))
