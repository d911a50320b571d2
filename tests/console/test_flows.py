"""A flow is written on the cards alone, approved, published and answered; and two people at one draft."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from gateway import intake, outreach, publishing
from gateway.console.flows import desk
from gateway.enrolment.consent import consent_to
from gateway.phone.twilio_in import SmsHeard
from gateway.publishing import live
from gateway.store.database import Database
from gateway.store.queries.cases import open_cases
from gateway.store.queries.drafts import draft_of
from gateway.store.queries.flows import newest
from gateway.store.tables import Conversation, Message, Person, Post, Sending
from tests.console.conftest import District
from tests.console.visitor import CLOCK
from tests.console.writer import begun, chosen, writer
from tests.village import AMINA

ROOT = Path(__file__).parents[2]
OURS = "+254700000000"


@pytest.fixture
def house(store: Database, district: District) -> District:
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", CLOCK.real())
        consent_to(session, session.get_one(Person, district.village.amina.id), "messages", CLOCK.real())
    return district


def test_a_flow_made_from_nothing_on_the_cards_is_published_and_answered(
    app: Flask, store: Database, house: District
) -> None:
    """Fourteen forms in all, and no file was touched."""
    chandra = writer(app, store, "after-surgery")
    assert chandra.browser.post("/flows", name="after-surgery", title="After surgery").status_code == 302
    assert '<option value="yes_no" selected' in chandra.look("?add=ask"), "the first one asks for danger signs"
    chandra.add("ask", id="danger", text="Any bleeding or fever today?", name="danger signs", answer="yes_no")
    assert '<option value="scale" selected' in chandra.look("?add=ask")
    scale = {"answer": "scale", "scale": "zero_to_ten", "lowest": "no pain", "highest": "the worst pain"}
    chandra.add("ask", id="pain", text="How bad is the pain of the wound?", name="wound pain", **scale)
    chandra.add("when", **chosen("when", "pain", "at least", "5"))
    choices = {"answer": "choices", "choices": "none\nsome\nenough"}
    chandra.add("ask", into="steps.2", id="tablets", text="How many pain tablets are left?", **choices)
    chandra.add("say", id="rest", text="Keep the wound dry.", **chosen("only_if", "danger", "is", "no"))
    chandra.add("breach", id="danger", level="now", **chosen("when", "danger", "is", "yes"))
    chandra.add("breach", id="severe", level="red", **chosen("when", "pain", "at least", "7"))
    flow = {"title": "After surgery", "audience": "patient", "rank": "patient-started", "channels": "sms"}
    assert chandra.send("/card", card="flow", open="straight", **flow) == 302
    transcript = "> hello\n> danger\n< no\n> pain\n< 8\n! case red severe\n> tablets\n< 2\n> rest\n> close"
    chandra.look("/tests")
    assert chandra.send("/tests", name="severe", text=transcript) == 302
    assert "must be mended</span>" not in chandra.look()
    assert chandra.send("/publish") == 409, "the limits lack a clinician's name"
    assert chandra.send("/approve") == 409, "nobody approves what they wrote"

    baraka = writer(app, store, "after-surgery", "baraka", Post.CLINICIAN)
    assert "red when wound pain is at least 7" in baraka.look("/changes").lower()
    assert baraka.send("/approve") == 302
    chandra.look("/changes")
    assert chandra.send("/publish") == 302
    assert 1 + chandra.steps + baraka.steps == 14

    assert _cases(store, house, "after-surgery", ["no", "8", "2"]) == 1


def _cases(store: Database, house: District, flow: str, replies: list[str]) -> int:
    """How many Amina's replies open."""
    now = CLOCK.real()
    with store.write() as session:
        amina = session.get_one(Person, house.village.amina.id)
        outreach.ask(session, amina, flow, now)
        for number, reply in enumerate(replies):
            intake.heard(session, SmsHeard("AC", f"SM{number}", AMINA, OURS, reply, None), now)
        assert session.query(Conversation).one().outcome == "finished"
        return len(open_cases(session))


