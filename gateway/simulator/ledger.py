"""What has happened on the network, in which order?"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from threading import Condition, RLock
from typing import Any

from gateway.simulator.clock import StoryClock, iso

Entry = dict[str, Any]


class Kind(StrEnum):
    REQUEST = "request"
    SMS_OUT = "sms_out"
    MESSAGE_STATUS = "message_status"
    SMS_IN = "sms_in"
    OPT_OUT = "opt_out"
    CALL = "call"
    SPOKEN = "spoken"
    CONNECTED = "connected"
    WAITING = "waiting"
    PRESSED = "pressed"
    WEBHOOK = "webhook"
    REDACTED = "redacted"
    LOST = "lost"
    VIOLATION = "violation"


_TRIMMED_AT_ONCE = 1000


class Ledger:
    """Append-only. The lock is the network's own, so that an entry and the change it tells of are seen together.
    A quiet one leaves out what only repeats. `most`: the oldest entries beyond that go."""

    def __init__(self, clock: StoryClock, lock: RLock) -> None:
        self._clock = clock
        self.is_quiet = False
        self.most: int | None = None
        self._entries: list[Entry] = []
        self._cleared_at = 0
        self.version = 0
        self.changed = Condition(lock)

    @property
    def seq(self) -> int:
        return self._cleared_at + len(self._entries)

    def add(self, kind: Kind, /, **facts: object) -> None:
        with self.changed:
            if not (self.is_quiet and _only_repeats(kind, facts)):
                self._append(kind, facts)
            self.touch()

    def _append(self, kind: Kind, facts: dict[str, object]) -> None:
        if self.is_quiet:
            facts.pop("parameters", None)
        self._entries.append({"seq": self.seq + 1, "at": iso(self._clock.now()), "kind": kind.value, **facts})
        if self.most is not None and len(self._entries) > self.most + _TRIMMED_AT_ONCE:
            self._cleared_at += _TRIMMED_AT_ONCE
            del self._entries[:_TRIMMED_AT_ONCE]

    def touch(self) -> None:
        """Something changed that a page shows, though it is no event of the network."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def since(self, seq: int, kinds: Collection[str] = (), limit: int | None = None) -> list[Entry]:
        with self.changed:
            later = self._entries[max(0, seq - self._cleared_at) :]
        fitting = [entry for entry in later if not kinds or entry["kind"] in kinds]
        return fitting[:limit]

    def clear(self) -> None:
        """Numbers go on, so that a page that polls does not take the new ledger for the old one."""
        with self.changed:
            self._cleared_at = self.seq
            self._entries.clear()
            self.touch()


def _only_repeats(kind: Kind, facts: Mapping[str, object]) -> bool:
    """Requests and statuses that went well, and that their status callback was taken."""
    if kind is Kind.REQUEST:
        return "fault" not in facts and facts["code"] is None
    is_taken = kind is Kind.WEBHOOK and facts["purpose"] == "message_status" and facts["status"] in range(200, 300)
    return is_taken or (kind is Kind.MESSAGE_STATUS and facts["error_code"] is None)
