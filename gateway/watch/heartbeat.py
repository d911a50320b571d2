"""Who outside learns, by our silence, that something is wrong?"""

import logging
from datetime import timedelta

import requests

from gateway.clock import Clock
from gateway.store.database import Database
from gateway.store.marks import is_my_turn
from gateway.watch.audit import audit

HEARTBEAT = "heartbeat"
ONCE_IN = timedelta(minutes=1)
SECONDS = 3

log = logging.getLogger(__name__)


def call_home(database: Database, clock: Clock, url: str | None) -> bool:
    """Calls HEARTBEAT_URL, once a minute however many clocks there are, and only while every promise is kept."""
    if not url:
        return False
    with database.read() as session:
        findings = audit(session, clock.now(session))
    if findings:
        log.error("no heartbeat: %d promises that nobody keeps", len(findings))
        return False
    with database.write() as session:
        if not is_my_turn(session, HEARTBEAT, clock.real(), ONCE_IN):
            return False
    try:
        requests.get(url, timeout=SECONDS).raise_for_status()
    except requests.RequestException as error:
        log.warning("the heartbeat was not heard: %s", type(error).__name__)  # its text holds a secret address
        return False
    return True
