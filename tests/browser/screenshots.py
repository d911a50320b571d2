"""Pictures of the phones page for the README: the village in mid-conversation, in English and in Chinese."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from gateway import outreach
from gateway.demo import drive, people
from gateway.demo.village import FOLDER, Village, village
from gateway.demo.visit import BUTTONS
from gateway.demo.visit import page as address
from gateway.store.queries.people import person_by_code
from tests.browser.seats import LAPTOP, a_browser


def take(folder: Path) -> None:
    """Writes phones-en.png and phones-zh.png."""
    with (
        tempfile.TemporaryDirectory(prefix="village-") as rooms,
        village(Path(rooms)) as place,
        a_browser() as browser,
    ):
        place.network.post("numbers", people.by_hand())
        place.network.post("actions", BUTTONS)
        page = browser.new_page(viewport=LAPTOP)
        _talk(place, "amina", people.AMINA, ["1", "2", "8", "1"])
        _shoot(page, place, folder / "phones-en.png", "en", lambda: _ring(place))
        in_chinese = ["1", "没有", "五六分"]
        _shoot(page, place, folder / "phones-zh.png", "zh", lambda: _talk(place, "mei", people.MEI, in_chinese))


def _talk(place: Village, code: str, number: str, replies: list[str]) -> None:
    _ask(place, code)
    for reply in replies:
        place.network.post("sms", {"from": number, "body": reply})
        drive.settle(place)


def _ring(place: Village) -> None:
    _ask(place, "juma")
    place.network.post("answer", {"number": people.JUMA})
    drive.settle(place)
    place.network.post("keys", {"number": people.JUMA, "digits": "1"})
    drive.settle(place)


def _ask(place: Village, code: str) -> None:
    with place.database.write() as session:
        patient = person_by_code(session, code)
        assert patient
        outreach.ask(session, patient, "weekly-check", place.clock.now(session))
    drive.settle(place)


def _shoot(page: Page, place: Village, file: Path, language: str, before: Callable[[], None]) -> None:
    before()
    page.goto(address(place, language))
    page.wait_for_timeout(800)  # the page asks the network once more before it shows all
    page.screenshot(path=file)


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "docs" / "pictures")
