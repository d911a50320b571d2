"""How long may a transaction wait for its database, whatever has become of it?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg import errors

WEBHOOK_SECONDS = 0.8  # the provider is promised its 503 within 1 s, and a busy machine needs some of it
SILENCE_SECONDS = 7.0  # a server that lives ends every statement after 5 s by itself

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """All that waits for the database inside shares these seconds. None: each wait has its own limit."""
    if seconds is None:
        yield
        return
    token = _ends.set(time.monotonic() + left(seconds))
    try:
        yield
    finally:
        _ends.reset(token)


def left(at_most: float) -> float:
    """Seconds that one more wait may take; 0 when all are used up."""
    ends = _ends.get()
    return at_most if ends is None else max(0.0, min(at_most, ends - time.monotonic()))


def is_over() -> bool:
    return left(1.0) == 0.0


class Impatient(psycopg.Connection[Any]):
    """Gives up a server that says nothing.

    A stopped process, a frozen machine or a dead network still takes what is sent: the kernel acknowledges, TCP's own
    time-outs never begin, and the server's statement_timeout needs a server. So the waiting itself has an end.
    """

    silence: float | None = SILENCE_SECONDS  # None: a migration or a backup takes as long as it takes

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        allowed = timeout if self.silence is None else left(min(timeout or self.silence, self.silence))
        try:
            return super().wait(gen, interval, allowed)
        except errors._WaitTimeout:
            self.pgconn.finish()  # an answer that still comes would be taken for that of the next question
            raise psycopg.OperationalError("the server does not answer") from None
