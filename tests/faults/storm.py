"""While a crowd answers, a process is killed with -9 again and again; then calm, and everything is settled."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from gateway import delivery, outreach
from gateway.cases import ladder
from gateway.clock import Clock
from gateway.phone.twilio_out import Telephone
from tests.faults import crowd, reckoning
from tests.faults.house import NAMES, House, pause
from tests.faults.reckoning import Reckoning

AT_WORK = 2.5  # seconds after its birth a process has read its modules and is worth killing
MINUTES_LATER = timedelta(minutes=3)  # leases have run out, and what was in doubt may be looked up
ANSWERS_WITHIN = 5  # the longest wait for the network to be idle
LONGEST = 3600.0
LONGEST_THOUGHT = 600  # seconds; later than that is a reminder
CALM = 4.0  # longer than a process takes to be back


class Later(Clock):
    """Real time as it will be in some minutes: leases need not be waited for. The story stays where it is."""

    def __init__(self, by: timedelta) -> None:
        super().__init__(story=True)
        self.by = by

    def real(self) -> datetime:
        return super().real() + self.by


@dataclass
class Storm:
    """How often each was killed, and how many messages had come in at the last kill."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    seconds: float = 0.0


def begin(house: House, phones: list[str], per_second: float, seed: int) -> None:
    """All processes run, the clock strikes nine, and everybody answers in about so many messages a second."""
    spread = max(2.0, 2 * len(phones) / per_second)
    for start in range(0, len(phones), 500):
        house.network.post("numbers", crowd.people(phones, spread, seed)[start : start + 500])
    for name in NAMES:
        house.start(name)
    house.wait_for_web()
    house.jump(house.begins + timedelta(minutes=1))


def kill_at_random(house: House, kills: int, every: float, seed: int) -> Storm:
    """One after the other, each begun again at once, until `kills` are done."""
    dice, storm = Random(seed), Storm()
    for _ in range(kills):
        pause(dice.uniform(0.5 * every, 1.5 * every))
        name = dice.choice(NAMES)
        while house.age(name) < AT_WORK:
            pause(0.1)
        house.kill(name)
        storm.kills[name] += 1
        house.start(name)
    house.wait_for_web()
    return storm


def wait_until_quiet(house: House, within: float = LONGEST) -> None:
    """For some seconds nothing has moved on the network, and nobody is about to answer."""
    until, seq, since = time.monotonic() + within, -1, time.monotonic()
    while time.monotonic() < until:
        idle = house.network.get("idle")
        is_thinking = idle["next_in"] is not None and idle["next_in"] < LONGEST_THOUGHT
        if idle["seq"] != seq or is_thinking or not idle["idle"]:
            seq, since = idle["seq"], time.monotonic()
        elif time.monotonic() - since > CALM:
            return
        pause(0.2)
    raise AssertionError(f"never quiet: {house.network.get('idle')}")


def settle(house: House) -> Reckoning:
    """The minutes after: what was under a lease is looked up and sent, by the same verbs, in this process."""
    for name in ("jobs", "clock"):
        if name in house.running:
            house.kill(name)
    later, telephone = Later(MINUTES_LATER), Telephone(house.settings)
    rates = delivery.rates_of(house.settings)
    for _ in range(200):
        done = 0
        for tick in (outreach.tick, ladder.tick):
            with house.database.write() as session:
                done += tick(session, house.clock.now(session))
        done += delivery.settle_doubts(house.database, telephone, later)
        done += delivery.drain(house.database, telephone, house.clock, rates)
        house.network.get(f"idle?wait={ANSWERS_WITHIN}")
        if done == 0:
            later.by += MINUTES_LATER  # the second look
            with house.database.read() as session:
                if not reckoning.undecided(session) and _is_idle(house):
                    break
    return reckoning.reckon(house.database, house.network)


def _is_idle(house: House) -> bool:
    return bool(house.network.get("idle")["idle"])
