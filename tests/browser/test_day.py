"""The coordinator's day, in English and in Arabic: somebody is enrolled, asked in new words, and her case is ended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from gateway.accounts import signing
from gateway.clock import Clock
from gateway.demo import people
from gateway.demo.network import Network
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Post
from tests import databases
from tests.browser import building, writing
from tests.browser.building import Hand
from tests.browser.seats import PATIENCE, Seat, seat
from tests.browser.writing import Wording
from tests.console.visitor import add_user
from tests.world import World, world

MONDAY = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # half past nine in the village
# To be asked, no danger sign, pain 8, as bad right now: the doctor's SMS had waited for that.
REPLIES = ("1", "2", "8", "1")
COUNTED = ("clicks", "fields", "signs", "pages")
REHEMA = "+61491571804"
WITH_REHEMA = {
    "number": REHEMA, "name": {"en": "Rehema", "zh": "Rehema"}, "roles": ["patient"], "language": "en-US",
    "kind": "by_hand", "answers_after": 8, "rules": [],
}  # fmt: skip
# Mei and Wen speak Chinese: without it no version goes live. In the Arabic story Rehema speaks Arabic.
CHINESE = {"zh_CN": "这一周，您最痛的时候有多痛？"}
WRITTEN = "Think of this week: how bad was your worst pain?"
WORDINGS = {
    "en": Wording(WRITTEN, CHINESE),
    "ar": Wording(WRITTEN, CHINESE | {"ar": "هذا الأسبوع، كم كان الألم في أشد وقت؟"}),
}
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Day:
    """One village, its console and its telephones."""

    world: World
    chromium: Browser

    def sits_down(self, login: str, code: str, post: Post, language: str) -> Seat:
        """Whoever has this code on the list of people, with a post everywhere."""
        with self.world.database.write() as session:
            user = add_user(session, login, (post, None), person=person_by_code(session, code))
            token = signing.begin(session, user, Clock().real())
        return seat(self.chromium, self.world.settings.public_url, token, language)

    def phones(self) -> Page:
        page = self.chromium.new_page()
        page.goto(f"{self.world.network.address}/?lang=en&zone=Australia/Sydney")
        return page


@pytest.fixture
def day(telephones: Network, chromium: Browser, tmp_path: Path) -> Iterator[Day]:
    with (
        databases.fresh("sqlite", tmp_path / "gateway.db") as url,
        world(telephones, url, MONDAY, [*people.by_hand(), WITH_REHEMA]) as village,
    ):
        yield Day(village, chromium)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_coordinators_day(day: Day, language: str) -> None:
    chandra = day.sits_down("chandra", "chandra", Post.COORDINATOR, language)
    assert chandra.go("/").locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    phones = day.phones()
    _enrols(day, chandra, language)
    _a_new_version(day, chandra, WORDINGS[language], language)
    _is_asked(day, chandra, "Rehema")
    rehema = _phone(phones, "Rehema")
    for reply in REPLIES:
        _replies(day, rehema, reply)
    expect(rehema.locator(".thread")).to_contain_text(WORDINGS[language].in_language(language))
    _sees_the_case(chandra)
    _closes_it(day, chandra)
    expect(_phone(phones, "Dr Baraka").locator(".thread > :not(.none)").first).to_be_visible()
    phones.close()
    chandra.context.close()


@pytest.mark.timeout(600)
def test_a_flow_made_from_nothing_is_published_and_answered(day: Day) -> None:
    """No file is touched. With -s it says how many clicks and fields that took, as docs/console.md does."""
    chandra = day.sits_down("chandra", "chandra", Post.COORDINATOR, "en")
    hand = Hand(chandra)
    building.builds(hand)
    made = replace(hand)
    building.tries(hand, ("2", "8", "2"))
    baraka = day.sits_down("baraka", "baraka", Post.CLINICIAN, "en")
    baraka.go(f"{building.DRAFT}/changes")
    baraka.press(f"form[action='{building.DRAFT}/approve'] button")
    hand.goes(chandra.page.locator(f".tabs a[href='{building.DRAFT}/changes']"))
    hand.goes(chandra.page.locator(f"form[action='{building.DRAFT}/publish'] button"))
    expect(chandra.page.locator("section[aria-labelledby=versions] tbody tr")).to_have_count(1)
    print(
        {key: getattr(made, key) for key in COUNTED},
        round(made.seconds),
        {key: getattr(hand, key) for key in COUNTED},
        round(hand.seconds),
    )
    _enrols(day, chandra, "en", building.NAME)
    _is_asked(day, chandra, "Rehema", building.NAME)
    phones = day.phones()
    rehema = _phone(phones, "Rehema")
    for reply in ("2", "8", "2"):
        _replies(day, rehema, reply)
    expect(rehema.locator(".thread")).to_contain_text(building.QUESTION)
    expect(rehema.locator(".thread")).to_contain_text(building.ADVICE)
    _sees_the_case(chandra)
    for each in (phones, baraka.context, chandra.context):
        each.close()


def _enrols(day: Day, at: Seat, language: str, flow: str = "weekly-check") -> None:
    """Beside the patient, in the patient's own language."""
    form = at.go("/enrol").locator("form[action='/enrol']")
    form.locator("[name=site]").select_option(label="Willow Creek")
    form.locator("[name=doctor]").select_option(label="Dr Baraka · Willow Creek")
    for name, text in (("number", "31"), ("first_name", "Rehema"), ("phone", REHEMA)):
        form.locator(f"[name={name}]").fill(text)
    for purpose in ("messages", "share_doctor", "share_upward"):
        form.locator(f"[name={purpose}][value=yes]").check()
    form.locator("[name=language]").select_option(language)
    form.locator("[name=channel]").select_option("sms")
    for box in form.locator("[name=flow]").all():
        box.set_checked(box.get_attribute("value") == flow)
    with at.page.expect_navigation():
        form.get_by_role("button").click()
    expect(at.page.locator("h1")).to_have_text("Rehema")
    day.world.settle()


