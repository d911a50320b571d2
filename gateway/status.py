"""How is the system? For a load balancer, an operator, Prometheus, and whoever opens the address in a browser."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gateway import watch
from gateway.clock import Clock
from gateway.doorbell import Doorbell
from gateway.store.beats import PROVIDER, beats
from gateway.store.database import Database, DatabaseAway
from gateway.store.marks import marked, stopped_channels
from gateway.store.poison import quarantined
from gateway.store.queries.messages import count_by_state, count_in_doubt, oldest_unsent
from gateway.webhooks import REFUSED

CLOCK_PARTS = ("clock outreach", "clock cases", "clock delivery")
ALIVE_WITHIN = timedelta(seconds=15)  # a sign of life comes every 2 to 5 s
SENT_WITHIN = timedelta(minutes=5)  # longer in the outbox means that nothing gets out


@dataclass(frozen=True)
class Status:
    """Seconds are since the last sign of life; None for never. `clock`: of its part that is longest ago.

    `provider_refuses`: channel -> why the account cannot use it.
    """

    ok: bool
    clock_seconds: float | None
    jobs_seconds: float | None
    redis: bool
    provider_last_success: str | None
    provider_refuses: dict[str, str]
    oldest_unsent_seconds: float | None
    in_doubt: int
    quarantined: int
    inbound_read_until: str | None
    heartbeat_seconds: float | None
    audit: int


def status(database: Database, clock: Clock, doorbell: Doorbell) -> Blueprint:
    pages = Blueprint("status", __name__)
    registry = CollectorRegistry()
    registry.register(Figures(database, clock))
    registry.register(REFUSED)

    @pages.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @pages.get("/readyz")
    def readyz() -> Response:
        """Whether a webhook could be taken now."""
        database.check()
        return Response("ready\n", mimetype="text/plain")

    @pages.get("/status")
    def how_it_is() -> Response:
        """A page for whoever opens it in a browser, JSON for everybody else."""
        found = how_is(database, clock, doorbell)
        if request.accept_mimetypes.best == "text/html":
            return make_response(render_template("status.html", status=found))
        return jsonify(asdict(found))

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")

    @pages.errorhandler(DatabaseAway)
    @pages.errorhandler(DBAPIError)
    def away(error: Exception) -> Response:
        """Also a database without our tables: it is there, and no webhook could be taken."""
        said = "The database is away, or `python -m gateway db upgrade` has not run.\n"
        return Response(said, 503, mimetype="text/plain")

    return pages


class Figures(Collector):
    """Counted in SQL at each scrape, so that they are right with any number of processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> list[Metric]:
        return []  # registering must not ask the database

    def collect(self) -> Iterator[Metric]:
        with self._database.read() as session:
            yield from _figures(session, self._clock)


def _figures(session: Session, clock: Clock) -> Iterator[Metric]:
    now = clock.now(session)
    outbox = GaugeMetricFamily("gateway_outbox", "Rows of the outbox by state", labels=["channel", "state"])
    for (channel, state), number in count_by_state(session).items():
        outbox.add_metric([channel, state], number)
    yield outbox
    beating = GaugeMetricFamily(
        "gateway_beat_seconds", "Seconds since a process said that it lives", labels=["process"]
    )
    for name, at in beats(session).items():
        beating.add_metric([name], _seconds(clock.real(), at) or 0.0)
    yield beating
    waiting = _seconds(now, oldest_unsent(session, now)) or 0.0
    yield GaugeMetricFamily("gateway_oldest_unsent_seconds", "How long the longest waiting row waits", waiting)
    yield GaugeMetricFamily("gateway_audit_findings", "Promises that nobody keeps", len(watch.audit(session, now)))


def how_is(database: Database, clock: Clock, doorbell: Doorbell) -> Status:
    with database.read() as session:
        now, lives = clock.now(session), beats(session)
        oldest = [lives.get(name) for name in CLOCK_PARTS]
        ticked = min((at for at in oldest if at), default=None) if all(oldest) else None
        unsent = oldest_unsent(session, now)
        findings = len(watch.audit(session, now))
        is_alive = ticked is not None and clock.real() - ticked < ALIVE_WITHIN
        is_sending = unsent is None or now - unsent < SENT_WITHIN
        return Status(
            ok=is_alive and is_sending and not findings,
            clock_seconds=_seconds(clock.real(), ticked),
            jobs_seconds=_seconds(clock.real(), lives.get("jobs")),
            redis=doorbell.is_in_order(),
            provider_last_success=_said(lives.get(PROVIDER)),
            provider_refuses={channel: stop.why or "" for channel, stop in stopped_channels(session).items()},
            oldest_unsent_seconds=_seconds(now, unsent),
            in_doubt=count_in_doubt(session),
            quarantined=len(quarantined(session, now)),
            inbound_read_until=_said(marked(session, watch.WATERMARK)),
            heartbeat_seconds=_seconds(clock.real(), marked(session, watch.HEARTBEAT)),
            audit=findings,
        )


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _seconds(now: datetime, then: datetime | None) -> float | None:
    return None if then is None else round((now - then).total_seconds(), 1)
