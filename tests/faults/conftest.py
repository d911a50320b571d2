"""The simulated network of the fault tests; each story begins on an empty one."""

from collections.abc import Iterator

import pytest

from gateway.demo import network
from gateway.demo.network import Network
from tests.world import OUR_NUMBER


@pytest.fixture(scope="session")
def telephones() -> Iterator[Network]:
    started = network.start(OUR_NUMBER, 0, seed=1)
    yield started
    started.process.terminate()
    started.process.communicate(timeout=5)
