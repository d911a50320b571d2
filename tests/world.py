"""The whole gateway in one process, on a real database, met by the simulated network over HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app import create_app
from gateway import delivery, enrolment, outreach, publishing
from gateway.cases import ladder
from gateway.clock import Clock
from gateway.demo import drive
from gateway.demo.network import Entry, Network
from gateway.demo.village import FOLDER, ZONE
from gateway.phone.twilio_in import OVERRIDES
from gateway.phone.twilio_out import Telephone
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.queries.messages import is_anything_due

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OUR_NUMBER = "+61491579455"
LONGEST_IDLE = 5  # real seconds
LONG_AGO = -50 * 365 * 86_400.0  # seconds: a story may begin at any date, whatever the date is today
DEAD_REDIS = "unix:///nowhere/redis.sock"  # nothing here may need it


class StandingClock(Clock):
    """The story's moment is what it was last moved to: however slow the machine, all comes in one order."""

    def __init__(self, at: datetime) -> None:
        super().__init__(story=True)
        self.at = at

    def now(self, session: Session) -> datetime:
        return self.at


class Running:
    """What `drive` asks of a process that serves: here it is this one, and it lives."""

    def poll(self) -> None:
        return None


@dataclass
class World:
    """`play_to` moves the story on; between two moments everything due is done in this process."""

    settings: Settings
    network: Network
    database: Database
    clock: StandingClock
    telephone: Telephone
    gateway: Running

    def now(self) -> datetime:
        with self.database.read() as session:
            return self.clock.now(session)

    def settle(self) -> None:
        """The network answers once it is idle itself: asking it all the time would take longer than the story."""
        for _ in range(10_000):
            while self._work():
                pass
            self.network.get(f"idle?wait={LONGEST_IDLE}")
            if drive.is_quiet(self):  # type: ignore[arg-type]  # all it uses of a village is here
                return
        raise AssertionError(f"never quiet: {self.network.get('idle')}")

    def play_to(self, end: datetime) -> None:
        self.settle()
        while (moment := drive.next_moment(self)) is not None and moment <= end:  # type: ignore[arg-type]
            self.jump(moment)
            self.settle()

    def jump(self, to: datetime) -> None:
        """Only to be called when all is quiet."""
        self.clock.at = max(self.clock.at, to)
        self.network.post("time", {"stands_at": self.clock.at.isoformat()})

    def ask(self, code: str, flow: str = "weekly-check") -> None:
        from gateway.store.queries.people import person_by_code

        with self.database.write() as session:
            person = person_by_code(session, code)
            assert person
            outreach.ask(session, person, flow, self.clock.now(session))
        self.settle()

    def ledger(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.network.ledger() if not kinds or entry["kind"] in kinds]

    def _work(self) -> int:
        done = 0
        for tick in (outreach.tick, ladder.tick):
            with self.database.write() as session:
                done += tick(session, self.clock.now(session))
        with self.database.read() as session:
            is_due = is_anything_due(session, self.clock.now(session))
        if not is_due:  # a claim that finds nothing is the dearest part of a story
            return done
        return done + delivery.drain(self.database, self.telephone, self.clock, delivery.rates_of(self.settings))


@contextmanager
def world(
    network: Network,
    database_url: str,
    begins: datetime,
    people: list[dict[str, Any]],
    seed: int = 1,
    before: "Callable[[WSGIApplication], WSGIApplication]" = lambda app: app,
) -> Iterator[World]:
    """The village of docs/village on this database, its people as given, at the moment `begins`.

    `before` stands between the network and the gateway's door.
    """
    network.post("reset", {"offset_seconds": LONG_AGO, "stands_at": begins.isoformat(), "seed": seed})
    clock = StandingClock(begins)
    server, settings = _serve(network, database_url, clock)
    database: Database = server.app.extensions["database"]  # type: ignore[attr-defined]  # a Flask
    server.app = before(server.app)
    with database.write() as session:
        publishing.seed(session, FOLDER / "flows", FOLDER / "locales", begins)
    for kind in ("sites", "clinicians", "patients"):
        with database.write() as session:
            text = (FOLDER / "docs" / "village" / f"{kind}.csv").read_text(encoding="utf-8")
            assert not enrolment.import_file(session, kind, text, begins, settings)
    ours = f"{settings.public_url}/twilio"
    network.post("webhooks", {"sms": f"{ours}/sms{OVERRIDES}", "voice": f"{ours}/voice{OVERRIDES}"})
    network.post("numbers", people)
    try:
        yield World(settings, network, database, clock, Telephone(settings), Running())
    finally:
        server.shutdown()
        server.server_close()
        database.close()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """The canary test reads the log: addresses with ids belong there, requests by the thousand don't."""


def _serve(network: Network, database_url: str, clock: Clock) -> tuple[BaseWSGIServer, Settings]:
    """The port must be known before the app, since signatures are computed over PUBLIC_URL."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    settings = settings_for(network, database_url, f"http://127.0.0.1:{server.port}")
    server.app = create_app(settings, clock)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server, settings


def settings_for(network: Network, database_url: str, public_url: str) -> Settings:
    return Settings(
        _env_file=None,
        gateway_mode="demo",
        database_url=database_url,
        redis_url=DEAD_REDIS,
        clinic_name="Willow Creek clinic",
        public_url=public_url,
        twilio_account_sid=network.account,
        twilio_auth_token=network.token,
        twilio_from=OUR_NUMBER,
        twilio_api_url=network.address,
        secret_key="s" * 32,
        data_keys="d" * 32,
        index_key="i" * 32,
        region="AU",
        time_zone=ZONE.key,
        emergency_number="000",
        sms_per_second=2000,
        calls_per_second=100,
    )
