"""A sentence that is spoken into a browser becomes a file as a telephone carries it, without a mouse."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect, sync_playwright

from gateway.core.sound import measured
from tests.browser.seats import CHROMIUM, FLAGS, PATIENCE

# A microphone that beeps; nobody is asked whether it may be used.
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
SCRIPT = Path(__file__).parents[2] / "gateway" / "console" / "static" / "recorder.js"
OURS = "http://localhost:1/"  # nobody answers there: the test does
PAGE = """<!doctype html><div data-record="Record" data-stop="Stop" data-again="Again" data-listen="Listen"
data-running="Speak" data-ready="{seconds} seconds" data-short="short" data-silent="silent" data-refused="refused"
data-longest="3"><form class="voice"><input type="file" name="file"></form></div>
<script type="module" src="/recorder.js"></script>"""
AS_BASE64 = """async input => {
  const bytes = new Uint8Array(await input.files[0].arrayBuffer());
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}"""


def test_a_sentence_is_recorded_and_stops_by_itself_at_the_longest() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.route(f"{OURS}**", _answer)
        page.goto(OURS)
        sound = measured(_recorded(page))
        assert (sound.kind, sound.seconds > 0.3) == ("wav", True)
        browser.close()


def _recorded(page: Page) -> bytes:
    """The limit of the page ends it: nothing here looks at a clock."""
    button = page.get_by_role("button", name="Record")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^[0-9.]+ seconds$"), timeout=PATIENCE)
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    expect(page.get_by_role("button", name="Again")).to_be_focused()
    return base64.b64decode(page.locator("input").evaluate(AS_BASE64))


def _answer(route: Route) -> None:
    if route.request.url.endswith("/recorder.js"):
        route.fulfill(path=SCRIPT, content_type="text/javascript")
    else:
        route.fulfill(body=PAGE, content_type="text/html")
