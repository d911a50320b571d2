"""A supervisor notes what must change, closes it, and looks at a closed case; nobody does so at another's sites."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from gateway.core import policy
from gateway.quality.periods import month_at
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.tables import ActionItem, Case, FlowVersion, Note, Post
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in


@pytest.fixture
def closed(store: Database, district: District) -> str:
    """A case of Amina's that somebody closed a moment ago: its id."""
    now = CLOCK.real()
    with store.write() as session:
        version = FlowVersion(
            id=new_id(now), flow="check", number=1, source="", shared="", languages={}, approved_by={}, created_at=now
        )
        case = Case(
            id=new_id(now), code="947", patient_id=district.village.amina.id, version_id=version.id, level="red",
            state="closed", tier=0, frozen={"policy": policy.to_json(policy.POLICY), "symptoms": []}, progress={},
            opened_at=now, closed_at=now, closed_by="Chandra", outcome="seen at the clinic",
        )  # fmt: skip
        session.add_all([version, case])
        return case.id


def _supervisor(app: Flask, store: Database, district: District, post: Post = Post.SUPERVISOR) -> Visitor:
    with store.write() as session:
        user = add_user(session, f"one {post}", (post, district.village.clinic.id))
    return signed_in(app, user)


def test_what_must_change_is_noted_and_closed(app: Flask, store: Database, district: District) -> None:
    browser = _supervisor(app, store, district)
    here = {"month": _month(), "site": district.village.clinic.id}
    assert browser.post("/month/items", words="Ask Dr Baraka about his hours", **here).status_code == 302
    page = browser.get("/month").text
    assert "Ask Dr Baraka about his hours" in page
    with store.read() as session:
        item = session.scalars(select(ActionItem)).one()
    assert browser.post(f"/month/items/{item.id}/close", month=_month()).status_code == 302
    assert f"/month/items/{item.id}/close" not in browser.get("/month").text


def test_nothing_is_noted_at_another_site_nor_without_words(app: Flask, store: Database, district: District) -> None:
    browser = _supervisor(app, store, district)
    for site, words, status in ((district.heping.id, "x", 404), (district.village.clinic.id, " ", 400)):
        assert browser.post("/month/items", month=_month(), site=site, words=words).status_code == status


def test_a_closed_case_is_looked_at_and_its_verdict_kept(
    app: Flask, store: Database, district: District, closed: str
) -> None:
    browser = _supervisor(app, store, district)
    assert f"/cases/{closed}/audit" in browser.get("/month").text
    found = {"verdict": "audit: to mend", "words": "Called late", "month": _month()}
    assert browser.post(f"/cases/{closed}/audit", **found).status_code == 302
    assert "Looked at: something should change" in browser.get("/month").text
    with store.read() as session:
        note = session.scalars(select(Note)).one()
    assert (note.case_id, note.kind, b"late" in note.words) == (closed, "audit: to mend", False)


def test_a_coordinator_sees_the_sample_and_gives_no_verdict(
    app: Flask, store: Database, district: District, closed: str
) -> None:
    browser = _supervisor(app, store, district, Post.COORDINATOR)
    page = browser.get("/month").text
    assert "nobody has looked yet" in page
    assert browser.post(f"/cases/{closed}/audit", verdict="audit: good", words="x").status_code == 403
    assert "What must change" not in _supervisor(app, store, district, Post.ADMINISTRATOR).get("/month").text


def _month() -> str:
    return month_at(CLOCK.real(), ZoneInfo("Africa/Nairobi")).name
