"""Is what a document plays fetched once, heard, and missed when it is not there?"""

import requests
from twilio.rest import Client

from tests.simulator.account import AMINA, NUMBER, Driver, Site
from tests.sounds import tone

ELSEWHERE = "/control/sound?url=http://elsewhere.example/a.wav"
ASK = '<Response><Gather action="/keys" numDigits="1" timeout="4"><Play>/pain.wav</Play></Gather></Response>'


def ring(client: Client, site: Site) -> str:
    sid: str | None = client.calls.create(to=AMINA, from_=NUMBER, url=site.base + "/voice-out").sid
    assert sid is not None
    return sid


def test_a_recording_is_fetched_once_without_parameters_and_heard(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", ASK)
    site.says("/keys", "<Response><Play>/pain.wav</Play></Response>")
    site.says("/pain.wav", tone(1.5))
    driver.person(AMINA, rules=[{"when": "pain", "press": "8"}])
    sid = ring(client, site)
    driver.play_out()
    (fetched,) = site.at("/pain.wav")
    assert (fetched.method, fetched.path, fetched.parameters) == ("GET", "/pain.wav", {})
    assert [post.parameters["Digits"] for post in site.at("/keys")] == ["8"]
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["(recording of: pain.wav)"] * 2
    assert client.calls(sid).fetch().status == "completed"
    assert driver.ledger("violation") == []


def test_the_page_hears_what_was_played_and_nothing_else(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", ASK)
    site.says("/pain.wav", tone(1.5))
    driver.person(AMINA, kind="silent")
    ring(client, site)
    driver.play_out()
    (line,) = driver.phone(AMINA)["calls"][-1]["spoken"]
    heard = requests.get(driver.base + line["sound"], timeout=10)
    assert (heard.status_code, heard.headers["Content-Type"], heard.content) == (200, "audio/wav", tone(1.5))
    assert requests.get(driver.base + ELSEWHERE, timeout=10).status_code == 404


def test_what_is_no_sound_ends_the_call(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", ASK)
    driver.person(AMINA)
    ring(client, site)
    driver.play_out()
    assert [entry["code"] for entry in driver.ledger("violation")] == [13420]
    assert site.at("/keys") == []
