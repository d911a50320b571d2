"""In which order, and how many times, do webhooks leave?"""

import random
import sys
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from threading import Condition, Thread

from gateway.simulator.badness import Badness, Post
from gateway.simulator.ledger import Kind, Ledger
from gateway.simulator.lines import Lines
from gateway.simulator.webhooks import Outcome, Webhook, deliver

Done = Callable[[Outcome], None]
AT_ONCE = 48
MOST_HELD_BACK = 200
STATUS = ("message_status", "call_status")
_ON_TIME = Post()


class Posts:
    """Webhooks of one message or call leave in order, one after the other; those of different ones at the same time."""

    def __init__(self, auth_token: str, ledger: Ledger, quiet: Condition) -> None:
        """`quiet` has the network's lock, and is notified when nothing is left."""
        self._auth_token = auth_token
        self._ledger = ledger
        self._quiet = quiet
        self._open_lines = Lines()
        self._work: SimpleQueue[str] = SimpleQueue()
        self._lanes: dict[str, deque[tuple[Webhook, Done]]] = {}
        self._held_back: list[Webhook] = []
        self._in_flight = 0
        self.look_again: Callable[[], None] = lambda: None
        self.later: Callable[[float, Callable[[], None]], object] = lambda seconds, action: None
        self.behave(Badness())
        for number in range(AT_ONCE):
            Thread(target=self._drive_lanes, name=f"webhook {number}", daemon=True).start()

    def behave(self, badness: Badness) -> None:
        with self._quiet:
            self.badness = badness
            self._dice = random.Random(badness.seed)

    @property
    def unfinished(self) -> int:
        return self._in_flight + len(self._held_back)

    def send(self, webhook: Webhook, done: Done) -> None:
        """`done` gets the first copy's outcome, under the network's lock. Status callbacks have no use for theirs."""
        with self._quiet:
            post, seed = self._post_of(webhook), self.badness.seed
            if post.loses(seed, webhook.key):
                self._ledger.add(Kind.LOST, sid=webhook.sid, purpose=webhook.purpose, why="a bad day: never sent")
                return
            times = self.badness.duplicate + post.doubles(seed, webhook.key)
            late = post.seconds_late(seed, webhook.key)
            if late:
                self.later(late, lambda: self._leave(webhook, times, done))
            else:
                self._leave(webhook, times, done)

    def _post_of(self, webhook: Webhook) -> Post:
        if webhook.purpose in STATUS:
            return self.badness.callbacks
        return self.badness.inbound if webhook.purpose == "sms" else _ON_TIME

    def _leave(self, webhook: Webhook, times: int, done: Done) -> None:
        is_shuffled = self.badness.shuffle and webhook.purpose in STATUS
        copies = [replace(webhook, copy=number) for number in range(2, times + 1)]
        if is_shuffled:
            self._held_back += [webhook, *copies]
        else:
            self._enter(_lane_of(webhook), webhook, done)
            self._send_copies(copies)
        if self.badness.shuffle:
            self.look_again()

    def when_quiet(self) -> None:
        """Lets out what was held back, in drawn order, once nothing else moves (or it has become too much)."""
        if not self._held_back or (self._in_flight and len(self._held_back) < MOST_HELD_BACK):
            return
        self._held_back.sort(key=lambda webhook: (webhook.key, webhook.copy))
        self._dice.shuffle(self._held_back)
        drawn, self._held_back = self._held_back, []
        for webhook in drawn:
            self._enter("held back", webhook, _nobody_waits)

    def clear(self) -> None:
        with self._quiet:
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
        self._work.put(lane)

    def _drive_lanes(self) -> None:
        while True:
            self._drive(self._work.get())

    def _drive(self, lane: str) -> None:
        while True:
            with self._quiet:
                if not self._lanes[lane]:
                    del self._lanes[lane]
                    return
                webhook, done = self._lanes[lane].popleft()
            self._post(webhook, done)

    def _post(self, webhook: Webhook, done: Done) -> None:
        outcome = deliver(self._open_lines, webhook, self._auth_token, lambda *attempt: self._record(webhook, *attempt))
        with self._quiet:
            try:
                done(outcome)
            except Exception:  # noqa: BLE001 - the edge of a job: told loudly, and the lane goes on
                traceback.print_exc(file=sys.stderr)
            finally:
                self._in_flight -= 1
                if self._held_back:
                    self.look_again()
                elif self._in_flight == 0:
                    self._quiet.notify_all()

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
            detail=outcome.detail,
            milliseconds=round(seconds * 1000),
        )


def _lane_of(webhook: Webhook) -> str:
    """What is told of a call does not hold up what is asked in it."""
    return f"{webhook.sid} told" if webhook.purpose in STATUS else webhook.sid


def _nobody_waits(outcome: Outcome) -> None:
    pass
