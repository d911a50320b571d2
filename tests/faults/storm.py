"""While a crowd answers, a process is killed with -9 again and again; then calm, and everything is settled."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gateway import delivery, intake, outreach, watch
from gateway.cases import ladder
from gateway.clock import Clock
from gateway.phone.twilio_out import Telephone
from tests.faults import crowd, reckoning
from tests.faults.house import NAMES, House, pause
from tests.faults.reckoning import Reckoning

People = Callable[[list[str], float, int], list[dict[str, Any]]]
AT_WORK = 2.5  # seconds after its birth a process has read its modules and is worth killing
MINUTES_LATER = timedelta(minutes=3)  # leases have run out, and what was in doubt may be looked up
NEVER = timedelta(hours=12)
ANSWERS_WITHIN = 5  # the longest wait for the network to be idle
LONGEST = 3600.0
LONGEST_THOUGHT = 600  # seconds; later than that is a reminder
UNTIL_FIRST = 60  # seconds
CALM = 4.0  # longer than a process takes to be back


class Later(Clock):
    """Real time as it will be in some minutes: leases need not be waited for. The story stays where it is."""

    def __init__(self, by: timedelta) -> None:
        super().__init__(story=True)
        self.by = by

    def real(self) -> datetime:
        return super().real() + self.by


def begin(
    house: House,
    phones: list[str],
    per_second: float,
    seed: int,
    names: Sequence[str] = NAMES,
    people: People = crowd.people,
) -> None:
    """These processes run, the clock strikes nine, and everybody answers in about so many messages a second."""
    spread = max(2.0, 2 * len(phones) / per_second)
    for start in range(0, len(phones), 500):
        house.network.post("numbers", people(phones, spread, seed)[start : start + 500])
    watch.fill_gaps(house.database, Telephone(house.settings), house.clock, intake.heard)  # from here on
    for name in names:
        house.start(name)
    house.wait_for_web()
    house.jump(house.begins + timedelta(minutes=1))
    if "clock" in names:
        _wait_for_first(house)


def _wait_for_first(house: House) -> None:
    """The processes have read their modules and begun to send."""
    until = time.monotonic() + UNTIL_FIRST
    while not house.network.get("ledger?kind=sms_out&limit=1")["entries"]:
        assert time.monotonic() < until, "nothing was ever sent"
        pause(0.2)


def kill_at_random(house: House, kills: int, every: float, seed: int) -> dict[str, int]:
    """One after the other, each begun again at once, until `kills` are done."""
    dice = Random(seed)
    victims = [NAMES[number % len(NAMES)] for number in range(kills)]
    dice.shuffle(victims)
    for name in victims:
        pause(dice.uniform(0.5 * every, 1.5 * every))
        while house.age(name) < AT_WORK:
            pause(0.1)
        house.kill(name)
        house.start(name)
    house.wait_for_web()
    return dict(Counter(victims))


def wait_until_quiet(house: House, within: float = LONGEST) -> None:
    """For some seconds nothing has moved on the network, and nobody is about to answer."""
    until, seq, since = time.monotonic() + within, -1, time.monotonic()
    while time.monotonic() < until:
        idle = house.network.get("idle")
        if idle["seq"] != seq or _is_thinking(idle) or not idle["idle"]:
            seq, since = idle["seq"], time.monotonic()
        elif time.monotonic() - since > CALM:
            return
        pause(0.2)
    raise AssertionError(f"never quiet: {house.network.get('idle')}")


def settle(house: House) -> Reckoning:
    """The minutes after: what was under a lease is looked up and sent, what never came in is fetched.

    By the same verbs, in this process, at a clock that runs ahead: nobody waits for a lease to run out.
    """
    for name in ("jobs", "clock"):
        if name in house.running:
            house.kill(name)
    later, telephone = Later(MINUTES_LATER), Telephone(house.settings)
    while True:
        done = _work(house, later, telephone)
        idle = house.network.get(f"idle?wait={ANSWERS_WITHIN}")
        if done or not idle["idle"]:
            continue
        if _is_thinking(idle):
            pause(0.1)
            continue
        with house.database.read() as session:
            if not reckoning.undecided(session):
                return reckoning.reckon(house.database, house.network)
        later.by += MINUTES_LATER  # a lease, or the second look
        assert later.by < NEVER, "rows of the outbox that nothing ever decides"


def _work(house: House, clock: Clock, telephone: Telephone) -> int:
    done = watch.fill_gaps(house.database, telephone, clock, intake.heard)
    for tick in (outreach.tick, ladder.tick):
        with house.database.write() as session:
            done += tick(session, clock.now(session))
    done += delivery.settle_doubts(house.database, telephone, clock)
    return done + delivery.drain(house.database, telephone, clock, delivery.rates_of(house.settings))


def _is_thinking(idle: dict[str, Any]) -> bool:
    return idle["next_in"] is not None and bool(idle["next_in"] < LONGEST_THOUGHT)
