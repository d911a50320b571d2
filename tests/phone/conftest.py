"""What every test about the telephone starts from."""

from collections.abc import Iterator

import pytest

from tests.network import Network, running_network


@pytest.fixture(scope="session")
def _network() -> Iterator[Network]:
    with running_network() as network:
        yield network


@pytest.fixture
def network(_network: Network) -> Network:
    """The simulated network without people, messages or a ledger."""
    _network.control("reset", {})
    return _network