def test_the_second_of_two_at_one_draft_is_told_and_overwrites_nothing(
    app: Flask, store: Database, house: District
) -> None:
    chandra, other = begun(app, store), begun(app, store, "other")
    assert chandra.send("/move", card="steps.8", by="up") == 302
    before = _source(store)
    assert other.send("/card", card="words", hello="Good morning from {clinic}.") == 409
    assert "Chandra" in other.seen
    assert "Good morning from {clinic}." in other.seen
    assert _source(store) == before
    for path in ("/move", "/remove", "/discard", "/publish"):
        other.seen = '<input name="revision" value="1">'
        assert other.send(path, card="steps.1") == 409, path
    assert _source(store) == before


def _source(store: Database) -> str:
    with store.read() as session:
        draft = draft_of(session, "weekly-check")
        assert draft
        return draft.source


def test_a_moved_limit_is_said_in_words_and_an_old_version_comes_back(
    app: Flask, store: Database, house: District
) -> None:
    chandra = begun(app, store)
    fields = {"level": "red", "wait_for": "pain_now", **chosen("when", "pain", "at least", "9")}
    assert chandra.send("/card", card="breaches.1", **fields) == 302
    assert "pain: Red from 9 instead of 7" in chandra.look("/changes")
    baraka = writer(app, store, "weekly-check", "baraka", Post.CLINICIAN)
    baraka.look("/changes")
    assert baraka.send("/approve") == 302
    chandra.look("/changes")
    assert chandra.send("/publish") == 409, "a test beside the flow expects a case at 8"
    assert "fails in line" in chandra.seen
    assert chandra.browser.post("/flows/weekly-check/back", number="1").status_code == 302
    with store.read() as session:
        version = newest(session, "weekly-check")
        assert version
        assert (version.number, version.tests and "pain" in version.tests) == (2, True)


def test_a_change_takes_the_approval_back(app: Flask, store: Database, house: District) -> None:
    chandra = begun(app, store)
    fields = {"level": "red", "wait_for": "pain_now", **chosen("when", "pain", "at least", "8")}
    assert chandra.send("/card", card="breaches.1", **fields) == 302
    baraka = writer(app, store, "weekly-check", "baraka", Post.CLINICIAN)
    baraka.look("/changes")
    assert baraka.send("/approve") == 302
    assert "✓" in chandra.look("/changes")
    assert chandra.send("/card", card="words", hello="Hello from {clinic}.") == 302
    assert "✓" not in chandra.look("/changes")


def test_a_paused_flow_asks_nobody_at_once(app: Flask, store: Database, house: District) -> None:
    chandra = writer(app, store, "weekly-check")
    with store.write() as session:
        amina = session.get_one(Person, house.village.amina.id)
        outreach.ask(session, amina, "weekly-check", CLOCK.real())
    assert chandra.browser.post("/flows/weekly-check/pause").status_code == 302
    with store.write() as session:
        asked = session.query(Conversation).one()
        assert (asked.state, asked.outcome, asked.due_at) == ("ended", live.PAUSED, None)
        assert [message.state for message in session.query(Message)] == [Sending.CANCELLED]
        amina = session.get_one(Person, house.village.amina.id)
        with pytest.raises(outreach.CannotAsk, match="paused"):
            outreach.ask(session, amina, "weekly-check", CLOCK.real())
    assert "paused" in chandra.browser.get("/flows").text
    assert "paused since" in chandra.browser.get("/flows/weekly-check").text
    chandra.browser.post("/flows/weekly-check/resume")
    with store.read() as session:
        version = newest(session, "weekly-check")
        assert version
        assert version.paused_at is None