def _a_new_version(day: Day, chandra: Seat, new: Wording, language: str) -> None:
    writing.rewrites(chandra, new)
    writing.translates(chandra, new)
    writing.hears(chandra, new, language if language in new.said else "zh_CN")
    baraka = day.sits_down("baraka", "baraka", Post.CLINICIAN, language)
    writing.approves(baraka, new)
    baraka.context.close()
    writing.publishes(chandra)


def _is_asked(day: Day, at: Seat, name: str, flow: str = "weekly-check") -> None:
    """From the list of patients to her page, and the button there."""
    at.go("/patients").get_by_role("link", name=name).click()
    at.press(f"form[action$='/ask']:has([value='{flow}']) button")
    day.world.settle()


def _phone(phones: Page, name: str) -> Locator:
    return phones.locator("section.phone").filter(has=phones.locator(".owner", has_text=name))


def _replies(day: Day, phone: Locator, text: str) -> None:
    """Typed into the simulated phone; the question that follows is on its screen."""
    lines = phone.locator(".thread > :not(.none)")
    expect(lines.first).to_be_visible()
    before = lines.count()
    box = phone.locator("form.reply input")
    box.fill(text)
    with phone.page.expect_response(lambda answer: answer.request.method == "POST"):
        box.press("Enter")
    day.world.settle()
    expect(lines).to_have_count(before + 2)


def _sees_the_case(at: Seat) -> None:
    """It stands on Today as the most urgent one, and its page tells what she said."""
    first = at.go("/").locator("table.cases tbody tr").first
    expect(first.locator(".level")).to_have_class("level red")
    with at.page.expect_navigation():
        first.locator("a[href^='/cases/']").click()
    expect(at.page.locator(".now-line .large")).to_contain_text("8")


def _closes_it(day: Day, at: Seat) -> None:
    at.press("button[name=how][value=call]")
    at.page.locator("input[name=digit][value='4']").check()
    at.press("form[action$='/done'] button")
    day.world.settle()
    at.page.locator("details:has(form[action$='/close']) > summary").click()
    at.page.locator("input[name=outcome]").first.check()
    at.page.locator("form[action$='/close'] textarea").fill("phoned, her daughter is with her")
    at.press("form[action$='/close'] button")
    expect(at.page.get_by_text("phoned, her daughter is with her")).to_be_visible()
    expect(at.go("/").locator("table.cases")).to_have_count(0)
