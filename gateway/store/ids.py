"""How a row gets its name: 32 hexadecimal digits that sort by the time given."""

import secrets
from datetime import datetime, timedelta
from threading import Lock

from gateway.store.types import EPOCH

COUNTER_BITS = 26
RANDOM_BITS = 48


def new_id(now: datetime) -> str:
    """UUID version 7 (RFC 9562, method 1): milliseconds, then a counter, then chance.

    The counter keeps what one process makes within one millisecond in order: a whole transaction shares one `now`.
    """
    milliseconds = (now - EPOCH) // timedelta(milliseconds=1)
    count = _counter.next(milliseconds)
    number = milliseconds << 80
    number |= 0x7 << 76 | (count >> 14) << 64
    number |= 0b10 << 62 | (count & 0x3FFF) << RANDOM_BITS
    return f"{number | secrets.randbits(RANDOM_BITS):032x}"


def earliest_id(since: datetime) -> str:
    """Sorts before every id that was made at or after this moment: rows since then are one piece of their key."""
    return f"{(since - EPOCH) // timedelta(milliseconds=1) << 80:032x}"


class _Counter:
    def __init__(self) -> None:
        self._lock = Lock()
        self._milliseconds = -1
        self._count = 0

    def next(self, milliseconds: int) -> int:
        with self._lock:
            self._count = self._count + 1 if milliseconds == self._milliseconds else 0
            self._milliseconds = milliseconds
            if self._count >> COUNTER_BITS:
                raise OverflowError("too many ids for one millisecond")
            return self._count


_counter = _Counter()
