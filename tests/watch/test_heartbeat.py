"""Does somebody outside hear from us while all is well, and only then?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gateway import watch
from gateway.clock import Clock
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.marks import stop_channel
from gateway.store.tables import Kind
from tests.delivering import Later
from tests.village import settle

CLOCK = Clock()


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alive", heard
    server.shutdown()
    server.server_close()


def test_while_all_is_well_it_is_called_once_a_minute_by_whichever_clock(database: Database) -> None:
    with database.write() as session:
        settle(session, CLOCK.real())
    with listening() as (url, heard):
        called = [watch.call_home(database, clock, url) for clock in (CLOCK, Clock(), Later(timedelta(seconds=61)))]
    assert called == [True, False, True]
    assert heard == ["/alive", "/alive"]


@pytest.mark.parametrize("wrong", ["a case waits", "the account is refused"])
def test_when_a_promise_is_not_kept_it_is_silent(database: Database, wrong: str) -> None:
    ago = CLOCK.real() - timedelta(minutes=10)
    with database.write() as session:
        village = settle(session, ago)
        if wrong == "a case waits":
            outbox.put_sms(
                session, ago, to=village.baraka, body="947", subject=None, kind=Kind.CASE, valid_for=timedelta(hours=1)
            )
        else:
            stop_channel(session, "sms", CLOCK.real(), "code 20003")
    with listening() as (url, heard):
        assert not watch.call_home(database, CLOCK, url)
    assert heard == []


def test_without_an_address_or_with_a_deaf_one_nothing_breaks(database: Database) -> None:
    with database.write() as session:
        settle(session, CLOCK.real())
    assert not watch.call_home(database, CLOCK, None)
    assert not watch.call_home(database, CLOCK, "http://127.0.0.1:9/alive")
