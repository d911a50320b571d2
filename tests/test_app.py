"""Does the web process say truly how the system is, with the headers that protect whoever looks?"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from gateway.clock import Clock
from gateway.settings import SettingsProblem
from gateway.store import outbox
from gateway.store.beats import beat
from gateway.store.database import Database
from gateway.store.tables import Kind
from tests.network import settings_for
from tests.village import settle

CLOCK = Clock()
AS_A_BROWSER = {"Accept": "text/html,*/*;q=0.8"}
CLOCK_PARTS = ("clock outreach", "clock cases", "clock delivery")


@pytest.fixture
def app(database_url: str, redis_url: str) -> Iterator[Flask]:
    made = create_app(settings_for(database_url=database_url, redis_url=redis_url))
    yield made
    made.extensions["database"].close()


@pytest.fixture
def web(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def store(app: Flask) -> Database:
    opened: Database = app.extensions["database"]
    return opened


def test_it_lives_and_is_ready(web: FlaskClient) -> None:
    assert web.get("/healthz").text == "ok\n"
    assert web.get("/readyz").status_code == 200


def test_without_a_database_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    app = create_app(settings_for(database_url=f"sqlite:///{tmp_path}/gateway.db"))
    web = app.test_client()
    answers = {path: web.get(path).status_code for path in ("/healthz", "/readyz", "/status", "/metrics", "/")}
    app.extensions["database"].close()
    assert answers == {"/healthz": 200, "/readyz": 503, "/status": 503, "/metrics": 503, "/": 503}


def test_before_anything_ran_it_says_that_nothing_runs(web: FlaskClient) -> None:
    told = web.get("/status").get_json()
    assert told == {
        "ok": False,
        "clock_seconds": None,
        "jobs_seconds": None,
        "redis": True,
        "provider_last_success": None,
        "provider_refuses": {},
        "oldest_unsent_seconds": None,
        "in_doubt": 0,
        "quarantined": 0,
        "inbound_read_until": None,
        "heartbeat_seconds": None,
        "audit": 0,
    }


def test_a_living_clock_makes_it_well(web: FlaskClient, store: Database) -> None:
    with store.write() as session:
        for name in (*CLOCK_PARTS, "jobs"):
            beat(session, name, CLOCK.real())
    told = web.get("/status").get_json()
    assert told["ok"]
    assert told["clock_seconds"] < 5
    assert "Everything runs." in web.get("/status", headers=AS_A_BROWSER).text


def test_one_part_of_the_clock_that_fails_is_seen(web: FlaskClient, store: Database) -> None:
    with store.write() as session:
        for name in CLOCK_PARTS:
            beat(session, name, CLOCK.real() - timedelta(minutes=9 if name == "clock cases" else 0))
    told = web.get("/status").get_json()
    assert not told["ok"]
    assert told["clock_seconds"] > 500


def test_what_waits_too_long_is_seen(web: FlaskClient, store: Database) -> None:
    long_ago = CLOCK.real() - timedelta(minutes=20)
    with store.write() as session:
        village = settle(session, long_ago)
        outbox.put_sms(
            session, long_ago, to=village.baraka, body="947", subject=None, kind=Kind.CASE, valid_for=timedelta(hours=1)
        )
    assert web.get("/status").get_json()["oldest_unsent_seconds"] > 1000
    told = web.get("/metrics")
    assert told.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    scraped = told.text
    assert 'gateway_outbox{channel="messages",state="pending"} 1.0' in scraped
    assert "gateway_audit_findings 0.0" in scraped or "gateway_audit_findings 1.0" in scraped


def test_every_answer_carries_the_headers_that_protect(web: FlaskClient) -> None:
    headers = web.get("/sign-in").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_under_https_the_browser_is_told_to_stay_there(database_url: str) -> None:
    app = create_app(settings_for(database_url=database_url, public_url="https://clinic.example"))
    assert "Strict-Transport-Security" in app.test_client().get("/healthz").headers
    app.extensions["database"].close()


def test_the_page_works_without_scripts(web: FlaskClient) -> None:
    assert "<script" not in web.get("/status", headers=AS_A_BROWSER).text
    with web.get("/static/status.css") as sheet:
        assert sheet.status_code == 200


def test_a_web_process_never_loads_what_can_send() -> None:
    script = "import sys, json, app; print(json.dumps([n for n in sys.modules if n.startswith('twilio.rest')]))"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert json.loads(ran.stdout) == []


def test_under_a_procfile_a_missing_redis_is_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = settings_for()
    for name, value in given.model_dump(exclude_none=True).items():
        told = getattr(value, "get_secret_value", lambda value=value: str(value))()
        monkeypatch.setenv(name.upper(), told)
    with pytest.raises(SettingsProblem, match="REDIS_URL is missing"):
        create_app()
