"""Redis is emptied again and again, then it is dead: nothing is lost, and how much later does it leave?"""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.demo.network import Network
from gateway.store.tables import Message
from tests import servers
from tests.faults import crowd, storm
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, house, pause
from tests.faults.reckoning import faults
from tests.faults.sizes import sizes

SEED = 11
# (patients, seconds between two flushes, flushes, seconds dead)
DAYS = sizes((12, 2, 2, 4), (300, 10, 6, 60))


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("patients", "every", "flushes", "dead"), DAYS)
def test_an_emptied_or_dead_redis_loses_nothing_and_delays_little(
    patients: int, every: int, flushes: int, dead: int, quiet: Network, database_url: str, tmp_path: Path, tell: Tell
) -> None:
    phones = crowd.numbers(patients)
    length = 3 * (every * flushes + dead) / crowd.REPLIES / 2  # so that answers come in all the time
    with house(tmp_path, quiet, database_url, crowd.rows(phones), **QUICK) as here:
        storm.begin(here, phones, 2 * patients / length, SEED)
        moments = [here.now()]
        for _ in range(flushes):
            pause(every)
            here.flush_redis()
        moments.append(here.now())
        here.kill_redis()
        pause(dead)
        moments.append(here.now())
        here.redis = servers.start_redis(here.folder / "redis")
        storm.wait_until_quiet(here)
        found = storm.settle(here)
        delays = {name: _delays(here, *span) for name, span in _spans(moments).items()}
        tell("\n".join(f"    {name:9}{_told(seconds)}" for name, seconds in delays.items()) + f"\n{found.lines()}")
    assert faults(found) == {}


def _spans(moments: list[datetime]) -> dict[str, tuple[datetime, datetime]]:
    begun, flushed, back = moments
    return {
        "flushed": (begun, flushed),
        "dead": (flushed, back),
        "back": (back, datetime.max.replace(tzinfo=back.tzinfo)),
    }


def _delays(here: House, since: datetime, until: datetime) -> list[float]:
    """From the moment each row was due to the moment the provider had it, sorted. One of 0 s where there is none."""
    arrived = {
        one["sid"]: datetime.fromisoformat(one["at"]) for one in here.network.ledger() if one["kind"] == "sms_out"
    }
    with here.database.read() as session:
        rows = session.scalars(select(Message).where(Message.not_before >= since, Message.not_before < until)).all()
    return sorted((arrived[row.provider_id] - row.not_before).total_seconds() for row in rows if row.provider_id) or [
        0.0
    ]


def _told(seconds: list[float]) -> str:
    places = {"p50": 0.5, "p99": 0.99}
    parts = [f"{name} {seconds[int(share * (len(seconds) - 1))]:6.2f} s" for name, share in places.items()]
    return f"{len(seconds):6} sent, due to POST: {', '.join(parts)}, longest {seconds[-1]:6.2f} s"
