"""Who drives the story: waits until all is quiet, then moves time to the next moment at which anything is due."""

import time
from datetime import datetime, timedelta

from gateway.demo.village import Village
from gateway.store.queries import promises

QUIET_WITHIN = 60.0  # real seconds: more means that something hangs
LOOK_EVERY = 0.02
AT_HAND = timedelta(milliseconds=50)  # a moment this near comes by itself


def settle(village: Village) -> None:
    """Returns when outbox, jobs and network are idle and nothing is due. Raises TimeoutError."""
    until = time.monotonic() + QUIET_WITHIN
    while not is_quiet(village):
        if time.monotonic() > until:
            raise TimeoutError(
                f"not quiet after {QUIET_WITHIN:.0f} s: due {_gateway_due(village)}, {village.network.get('idle')}"
            )
        if village.gateway.poll() is not None:
            raise RuntimeError("the gateway has ended; its last words stand in gateway.log")
        time.sleep(LOOK_EVERY)


def next_moment(village: Village) -> datetime | None:
    """The next time at which the gateway or somebody on the network does something."""
    moments = (_gateway_due(village), village.network.next_due())
    return min((moment for moment in moments if moment is not None), default=None)


def jump(village: Village, to: datetime) -> None:
    """Only to be called when all is quiet. Whoever writes waits until both sides live in the same moment."""
    with village.database.write() as session:
        if to - village.clock.now(session) < AT_HAND:
            return
        village.clock.jump(session, to)
        session.flush()
        village.network.post("time", {"offset_seconds": (to - village.clock.real()).total_seconds()})


def is_quiet(village: Village) -> bool:
    """Asked twice round the network: a webhook may have planted something due while we looked."""
    return _nothing_due(village) and village.network.is_idle() and _nothing_due(village)


def _nothing_due(village: Village) -> bool:
    due = _gateway_due(village)
    return due is None or due > _now(village)


def _gateway_due(village: Village) -> datetime | None:
    with village.database.read() as session:
        return promises.next_due(session)


def _now(village: Village) -> datetime:
    with village.database.read() as session:
        return village.clock.now(session)