def test_what_the_lists_cannot_say_is_refused_and_stays_on_the_page(
    app: Flask, store: Database, house: District
) -> None:
    chandra = begun(app, store)
    before = _source(store)
    half = {"when.0.id": "pain", "when.0.of": "any", "when.0.0.test": "", "level": "red"}
    assert chandra.send("/card", card="breaches.1", **half) == 400
    assert "This was not kept" in chandra.seen
    assert chandra.send("/file", text="flow: another\n") == 400
    assert chandra.send("/file", text='flow: "weekly-check') == 400
    assert _source(store) == before


def test_a_draft_with_a_fault_in_its_shape_takes_no_card_and_says_so(
    app: Flask, store: Database, house: District
) -> None:
    chandra = begun(app, store)
    text = _source(store).replace("unclear: 2\n", "unclear: 2\nunclear: 3\n")
    assert chandra.send("/file", text=text) == 302
    assert chandra.send("/card", card="words", hello="Good morning.") == 400
    assert "mend it under" in chandra.seen
    for path, fields in (("/move", {"by": "up"}), ("/remove", {})):
        assert chandra.send(path, card="steps.1", **fields) == 400, path
    assert _source(store) == text
    strange = chandra.browser.post("/flows/weekly-check/draft/move", card="steps.1", revision="9" * 40)
    assert strange.status_code in (400, 409)
    assert chandra.browser.get("/flows/weekly-check/draft?add=ask&into=breaches.0").status_code == 404


def test_a_name_that_is_taken_or_none_is_refused_before_it_stays(app: Flask, store: Database, house: District) -> None:
    chandra = begun(app, store)
    before = _source(store)
    for kind, name in (("ask", "pain"), ("say", "burden"), ("score", "burden"), ("breach", "Now!"), ("ask", "skipped")):
        assert chandra.send("/card", add=kind, into="", id=name, text="How?", answer="yes_no") == 400, (kind, name)
    assert _source(store) == before


def test_the_file_and_the_cards_are_one(app: Flask, store: Database, house: District) -> None:
    chandra = begun(app, store)
    text = _source(store).replace("unclear: 2\n", "unclear: 3  # as the nurses wish\n")
    assert chandra.send("/file", text=text.replace("\n", "\r\n")) == 302
    assert chandra.send("/remove", card="steps.8") == 302
    assert "unclear: 3  # as the nurses wish\n" in _source(store)
    assert "pain_advice" not in _source(store)


@pytest.mark.parametrize("card", ["flow", "words", "steps.0", "steps.2", "steps.8", "breaches.3", "scores.burden"])
def test_keeping_a_card_as_it_is_changes_nothing(app: Flask, store: Database, house: District, card: str) -> None:
    chandra = begun(app, store)
    before, page = _source(store), chandra.look(f"?card={card}")
    sent = _as_shown(page[page.index('name="card" value="' + card) :])
    answer = chandra.browser.client.post(
        "/flows/weekly-check/draft/card",
        data={"form_token": chandra.browser.form_token(), "revision": "1", "card": card, **sent},
    )
    assert answer.status_code == 302
    assert _source(store) == before


def _as_shown(form: str) -> dict[str, list[str]]:
    """What a browser would send of a form's fields."""
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input(?! type="(?:hidden|checkbox)")[^>]* ?name="([^"]+)"[^>]*? value="([^"]*)"', form
    ):
        sent.setdefault(name, []).append(value)
    for tag in re.findall(r"<input type=\"checkbox\"[^>]* checked>", form):
        found = re.search(r'name="([^"]+)" value="([^"]+)"', tag)
        assert found
        sent.setdefault(found[1], []).append(found[2])
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        sent.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        picked = re.findall(r'value="([^"]*)" selected', options) or re.findall(r'value="([^"]*)"', options)[:1]
        sent.setdefault(name, []).extend(picked[:1])
    return sent


def test_a_draft_of_a_flow_is_read_by_clinicians_and_written_by_editors() -> None:
    assert {Post.EDITOR, Post.COORDINATOR, Post.ADMINISTRATOR} == set(desk.WRITES)
