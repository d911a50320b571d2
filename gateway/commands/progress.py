"""How far is long work? One line on a terminal that is written over; nothing where nobody looks."""

import sys
from types import TracebackType
from typing import Self, TextIO


class Progress:
    """`with Progress("rows") as progress: ... progress.show(500, 20_000)`; on standard error."""

    def __init__(self, what: str, to: TextIO | None = None) -> None:
        self._what = what
        self._to = to or sys.stderr
        self._is_seen = self._to.isatty()

    def __enter__(self) -> Self:
        return self

    def show(self, done: int, of: int) -> None:
        self._write(f"{done} of {of} {self._what}")

    def count(self, called: str, done: int) -> None:
        self._write(f"{called}: {done} {self._what}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        if self._is_seen:
            self._to.write("\r\033[K")

    def _write(self, line: str) -> None:
        if self._is_seen:
            self._to.write(f"\r\033[K{line}")
            self._to.flush()
