"""The coordinator at a flow: other words, their translations, a voice that is heard, a name under them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.seats import Seat
from tests.sounds import tone

FLOW = "/flows/weekly-check"
DRAFT = f"{FLOW}/draft"
BEFORE = "In the last 7 days, how bad was your pain at its worst?"
PLACES = re.compile(r"^weekly-check/pain(/voice)?$")
LENGTH = """audio => new Promise(done => {
  audio.onloadedmetadata = () => done(audio.duration);
  audio.onerror = () => done(0);
  audio.preload = "metadata";
  audio.load();
})"""


@dataclass(frozen=True)
class Wording:
    """What is asked from now on, on a call in the same words; `said`: language -> the same there."""

    written: str
    said: Mapping[str, str]

    def in_language(self, code: str) -> str:
        return self.said.get(code, self.written)


def rewrites(at: Seat, new: Wording) -> None:
    """On the question's own card; the sentence stands on the cards when it is kept."""
    at.go(FLOW)
    at.press(f"form[action='{FLOW}/begin'] button")
    card = at.page.locator("section.step.ask").filter(has=at.page.get_by_text(BEFORE, exact=True))
    at.follow(card.locator(".acts a"))
    form = at.page.locator("form.fields")
    for name in ("text", "voice"):
        form.locator(f"textarea[name={name}]").fill(new.written)
    at.follow(form.locator(".row button"))
    expect(at.page.locator("section.step.ask > p", has_text=new.written)).to_be_visible()


def translates(at: Seat, new: Wording) -> None:
    """The old sentence is shown as one for other words, until there is a new one."""
    for code, said in new.said.items():
        at.go(f"{DRAFT}/words?language={code}")
        row = at.page.locator("tr").filter(has=at.page.locator(".place", has_text=PLACES))
        expect(row.locator(".tag.bad").first).to_be_visible()
        for box in row.locator("textarea").all():
            box.fill(said)
        at.follow(at.page.locator(f"form[action='{DRAFT}/words'] > button"))
        expect(row.locator(".tag.bad")).to_have_count(0)


def hears(at: Seat, new: Wording, code: str) -> None:
    """As it would leave, on the telephone that plays the draft; and on calls in a voice that somebody recorded."""
    at.go(f"{DRAFT}/phone?language={code}&channel=sms")
    for reply in ("1", "2"):
        at.page.locator("#reply").fill(reply)
        at.press("button[name=send]")
    expect(at.page.locator(".bubble.ours").last).to_contain_text(new.in_language(code))
    at.go(f"{DRAFT}/voices?language={code}")
    row = at.page.locator("tr", has_text=new.in_language(code)).first
    sound = FilePayload(name="pain.wav", mimeType="audio/wav", buffer=tone(2))
    row.locator("input[type=file]").set_input_files(sound)
    at.follow(row.locator("button.second:not(.record)"))
    assert row.locator("audio").evaluate(LENGTH) == 2


def approves(at: Seat, new: Wording) -> None:
    """Somebody else, a clinician: reads in words what is different, and gives a name."""
    at.go(f"{DRAFT}/changes")
    expect(at.page.locator("ul.changes")).to_contain_text(new.written)
    at.press(f"form[action='{DRAFT}/approve'] button")
    expect(_lacking(at)).to_have_count(0)


def publishes(at: Seat) -> None:
    at.go(f"{DRAFT}/changes")
    expect(_lacking(at)).to_have_count(0)
    at.press(f"form[action='{DRAFT}/publish'] button")
    expect(at.page.locator("section[aria-labelledby=versions] tbody tr")).to_have_count(2)


def _lacking(at: Seat) -> Locator:
    return at.page.locator("section[aria-labelledby=names] .tag.bad")
