"""A simulated network and a durable PostgreSQL of the benchmark's own, and a way to print its table."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import quiet, tell
from tests.mortal import Mortal, mortal_postgresql

__all__ = ["quiet", "tell"]


@pytest.fixture
def durable() -> Iterator[Mortal]:
    """As an operator has it: every commit is on the disk before it is answered."""
    with mortal_postgresql("-c", "fsync=on", "-c", "synchronous_commit=on") as server:
        yield server
