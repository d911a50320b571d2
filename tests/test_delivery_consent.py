"""Is whoever sent START after a stop really sent the question, and nothing else?"""

import pytest

from gateway.store.database import Database
from gateway.store.queries.people import CONSENT_ASKED
from gateway.store.tables import Sending, Standing
from tests.network import Network
from tests.test_delivery import drain, message, network, put_sms, sent, village  # noqa: F401 - the fixtures
from tests.village import Village


@pytest.mark.parametrize(("why", "leaves"), [(CONSENT_ASKED, True), ("paused", False)])
def test_a_pause_that_waits_for_her_consent_lets_the_question_out(
    database: Database,
    village: Village,  # noqa: F811 - the fixture
    network: Network,  # noqa: F811 - the fixture
    why: str,
    leaves: bool,
) -> None:
    with database.write() as session:
        amina = session.merge(village.amina)
        amina.standing, amina.standing_why = Standing.PAUSED, why
    row = put_sms(database, village, "May we ask you?")
    drain(database, network)
    assert (message(database, row).state is Sending.ACCEPTED) is leaves
    assert sent(network) == (["May we ask you?"] if leaves else [])
