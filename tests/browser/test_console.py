"""The console in a real browser: nothing that a screen reader stumbles over, and two people on one case."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app import create_app
from gateway import intake, publishing
from gateway.accounts import signing
from gateway.clock import Clock
from gateway.phone.twilio_in import SmsHeard
from gateway.store.database import Database
from gateway.store.queries.cases import open_cases
from gateway.store.tables import Post
from tests import databases
from tests.browser import drafts
from tests.browser.seats import LAPTOP, PHONE, Seat, seat
from tests.console.visitor import add_user
from tests.network import settings_for
from tests.village import AMINA, raise_tiers, settle
from tests.world import Quiet

ROOT = Path(__file__).parents[2]
HEAVIEST = 100 * 1024
BAD = ("serious", "critical")


@dataclass(frozen=True)
class District:
    """`tokens`: who signed in -> the cookie that says so."""

    address: str
    tokens: dict[str, str]
    patient_id: str
    case_id: str
    doctor_id: str


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """Amina wrote that she cannot breathe; Dr Baraka and Chandra sit at their browsers."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    with databases.fresh("sqlite", tmp_path_factory.mktemp("console") / "gateway.db") as url:
        address = f"http://127.0.0.1:{server.port}"
        app = create_app(settings_for(database_url=url, redis_url="unix:///nowhere/redis.sock", public_url=address))
        server.app = app
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield _settled(app.extensions["database"], address)
        server.shutdown()
        server.server_close()
        app.extensions["database"].close()


def _settled(database: Database, address: str) -> District:
    now = Clock().real()
    with database.write() as session:
        village = settle(session, now)
        raise_tiers(session, village, now)
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
        intake.heard(session, SmsHeard("AC", "SM1", AMINA, "+254700000000", "I can't breathe", None), now)
        everywhere = [(Post.COORDINATOR, None), (Post.ADMINISTRATOR, None)]
        people = {
            "chandra": add_user(session, "chandra", *everywhere, person=village.chandra),
            "baraka": add_user(session, "baraka", (Post.CLINICIAN, village.clinic.id), person=village.baraka),
        }
        tokens = {name: signing.begin(session, user, now) for name, user in people.items()}
        drafts.begin(session, people["chandra"], now)
        return District(address, tokens, village.amina.id, open_cases(session)[0].id, village.baraka.id)


def _seat(chromium: Browser, district: District, who: str, language: str = "en", *, dark: bool = False) -> Seat:
    return seat(chromium, district.address, district.tokens[who], language, dark=dark)


def _pages(district: District) -> list[str]:
    return [
        "/", "/patients", f"/patients/{district.patient_id}", f"/patients/{district.patient_id}/summary",
        f"/cases/{district.case_id}", "/people", "/accounts", "/access-log", "/account",
        "/month", "/month/rows?of=sent", "/month/rows?of=cases", "/month/rows?of=events", "/enrol", "/cases",
        f"/patients/{district.patient_id}/card", f"/patients/{district.patient_id}/report",
        f"/enrol/{district.patient_id}", f"/people/{district.doctor_id}", "/load",
    ]  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ar", True), ("zh_CN", False)])
def test_no_page_hinders_a_screen_reader_or_a_poor_line(
    chromium: Browser, district: District, language: str, dark: bool
) -> None:
    """Nothing serious by axe, nothing from another host, light, and no wider than a small phone."""
    mine = _seat(chromium, district, "chandra", language, dark=dark)
    page = mine.page
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    paths = [
        *_pages(district),
        *(drafts.pages().values() if language != "zh_CN" else ()),
    ]  # as left to right as English
    faults = [f"{path}: {fault}" for path in paths for fault in _faults(page, district.address, path)]
    mine.context.close()
    assert faults == []
    assert hosts == {district.address.removeprefix("http://")}


def _faults(page: Page, address: str, path: str) -> Iterator[str]:
    answer = page.goto(address + path)
    assert answer
    if answer.status != 200 or len(answer.body()) > HEAVIEST:
        yield f"{answer.status}, {len(answer.body())} bytes"
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] in BAD:
            yield f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
    page.set_viewport_size(PHONE)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield "wider than a phone"
    page.set_viewport_size(LAPTOP)


def test_two_browsers_on_one_case(chromium: Browser, district: District) -> None:
    """Both look; Dr Baraka is quicker; Chandra is told, looks again, and closes it with a reason."""
    doctor, coordinator = _seat(chromium, district, "baraka"), _seat(chromium, district, "chandra")
    his, hers = (each.go(f"/cases/{district.case_id}") for each in (doctor, coordinator))
    his.click("text=I phone")
    his.wait_for_selector("text=has accepted")
    hers.click("text=I visit")
    told = hers.inner_text("[role=alert]")
    assert "Somebody was quicker" in told
    assert "Baraka" in told
    his.check("text=advice")
    his.click("text=Note it")
    his.wait_for_selector("text=Contact noted")
    hers.goto(f"{district.address}/cases/{district.case_id}")
    hers.click("summary:has-text('Close')")
    hers.check("text=reached, managed at home")
    hers.fill("details[open] textarea", "phoned, her daughter is there")
    hers.click("text=Close the case")
    hers.wait_for_selector("text=phoned, her daughter is there")
    assert "closed" in hers.inner_text("main").lower()
    doctor.context.close()
    coordinator.context.close()
