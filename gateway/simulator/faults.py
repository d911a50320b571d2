"""What goes wrong with a request of the account's program, and for how long?"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.simulator.dice import fall


class Mishap(StrEnum):
    TOO_MANY = "too_many"
    REFUSED = "error_before"
    FAILED = "error_after"
    LOST = "lose_reply"
    LATE = "late_reply"
    SILENCE = "silence"
    RESET = "reset"

    @property
    def is_carried_out(self) -> bool:
        """The request does its work, whatever its sender hears."""
        return self in (Mishap.FAILED, Mishap.LOST, Mishap.LATE)


OPERATIONS = ("create", "list", "fetch", "update", "delete", "create_message", "create_call", "any")
_STATUS = {Mishap.TOO_MANY: 429, Mishap.REFUSED: 503, Mishap.FAILED: 500}


@dataclass(frozen=True)
class Fault:
    """Hits a `share` of the requests of one kind: of the `next` so many, and for real `seconds`, where those are said.
    `hold`: real seconds for which a late reply is held."""

    do: Mishap
    on: str = "create"
    share: float = 1.0
    next: int | None = None
    seconds: float | None = None
    status: int = 0
    retry_after: int = 1
    hold: float = 12.0

    def __post_init__(self) -> None:
        if self.on not in OPERATIONS:
            raise ValueError(f"on is one of {', '.join(OPERATIONS)}")
        if not 0 <= self.share <= 1:
            raise ValueError("share is a number from 0 to 1")
        if min(self.next or 0, self.seconds or 0, self.retry_after, self.hold) < 0:
            raise ValueError("next, seconds, retry_after and hold are not negative")
        if self.status and not 500 <= self.status <= 599:
            raise ValueError("status is a number from 500 to 599")

    @property
    def answers(self) -> int:
        """The HTTP status, where there is an answer that tells of the fault."""
        return _STATUS[self.do] if self.do is Mishap.TOO_MANY else self.status or _STATUS.get(self.do, 500)

    def concerns(self, verb: str, kind: str) -> bool:
        """`kind` is Messages or Calls, `verb` Create, List ..."""
        return self.on in ("any", verb.lower(), f"{verb}_{kind[:-1]}".lower())


def fault_of(said: Mapping[str, Any]) -> Fault:
    return Fault(**{**said, "do": Mishap(said["do"])})


class Faults:
    """Every fault counts the requests that concern it by itself; the first one that hits a request has it."""

    def __init__(self, faults: tuple[Fault, ...], seed: int) -> None:
        self._seed = seed
        self._began = time.monotonic()
        self._faults = faults
        self._seen = [0] * len(faults)

    def hitting(self, verb: str, kind: str) -> Fault | None:
        hits = [self._hits(place, fault) for place, fault in enumerate(self._faults) if fault.concerns(verb, kind)]
        return next((fault for fault in hits if fault), None)

    def _hits(self, place: int, fault: Fault) -> Fault | None:
        self._seen[place] += 1
        is_over = fault.next is not None and self._seen[place] > fault.next
        is_past = fault.seconds is not None and time.monotonic() - self._began > fault.seconds
        if is_over or is_past:
            return None
        return fault if fall(self._seed, "fault", place, self._seen[place]) < fault.share else None
