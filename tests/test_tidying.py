"""What went through the provider leaves it once its delivery is over, and a provider that is away loses nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import keeping
from gateway.clock import Clock
from gateway.keeping.tidying import AT_ONCE, GIVE_UP, NEVER_TOLD, SETTLED
from gateway.phone.outcome import ProviderError
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import Inbound, Kind, Message, Sending
from tests import canaries
from tests.network import Network, running_network, settings_for
from tests.talking import begin
from tests.village import BARAKA, MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with running_network() as running:
        yield running


class Noon(Clock):
    """A clock that is set by hand."""

    def __init__(self, now: object) -> None:
        super().__init__(story=True)
        self.moment = now

    def now(self, session: object) -> object:  # type: ignore[override]  # as above, on any session
        return self.moment


def sent_through(network: Network, database: Database, number: int) -> tuple[Telephone, list[str]]:
    """Messages that the network has delivered, with their receipts as rows."""
    telephone, ids = Telephone(settings_for(network.url)), []
    with database.write() as session:
        phone = phone_by_number(session, BARAKA)
        assert phone
        for _ in range(number):
            row = outbox.put_sms(
                session, MONDAY, to=phone, body=canaries.WORDS, subject=None, kind=Kind.NOTICE, valid_for=HOUR
            )
            row.state, row.receipt, row.receipt_at, row.sent_at = Sending.ACCEPTED, "delivered", MONDAY, MONDAY
            row.provider_id = telephone.send(row.id, BARAKA, canaries.WORDS, 600).provider_id
            ids.append(row.provider_id)
    network.control("idle?wait=10")
    return telephone, ids


def redacted(network: Network) -> list[str]:
    return [entry["sid"] for entry in network.ledger("redacted")]


def test_bodies_leave_the_provider_once_doubts_are_settled(network: Network, database: Database) -> None:
    begin(database)
    telephone, ids = sent_through(network, database, AT_ONCE + 2)
    before = len(redacted(network))
    assert keeping.tidy(database, telephone, Noon(MONDAY + SETTLED / 2)) == 0
    assert keeping.tidy(database, telephone, Noon(MONDAY + SETTLED)) == AT_ONCE
    assert keeping.tidy(database, telephone, Noon(MONDAY + SETTLED)) == 2
    assert keeping.tidy(database, telephone, Noon(MONDAY + SETTLED)) == 0
    assert redacted(network)[before:] == ids


def test_what_the_provider_does_not_know_is_gone(network: Network, database: Database) -> None:
    begin(database)
    with database.write() as session:
        session.add(Inbound(key=f"sms:AC:SM{'0' * 32}", kind="sms", received_at=MONDAY))
    assert keeping.tidy(database, Telephone(settings_for(network.url)), Noon(MONDAY + HOUR)) == 1


def test_a_provider_that_is_away_loses_nothing(network: Network, database: Database) -> None:
    begin(database)
    telephone, ids = sent_through(network, database, 2)
    nobody = Telephone(settings_for("http://127.0.0.1:9"))
    with pytest.raises(ProviderError):
        keeping.tidy(database, nobody, Noon(MONDAY + HOUR))
    assert keeping.tidy(database, telephone, Noon(MONDAY + HOUR)) == len(ids)


def test_what_never_had_a_last_word_is_asked_after_a_day_and_given_up_in_the_end(
    network: Network, database: Database
) -> None:
    begin(database)
    telephone, _ = sent_through(network, database, 1)
    with database.write() as session:
        row = session.scalars(select(Message).where(Message.provider_id.is_not(None))).one()
        row.receipt = "sent"
    assert keeping.tidy(database, telephone, Noon(MONDAY + HOUR)) == 0
    assert keeping.tidy(database, telephone, Noon(MONDAY + GIVE_UP)) == 0
    assert keeping.tidy(database, telephone, Noon(MONDAY + NEVER_TOLD)) == 1
