"""In which order, and how many times, do webhooks leave?"""

import random
import sys
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import RLock

from gateway.simulator.badness import Badness
from gateway.simulator.ledger import Kind, Ledger
from gateway.simulator.webhooks import Outcome, Webhook, deliver

Done = Callable[[Outcome], None]
AT_ONCE = 48
MOST_HELD_BACK = 200
STATUS = ("message_status", "call_status")


class Posts:
    """Webhooks of one message or call leave in order, one after the other; those of different ones at the same time."""

    def __init__(self, auth_token: str, ledger: Ledger, lock: RLock) -> None:
        self._auth_token = auth_token
        self._ledger = ledger
        self._lock = lock
        self._pool = ThreadPoolExecutor(AT_ONCE, "webhook")
        self._lanes: dict[str, deque[tuple[Webhook, Done]]] = {}
        self._held_back: list[Webhook] = []
        self._in_flight = 0
        self.look_again: Callable[[], None] = lambda: None
        self.behave(Badness())

    def behave(self, badness: Badness) -> None:
        with self._lock:
            self.badness = badness
            self._dice = random.Random(badness.seed)

    @property
    def unfinished(self) -> int:
        return self._in_flight + len(self._held_back)

    def send(self, webhook: Webhook, done: Done) -> None:
        """`done` gets the first copy's outcome, under the network's lock. Status callbacks have no use for theirs."""
        with self._lock:
            is_shuffled = self.badness.shuffle and webhook.purpose in STATUS
            copies = [replace(webhook, copy=number) for number in range(1, self.badness.duplicate + 1)]
            if is_shuffled:
                self._held_back += copies
            else:
                self._enter(_lane_of(webhook), copies[0], done)
                self._send_copies(copies[1:])
            if self.badness.shuffle:
                self.look_again()

    def when_quiet(self) -> None:
        """Lets out what was held back, in drawn order, once nothing else moves (or it has become too much)."""
        if not self._held_back or (self._in_flight and len(self._held_back) < MOST_HELD_BACK):
            return
        self._dice.shuffle(self._held_back)
        drawn, self._held_back = self._held_back, []
        for webhook in drawn:
            self._enter("held back", webhook, _nobody_waits)

    def clear(self) -> None:
        with self._lock:
            self._held_back.clear()
            for lane in self._lanes.values():
                self._in_flight -= len(lane)
                lane.clear()

    def _send_copies(self, copies: list[Webhook]) -> None:
        if self.badness.shuffle:
            self._held_back += copies
            return
        for webhook in copies:
            self._enter(_lane_of(webhook), webhook, _nobody_waits)

    def _enter(self, lane: str, webhook: Webhook, done: Done) -> None:
        self._in_flight += 1
        if lane in self._lanes:
            self._lanes[lane].append((webhook, done))
            return
        self._lanes[lane] = deque([(webhook, done)])
        self._pool.submit(self._drive, lane)

    def _drive(self, lane: str) -> None:
        while True:
            with self._lock:
                if not self._lanes[lane]:
                    del self._lanes[lane]
                    return
                webhook, done = self._lanes[lane].popleft()
            self._post(webhook, done)

    def _post(self, webhook: Webhook, done: Done) -> None:
        outcome = deliver(webhook, self._auth_token, lambda *attempt: self._record(webhook, *attempt))
        with self._ledger.changed:
            try:
                done(outcome)
            except Exception:  # noqa: BLE001 - the edge of a job: told loudly, and the lane goes on
                traceback.print_exc(file=sys.stderr)
            finally:
                self._in_flight -= 1
                self._ledger.changed.notify_all()
                if self._held_back:
                    self.look_again()

    def _record(self, webhook: Webhook, attempt: int, outcome: Outcome, seconds: float) -> None:
        self._ledger.add(
            Kind.WEBHOOK,
            purpose=webhook.purpose,
            sid=webhook.sid,
            url=webhook.url,
            parameters=dict(webhook.parameters),
            token=webhook.token,
            copy=webhook.copy,
            attempt=attempt,
            status=outcome.status,
            error=outcome.why,
            milliseconds=round(seconds * 1000),
        )


def _lane_of(webhook: Webhook) -> str:
    """What is told of a call does not hold up what is asked in it."""
    return f"{webhook.sid} told" if webhook.purpose in STATUS else webhook.sid


def _nobody_waits(outcome: Outcome) -> None:
    pass
