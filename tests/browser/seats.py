"""Who sits at which browser in a story: signed in by a row of their own, in the language and light that they chose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LAPTOP, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
PATIENCE = 60_000  # milliseconds: of a machine that is busy with other things


@dataclass(frozen=True)
class Seat:
    """One browser with one page. `go` and `press` wait until the next page stands."""

    context: BrowserContext
    page: Page
    address: str

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)
        return self.page

    def press(self, selector: str) -> Page:
        """A button of a form: what it answers with is the next page."""
        return self.follow(self.page.locator(selector))

    def follow(self, place: Locator) -> Page:
        with self.page.expect_navigation():
            place.click()
        return self.page


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def seat(chromium: Browser, address: str, token: str, language: str = "en", *, dark: bool = False) -> Seat:
    context = chromium.new_context(viewport=LAPTOP, color_scheme="dark" if dark else "light")
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "gateway", "value": token, "url": address}])
    mine = Seat(context, context.new_page(), address)
    mine.go("/account")
    mine.press(f"button[name=language][value={language}]")  # kept with the account
    return mine
