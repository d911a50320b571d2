"""The simulated networks of the fault tests; each story begins on an empty one."""

import secrets
from collections.abc import Iterator

import pytest

from gateway.demo import network
from gateway.demo.network import Network
from tests.faults.figures import Tell
from tests.faults.house import quiet_network
from tests.world import OUR_NUMBER


@pytest.fixture(scope="session")
def telephones() -> Iterator[Network]:
    started = network.start(OUR_NUMBER, 0, seed=1)
    yield started
    started.process.terminate()
    started.process.communicate(timeout=5)


@pytest.fixture
def quiet() -> Iterator[Network]:
    with quiet_network("AC" + secrets.token_hex(16), secrets.token_hex(16)) as started:
        yield started


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Tell:
    """Straight to the terminal, whether the test passes or not."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {text}", flush=True)

    return say
