"""Pictures of every page of the console, to be looked at one by one: `python -m tests.browser.every_page FOLDER`."""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app import create_app
from gateway.accounts import signing
from gateway.clock import Clock
from gateway.console.tongue import LANGUAGES
from gateway.store.database import Database, upgrade
from gateway.store.queries.cases import open_cases
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Post
from tests.browser import drafts
from tests.browser.seats import LAPTOP, PHONE, Seat, a_browser, seat
from tests.console.visitor import add_user
from tests.load import district
from tests.network import settings_for
from tests.world import Quiet

SIZE = district.Size(patients=80, open_cases=9, closed_cases=30, weeks=13)
SIZES = {"laptop": LAPTOP, "phone": PHONE}


def take(folder: Path, languages: tuple[str, ...], schemes: tuple[str, ...]) -> None:
    """One file for each page, language, size and light: `month-ar-phone-dark.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as rooms,
        served(f"sqlite:///{rooms}/gateway.db") as (address, token, pages),
        a_browser() as browser,
    ):
        for language in languages:
            for scheme in schemes:
                _shoot(browser, address, token, pages, folder, language, scheme)
                _shoot_outside(browser, address, folder, language, scheme)


@contextmanager
def served(url: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """A district after thirteen weeks: its address, a coordinator's cookie, and its pages by name."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    upgrade(url)
    address = f"http://127.0.0.1:{server.port}"
    app = create_app(settings_for(database_url=url, redis_url="unix:///nowhere/redis.sock", public_url=address))
    database: Database = app.extensions["database"]
    now = Clock().real()
    with database.write() as session:
        district.fill(session, now, SIZE)
        everywhere = [(post, None) for post in Post]
        user = add_user(session, "chandra", *everywhere, person=person_by_code(session, "chandra"))
        token = signing.begin(session, user, now)
        case = open_cases(session)[0]
        drafts.begin(session, user, now)
        doctor = person_by_code(session, "baraka")
        assert doctor
        pages = _pages(case.patient_id, case.id, doctor.id)
    server.app = app
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield address, token, pages
    server.shutdown()
    server.server_close()
    database.close()


@contextmanager
def nobody_yet() -> Iterator[str]:
    """The address of a gateway in which nobody has an account."""
    with tempfile.TemporaryDirectory() as rooms:
        url = f"sqlite:///{rooms}/gateway.db"
        upgrade(url)
        app = create_app(settings_for(database_url=url, redis_url="unix:///nowhere/redis.sock"))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        server.server_close()
        app.extensions["database"].close()


def _pages(patient: str, case: str, doctor: str) -> dict[str, str]:
    return {
        "today": "/", "patients": "/patients", "patient": f"/patients/{patient}",
        "summary": f"/patients/{patient}/summary", "case": f"/cases/{case}", "people": "/people", "month": "/month",
        "month-rows": "/month/rows?of=silent", "month-cases": "/month/rows?of=cases", "enrol": "/enrol",
        "closed": "/cases", "accounts": "/accounts",
        "access-log": "/access-log", "account": "/account", "enrolled": f"/enrol/{patient}",
        "card": f"/patients/{patient}/card", "report": f"/patients/{patient}/report", "load": "/load",
        "doctor": f"/people/{doctor}", "code": "/code", **drafts.pages(),
    }  # fmt: skip


def _shoot(
    browser: Browser, address: str, token: str, pages: dict[str, str], folder: Path, language: str, scheme: str
) -> None:
    mine = seat(browser, address, token, language, dark=scheme == "dark")
    for name, path in pages.items():
        mine.go(path)
        if name == "flow-phone":
            _answers(mine)
        _keep(mine.page, folder, name, language, scheme)
    mine.context.close()


def _shoot_outside(browser: Browser, address: str, folder: Path, language: str, scheme: str) -> None:
    """What somebody sees who is not signed in; and whoever comes first, where there is no account at all."""
    with nobody_yet() as empty:
        for name, path in (("first", empty + "/first"), ("sign-in", address + "/sign-in")):
            context = browser.new_context(locale=language.replace("_", "-"), color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
            page = context.new_page()
            page.goto(path)
            _keep(page, folder, name, language, scheme)
            context.close()


def _keep(page: Page, folder: Path, name: str, language: str, scheme: str) -> None:
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.screenshot(path=folder / f"{name}-{language}-{size}-{scheme}.png", full_page=True)


def _answers(at: Seat) -> None:
    """A talk in which a case opens, on the telephone that plays the draft."""
    for reply in ("1", "2", "8", "1"):
        at.page.locator("#reply").fill(reply)
        at.press("button[name=send]")


if __name__ == "__main__":
    wanted = tuple(sys.argv[2].split(",")) if len(sys.argv) > 2 else tuple(LANGUAGES)
    take(Path(sys.argv[1]), wanted, tuple(sys.argv[3].split(",")) if len(sys.argv) > 3 else ("light", "dark"))
