"""A coordinator makes a flow from nothing, on the cards alone; each click, field and sign that it takes is counted."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.seats import Seat

NAME, TITLE = "after-surgery", "After surgery"
DRAFT = f"/flows/{NAME}/draft"
QUESTION = "How bad is the pain of the wound?"
ADVICE = "Keep the wound dry."
# What a practised hand takes, by the keystroke-level model of Card, Moran and Newell (1980): seconds.
POINT_AND_CLICK, SIGN, THINK = 1.3, 0.28, 1.35


@dataclass
class Hand:
    """Somebody's hand at mouse and keyboard. `pages`: how often a page had to come."""

    at: Seat
    clicks: int = 0
    fields: int = 0
    signs: int = 0
    pages: int = 0

    @property
    def page(self) -> Page:
        return self.at.page

    @property
    def seconds(self) -> float:
        """Without a pause to read or to find words."""
        done = self.clicks + self.fields
        return done * (POINT_AND_CLICK + THINK) + self.signs * SIGN

    def goes(self, place: Locator) -> None:
        self.clicks, self.pages = self.clicks + 1, self.pages + 1
        self.at.follow(place)

    def ticks(self, place: Locator) -> None:
        self.clicks += 1
        place.check()

    def unticks(self, place: Locator) -> None:
        self.clicks += 1
        place.uncheck()

    def types(self, place: Locator, text: str) -> None:
        self.fields, self.signs = self.fields + 1, self.signs + len(text)
        place.fill(text)

    def picks(self, place: Locator, value: str) -> None:
        self.fields += 1
        place.select_option(value)


def builds(hand: Hand) -> None:
    """A danger gate, a scale, a block with a choice, an advice, two limits; then the flow's own card."""
    _begins(hand)
    _question(hand, "danger", "Any bleeding or fever today?", "danger signs", "yes_no")
    form = _question(hand, "pain", QUESTION, "wound pain", "scale", keep=False)
    hand.types(form.locator("[name=lowest]"), "no pain")
    hand.types(form.locator("[name=highest]"), "the worst pain")
    _keeps(hand, form)
    form = _adds(hand, "when")
    _condition(hand, form, "when", "pain", "at least", "5")
    _keeps(hand, form)
    form = _question(hand, "tablets", "How many pain tablets are left?", "", "choices", into="steps.2", keep=False)
    hand.types(form.locator("[name=choices]"), "none\nsome\nenough")
    _keeps(hand, form)
    form = _adds(hand, "say")
    hand.types(form.locator("[name=id]"), "rest")
    hand.types(form.locator("[name=text]"), ADVICE)
    _condition(hand, form, "only_if", "danger", "is", "no")
    _keeps(hand, form)
    _limit(hand, "danger", "now", "danger", "is", "yes")
    _limit(hand, "severe", "red", "pain", "at least", "7")
    _settings(hand)
    left = hand.page.locator("section[aria-labelledby=problems] li.refused").all_inner_texts()
    assert left == [], left


def tries(hand: Hand, replies: tuple[str, ...]) -> None:
    """On the telephone on the page; how it went is kept as a test."""
    hand.goes(hand.page.locator(f".tabs a[href='{DRAFT}/phone']"))
    for reply in replies:
        hand.types(hand.page.locator("#reply"), reply)
        hand.goes(hand.page.locator("button[name=send]"))
    expect(hand.page.locator(".talk")).to_contain_text("A case opens")
    form = hand.page.locator(f"form[action='{DRAFT}/tests']")
    hand.types(form.locator("[name=name]"), "severe")
    hand.goes(form.locator("button"))


def _begins(hand: Hand) -> None:
    hand.at.go("/")
    hand.goes(hand.page.locator("nav a[href='/flows']").first)
    form = hand.page.locator("form[action='/flows']")
    hand.types(form.locator("[name=title]"), TITLE)
    hand.types(form.locator("[name=name]"), NAME)
    hand.goes(form.locator("button"))


def _adds(hand: Hand, kind: str, into: str = "") -> Locator:
    way = f"?add={kind}&into={into}#c-new" if into else f"?add={kind}#c-new"
    hand.goes(hand.page.locator(f"a[href='{way}']"))
    return hand.page.locator("#c-new form.fields")


def _keeps(hand: Hand, form: Locator) -> None:
    hand.goes(form.locator(".row button"))
    expect(hand.page.locator("form.fields")).to_have_count(0)


def _question(
    hand: Hand, name: str, text: str, short: str, answer: str, *, into: str = "", keep: bool = True
) -> Locator:
    form = _adds(hand, "ask", into)
    hand.types(form.locator("[name=id]"), name)
    hand.types(form.locator("[name=text]"), text)
    if short:
        hand.types(form.locator("[name=name]"), short)
    hand.picks(form.locator("[name=answer]"), answer)
    if keep:
        _keeps(hand, form)
    return form


def _limit(hand: Hand, name: str, level: str, *condition: str) -> None:
    form = _adds(hand, "breach")
    hand.types(form.locator("[name=id]"), name)
    hand.picks(form.locator("[name=level]"), level)
    _condition(hand, form, "when", *condition)
    _keeps(hand, form)


def _condition(hand: Hand, form: Locator, key: str, question: str, test: str, value: str) -> None:
    hand.ticks(form.locator(f"[name='{key}.0.id'][value='{question}']"))
    hand.picks(form.locator(f"[name='{key}.0.0.test']"), test)
    hand.types(form.locator(f"[name='{key}.0.0.first']"), value)


def _settings(hand: Hand) -> None:
    """By SMS only, and with the first question at once."""
    hand.goes(hand.page.locator("#c-flow .acts a"))
    form = hand.page.locator("#c-flow form.fields")
    hand.unticks(form.locator("[name=channels][value=voice]"))
    hand.picks(form.locator("[name=open]"), "straight")
    _keeps(hand, form)
