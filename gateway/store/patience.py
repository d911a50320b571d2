"""How long may a transaction wait for its database, whatever has become of it?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors

WEBHOOK_SECONDS = 0.8  # of waiting: the provider is promised its 503 within 1 s
SILENCE_SECONDS = 7.0  # a server that lives ends every statement after 5 s by itself

HANDSHAKE_SECONDS = 2.0


@dataclass
class _Purse:
    seconds: float


_purse: ContextVar[_Purse | None] = ContextVar("purse", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """All waits for the database inside share these seconds. None: each wait has its own limit.

    Only waiting counts. Our own work on a slow machine is no sign that the database is away, and a webhook refused for
    it would come again and make the machine slower. Inside another `within` the outer one holds.
    """
    if seconds is None or _purse.get() is not None:
        yield
        return
    token = _purse.set(_Purse(seconds))
    try:
        yield
    finally:
        _purse.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """What passes inside is spent."""
    began = time.monotonic()
    try:
        yield
    finally:
        if purse := _purse.get():
            purse.seconds -= time.monotonic() - began


def left(at_most: float) -> float:
    """Seconds that one more wait may take; 0 when all are used up."""
    purse = _purse.get()
    return at_most if purse is None else max(0.0, min(at_most, purse.seconds))


def is_over() -> bool:
    return left(1.0) == 0.0


class Impatient(psycopg.Connection[Any]):
    """Gives up a server that says nothing.

    A stopped process, a frozen machine or a dead network still takes what is sent: the kernel acknowledges, TCP's own
    time-outs never begin, and the server's statement_timeout needs a server. So the waiting itself has an end.
    """

    silence: float | None = SILENCE_SECONDS  # None: a migration or a backup takes as long as it takes

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Any:
        """Of a server that listens and never says hello; the driver itself waits two seconds at least."""
        ends, steps = time.monotonic() + left(HANDSHAKE_SECONDS), super()._connect_gen(conninfo)
        asked = next(steps)
        while True:
            ready = yield asked  # nothing every tenth of a second
            if not ready and time.monotonic() >= ends:
                raise psycopg.OperationalError("the server does not take the connection")
            try:
                asked = steps.send(ready)
            except StopIteration as connected:
                return connected.value

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        allowed = timeout if self.silence is None else left(min(timeout or self.silence, self.silence))
        try:
            with waiting():
                return super().wait(gen, interval, allowed)
        except errors._WaitTimeout:
            self.pgconn.finish()  # an answer that still comes would be taken for that of the next question
            raise psycopg.OperationalError("the server does not answer") from None
