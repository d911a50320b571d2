"""What happens when story time passes a moment?"""

import heapq
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, RLock, Thread

from gateway.simulator.clock import StoryClock


@dataclass(order=True)
class Due:
    """One event to come. Equal moments fire in the order in which they were planned."""

    at: datetime
    turn: int
    action: Callable[[], None] = field(compare=False)
    is_cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.is_cancelled = True


class Schedule:
    """One thread fires what is due, holding the network's lock; `when_quiet` is called each time nothing is due."""

    def __init__(self, clock: StoryClock, lock: RLock, when_quiet: Callable[[], None]) -> None:
        self._clock = clock
        self._heap: list[Due] = []
        self._turn = 0
        self._wake = Condition(lock)
        self._when_quiet = when_quiet

    def start(self) -> None:
        Thread(target=self._run, name="story", daemon=True).start()

    def at(self, moment: datetime, action: Callable[[], None]) -> Due:
        with self._wake:
            self._turn += 1
            due = Due(moment, self._turn, action)
            heapq.heappush(self._heap, due)
            if self._heap[0] is due:
                self._wake.notify()
            return due

    def next_due(self) -> datetime | None:
        with self._wake:
            while self._heap and self._heap[0].is_cancelled:
                heapq.heappop(self._heap)
            return self._heap[0].at if self._heap else None

    def is_anything_due(self) -> bool:
        due = self.next_due()
        return due is not None and due <= self._clock.now()

    def look_again(self) -> None:
        """The offset moved, or something that `when_quiet` looks after has changed."""
        with self._wake:
            self._wake.notify()

    def clear(self) -> None:
        with self._wake:
            self._heap.clear()

    def _run(self) -> None:
        with self._wake:
            while True:
                if self.is_anything_due():
                    _fire(heapq.heappop(self._heap))
                    continue
                self._when_quiet()
                self._wake.wait(self._seconds_to_next())

    def _seconds_to_next(self) -> float | None:
        due = self.next_due()
        return None if due is None else max(0.0, (due - self._clock.now()).total_seconds())


def _fire(due: Due) -> None:
    try:
        due.action()
    except Exception:  # noqa: BLE001 - the edge of a job: told loudly, and the other events still happen
        traceback.print_exc(file=sys.stderr)
