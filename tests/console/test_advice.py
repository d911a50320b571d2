"""An advice text is written by card, approved by a clinician who did not write it, and only then sent to doctors."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from gateway import advising
from gateway.core.advice import APPROVED
from gateway.store.database import Database
from gateway.store.queries.advice import advice_of, newest_of_advice, overdue
from gateway.store.tables import Post
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in
from tests.console.writer import REVISION

ROOT = Path(__file__).parents[2]
PAIN = "/advice/pain/draft"
NEW_LINE = "Ask place and onset. Still severe an hour after the medicine: hospital."


@pytest.fixture
def chandra(app: Flask, store: Database) -> Visitor:
    with store.write() as session:
        advising.seed(session, ROOT / "flows", CLOCK.real())
        user = add_user(session, "chandra", (Post.COORDINATOR, None))
    return signed_in(app, user)


@pytest.fixture
def baraka(app: Flask, store: Database) -> Visitor:
    with store.write() as session:
        user = add_user(session, "baraka", (Post.CLINICIAN, None))
    return signed_in(app, user)


def send(at: Visitor, path: str, **fields: str) -> int:
    """With the revision of the draft as it is now."""
    revision = REVISION.findall(at.get(PAIN).text)[-1]
    return at.post(f"{PAIN}{path}", revision=revision, **fields).status_code


def rewrite(at: Visitor) -> int:
    at.post("/advice/pain/begin")
    return send(at, "/card", card="levels.red", **{"said.en": NEW_LINE})


def test_what_a_clinician_approved_is_sent_from_then_on(chandra: Visitor, baraka: Visitor, store: Database) -> None:
    assert rewrite(chandra) == 302
    assert send(chandra, "/approve") == 409, "nobody approves what they wrote"
    assert send(chandra, "/use") == 409, "a clinician's name lacks"
    page = baraka.get(PAIN).text
    assert f"Red, English: “{NEW_LINE}”, instead of “Ask place" in page, "in words"
    assert send(baraka, "/approve") == 302
    assert send(chandra, "/use") == 302
    with store.read() as session:
        version = newest_of_advice(session, "pain")
        assert version
        one = advice_of(version)
        assert (version.number, one.approved_by, one.label) == (2, "Baraka", APPROVED)
        assert one.levels["red"]["en"] == NEW_LINE  # type: ignore[index]  # a level is its own word
        assert "own words" in one.source, "the rest stays as it was"
    assert "Baraka" in chandra.get("/advice/pain").text


def test_a_later_change_takes_the_name_away(chandra: Visitor, baraka: Visitor) -> None:
    rewrite(chandra)
    assert send(baraka, "/approve") == 302
    assert send(chandra, "/card", card="head", title="Pain", about="pain", source="us", review_by="2030-01-01") == 302
    assert send(chandra, "/use") == 409


def test_the_second_of_two_is_told_and_overwrites_nothing(chandra: Visitor, baraka: Visitor) -> None:
    rewrite(chandra)
    fields = {"card": "levels.red", "said.en": "Phone."}
    late = baraka.post(f"{PAIN}/card", revision="1", **fields)
    assert late.status_code == 409
    assert "Phone." in late.text, "what was typed is not lost"
    assert NEW_LINE in baraka.get(PAIN).text


def test_a_text_made_from_nothing_needs_a_line_before_it_is_approved(chandra: Visitor, baraka: Visitor) -> None:
    assert chandra.post("/advice", name="itching", title="Itching").status_code == 302
    draft = "/advice/itching/draft"
    page = chandra.get(draft).text
    assert "must be mended" in page
    told = {"card": "levels.amber", "said.en": "Ask for a rash. Cool cloths."}
    assert chandra.post(f"{draft}/card", revision="1", **told).status_code == 302
    assert "must be mended" not in chandra.get(draft).text
    assert baraka.get(draft).status_code == 200
    assert baraka.post(f"{draft}/approve", revision="2").status_code == 302
    assert chandra.post(f"{draft}/use", revision="3").status_code == 302
    assert "Itching" in chandra.get("/advice").text


def test_a_line_that_is_too_long_for_the_sms_is_never_used(chandra: Visitor, baraka: Visitor) -> None:
    rewrite(chandra)
    assert send(chandra, "/card", card="levels.red", **{"said.en": "word " * 60}) == 302
    assert "must be mended" in chandra.get(PAIN).text
    assert send(baraka, "/approve") == 302
    assert send(chandra, "/use") == 409


def test_an_overdue_text_stands_on_today(chandra: Visitor, store: Database) -> None:
    assert "looked at again" not in chandra.get("/").text
    with store.write() as session:
        _make_late(session)
    assert "Severe pain" in chandra.get("/").text
    with store.read() as session:
        assert [one.advice for one in overdue(session, CLOCK.real().date())] == ["pain"]


def _make_late(session: Session) -> None:
    version = newest_of_advice(session, "pain")
    assert version
    yesterday = (CLOCK.real() - timedelta(days=1)).date()
    version.source = version.source.replace("review_by: 2027-06-30", f"review_by: {yesterday}")
