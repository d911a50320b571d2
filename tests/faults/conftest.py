"""What the fault tests ask for: a network with a quiet ledger, and a way to say what was counted."""

import secrets
from collections.abc import Iterator

import pytest

from gateway.demo.network import Network
from tests.faults.figures import Tell
from tests.faults.house import quiet_network


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
