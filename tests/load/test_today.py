"""How long does a coordinator wait for Today in a large district, beside a page that asks for one row?"""

import cProfile
import http.client
import pstats
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import pytest
from flask import Flask, render_template_string
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from gateway.accounts import signing
from gateway.clock import Clock
from gateway.store.database import Database
from gateway.store.tables import Post, Site
from tests.console.visitor import add_user
from tests.faults.figures import Tell
from tests.load import district
from tests.load.rounds import interleaved
from tests.mortal import Mortal
from tests.network import settings_for
from tests.statements import count_statements
from tests.world import Quiet

SIZE = district.Size(patients=10_000, open_cases=1_000, closed_cases=1_000, weeks=4)
ROUNDS, A_ROUND = 7, 3
PAGES = ("/", "/patients", "/cases", "/load", "/month")
ONE_ROW = "<!doctype html><html lang=en><title>One row</title><p>{{ code }}</p>"


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_today_beside_a_page_of_one_row(durable: Mortal, tell: Tell) -> None:
    """Seconds until the first byte, one request after the other."""
    app = create_app(settings_for(database_url=durable.url(), redis_url="unix:///nowhere/redis.sock"))
    database: Database = app.extensions["database"]
    now = Clock().real()
    with district.unhurried(durable.url(), database) as session:
        district.fill(session, now, SIZE)
    with database.write() as session:
        token = signing.begin(session, add_user(session, "chandra", (Post.COORDINATOR, None)), now)
    _add_one_row(app, database)
    with _served(app) as address:
        for path in PAGES:
            found = interleaved(
                lambda _, path=path: _ask(address, path, token),  # type: ignore[misc]  # mypy reads no defaults here
                lambda _: _ask(address, "/one-row", token),
                ROUNDS,
            )
            first = median(_wait(address, path, token) for _ in range(A_ROUND * 2))
            bare = median(_wait(address, "/one-row", token) for _ in range(A_ROUND * 2))
            tell(
                f"{path}: first byte after {first * 1000:.0f} ms, one row after {bare * 1000:.1f} ms; "
                f"{found.ours:.1f}/s, {found.bare:.0f}/s, ratio {found.ratio:.3f}"
            )
            tell(_told(app, database, path, token))
    database.close()


def _add_one_row(app: Flask, database: Database) -> None:
    @app.get("/one-row")
    def one_row() -> str:
        with database.read() as session:
            return render_template_string(ONE_ROW, code=session.scalar(select(Site.code).limit(1)))


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def _ask(address: str, path: str, token: str) -> int:
    for _ in range(A_ROUND):
        _wait(address, path, token)
    return A_ROUND


def _wait(address: str, path: str, token: str) -> float:
    """A browser that is signed in; the rest of the page is read, but not timed."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
    began = perf_counter()
    line.request("GET", path, headers={"Cookie": f"gateway={token}"})
    answer = line.getresponse()
    seconds = perf_counter() - began
    assert answer.status == 200, path
    answer.read()
    line.close()
    return seconds


def _told(app: Flask, database: Database, path: str, token: str) -> str:
    """Statements, size, and where the time goes."""
    browser, profile = app.test_client(), cProfile.Profile()
    browser.set_cookie("gateway", token)
    with count_statements(database) as sent:
        profile.enable()
        answer = browser.get(path)
        profile.disable()
    told = StringIO()
    pstats.Stats(profile, stream=told).sort_stats("cumtime").print_stats("gateway/|psycopg/cursor", 22)
    return f"{len(sent)} statements, {len(answer.data) / 1024:.0f} KB\n{told.getvalue()}"
