"""What does every test of the simulator start with: one process, made new between tests, and a site that hears it?"""

from collections.abc import Iterator

import pytest
from twilio.rest import Client

from tests.simulator.account import Driver, Site, client_of, serve_site, start_simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    process, base = start_simulator("--seed", "7")
    yield base
    process.terminate()
    process.wait(timeout=5)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = serve_site(site)
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def driver(simulator: str, site: Site) -> Iterator[Driver]:
    """A network with nobody on it, whose number's webhooks go to the site."""
    driver = Driver(simulator)
    driver.post("reset", {})
    addresses = {"sms": site.base + "/sms", "voice": site.base + "/voice", "call_status": site.base + "/call-status"}
    driver.post("webhooks", {"sms_fallback": None, "voice_fallback": None, **addresses})
    yield driver
    driver.settle()
    driver.close()


@pytest.fixture
def client(simulator: str) -> Iterator[Client]:
    client = client_of(simulator)
    yield client
    session = client.http_client.session
    if session:
        session.close()
