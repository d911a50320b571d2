"""Can a person be the patient on the phones page, with the mouse and with the keyboard?"""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect
from twilio.rest import Client

from gateway.simulator.page.words import WORDS
from tests.browser.seats import LAPTOP, a_browser
from tests.simulator.account import AMINA, BARAKA, NUMBER, Driver, Site


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with a_browser() as browser:
        yield browser.new_page(viewport=LAPTOP)


@pytest.fixture
def page(browser_page: Page, driver: Driver) -> Iterator[Page]:
    """The page with Amina's phone played by hand; it must not have complained by the end."""
    complaints: list[str] = []

    def heard(message: object) -> None:
        complaints.append(str(message))

    driver.post(
        "numbers", {"number": AMINA, "name": {"en": "Amina", "zh": "阿米娜"}, "roles": ["patient"], "kind": "by_hand"}
    )
    browser_page.on("pageerror", heard)
    browser_page.goto(driver.base + "/?lang=en&zone=Asia/Shanghai")
    yield browser_page
    browser_page.remove_listener("pageerror", heard)
    browser_page.goto("about:blank")
    assert complaints == []


def test_a_text_arrives_with_its_segments_and_is_answered(
    page: Page, driver: Driver, client: Client, site: Site
) -> None:
    client.messages.create(to=AMINA, from_=NUMBER, body="x" * 141)
    expect(page.locator(".text small")).to_contain_text("1 SMS · 141 characters · GSM-7")
    page.get_by_label("Write a message").fill("8")
    page.get_by_label("Write a message").press("Enter")
    expect(page.locator(".text.mine p")).to_have_text("8")
    driver.settle()
    assert site.at("/sms")[0].parameters["Body"] == "8"


def test_a_ringing_phone_is_answered_and_keyed_from_the_keyboard(
    page: Page, driver: Driver, client: Client, site: Site
) -> None:
    gather = '<Gather action="/k" numDigits="1" timeout="60"><Say language="zh-CN">请按键</Say></Gather>'
    site.says("/ask", f"<Response>{gather}</Response>")
    client.calls.create(to=AMINA, from_=NUMBER, url=site.base + "/ask")
    expect(page.locator(".phone.is-ringing")).to_be_visible()
    page.get_by_label("Answer").focus()
    page.keyboard.press("Enter")
    said = page.locator(".said p").first
    expect(said).to_have_text("请按键")
    expect(said).to_have_attribute("lang", "zh-CN")
    page.keyboard.press("7")
    expect(page.locator(".past summary")).to_contain_text("Call from +15005550006")
    driver.settle()
    assert site.at("/k")[0].parameters["Digits"] == "7"


def test_the_page_declines_calls_and_rings_the_clinic(page: Page, driver: Driver, client: Client, site: Site) -> None:
    sid = client.calls.create(to=AMINA, from_=NUMBER, url=site.base + "/ask").sid
    page.get_by_label("Hang up").click()
    expect(page.locator(".past summary")).to_contain_text("busy")
    assert client.calls(sid).fetch().status == "busy"
    page.get_by_label("Call the clinic").click()
    expect(page.locator(".past")).to_have_count(2)
    assert site.at("/voice")[0].parameters["From"] == AMINA


def test_the_drivers_button_reaches_the_driver(page: Page, driver: Driver) -> None:
    driver.post("actions", [{"id": "jump", "label_en": "Jump to the next moment", "label_zh": "跳到下一刻"}])
    page.get_by_role("button", name="Jump to the next moment").click()
    assert driver.get("actions/pressed", wait=5) == {"pressed": ["jump"]}


@pytest.mark.parametrize(("lang", "name"), [("en", "Amina"), ("zh", "阿米娜")])
@pytest.mark.parametrize("height", [768, 650])
def test_three_phones_and_the_clock_fit_a_small_screen(
    page: Page, driver: Driver, lang: str, name: str, height: int
) -> None:
    driver.post("numbers", [{"number": BARAKA}, {"number": BARAKA[:-1] + "9", "name": "Dr Baraka"}])
    page.set_viewport_size({"width": 1366, "height": height})
    page.goto(f"{driver.base}/?lang={lang}")
    expect(page.locator(".phone")).to_have_count(3)
    expect(page.locator(".label .name").first).to_have_text(name)
    measure = (
        "[document.documentElement.scrollHeight, document.querySelector('main').scrollWidth, innerHeight, innerWidth]"
    )
    tall, wide, inner_height, inner_width = page.evaluate(measure)
    assert tall <= inner_height
    assert wide <= inner_width
    for place in (".label", ".time", ".keys"):
        box = page.locator(place).last.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, english in WORDS["en"].items():
        used = {sign for sign in ("{0}", "{1}", "{2}") if sign in english}
        assert used == {sign for sign in ("{0}", "{1}", "{2}") if sign in WORDS["zh"][key]}, key


def test_nothing_comes_from_another_host_and_no_script_is_inline(driver: Driver) -> None:
    answer = requests.get(driver.base + "/", headers={"Accept-Language": "zh-CN,zh;q=0.9"}, timeout=5)
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert '<html lang="zh-CN"' in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert (
        requests.get(driver.base + "/static/phone.js", timeout=5).headers["Content-Type"].startswith("text/javascript")
    )
    for path in ("/static/../words.py", "/static/nothing.js", "/words.py", "/favicon.ico"):
        assert requests.get(driver.base + path, timeout=5).status_code == 404
