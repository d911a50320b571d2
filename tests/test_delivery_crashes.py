"""A process is killed between any two steps of a send: is nothing lost and nothing said twice?"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from gateway import delivery
from gateway.clock import Clock
from gateway.phone.outcome import Taken
from gateway.phone.twilio_out import Telephone
from gateway.settings import Settings
from gateway.store import outbox
from gateway.store.claims import LEASE
from gateway.store.database import Database, open_database
from gateway.store.queries.people import number_of
from gateway.store.sealing import Keys
from gateway.store.tables import Kind, Message, Phone, Sending
from tests.delivering import AT_ONCE, FAST, Later, Post, post
from tests.network import Network, settings_for

AFTER_THE_LEASE = Later(LEASE + timedelta(seconds=1))
CLOCK = Clock()


def die(*_: object) -> None:
    """No handler, no rollback, no farewell."""
    os.kill(os.getpid(), signal.SIGKILL)


def flush_and_die(session: Session) -> None:
    session.flush()
    die()


def go_on(*_: object) -> None:
    pass


Step = Callable[..., None]
# What happens after the claim, after the POST, inside the write and after it.
CRASHES: dict[str, tuple[Step, Step, Step]] = {
    "after the claim": (die, die, die),
    "after the post": (go_on, die, die),
    "inside the write": (go_on, go_on, flush_and_die),
    "after the write": (go_on, go_on, go_on),
}


def send_one(url: str, network: str, point: str) -> None:
    """The steps of `delivery.drain`, each by the function that it uses, with a death between two of them."""
    database, telephone = open_database(url, Keys((b"d" * 32,), b"i" * 32)), Telephone(settings_for(network))
    after_claim, after_post, in_write = CRASHES[point]
    with database.write() as session:
        (row,) = outbox.claim(session, CLOCK.real(), CLOCK.now(session), 1, FAST)
    after_claim()
    assert isinstance(row, Message)
    with database.read() as session:
        number, body = number_of(session, session.get_one(Phone, row.phone_id)), outbox.body_of(session, row)
    taken = telephone.send(row.id, number, body, 600)
    after_post()
    with database.write() as session:
        outbox.accepted(session, row, row.attempt, taken.provider_id, CLOCK.now(session))
        in_write(session)
    die()


class Dying(Telephone):
    """The process dies when so many POSTs have been answered; others may be on their way at that moment."""

    answered = 0

    def __init__(self, settings: Settings, after: int) -> None:
        super().__init__(settings)
        self.after = after

    def send(self, *what: Any) -> Taken:
        taken = super().send(*what)
        self.answered += 1
        if self.answered == self.after:
            die()
        return taken


def send_all(url: str, network: str, after: int) -> None:
    database = open_database(url, Keys((b"d" * 32,), b"i" * 32))
    delivery.drain(database, Dying(settings_for(network), after), CLOCK, FAST)


@pytest.fixture
def office(database: Database, one_network: Network) -> Post:
    return post(database, one_network)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("kind", [Kind.PROMPT, Kind.CASE])
@pytest.mark.parametrize("point", CRASHES)
def test_killed_at_any_point_it_is_said_once(office: Post, database_url: str, point: str, kind: Kind) -> None:
    row = office.put(kind)
    office.database.engine.dispose()  # nothing open is carried into the child
    child = multiprocessing.get_context("fork").Process(target=send_one, args=(database_url, office.network.url, point))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert (office.drain(), office.look()) == (0, 0)  # its lease still runs, or it is done
    for _ in range(3):
        office.look(AT_ONCE, AFTER_THE_LEASE)
        office.drain()
    assert office.sent() == ["Hello"]
    assert office.message(row).state == Sending.ACCEPTED
    assert office.message(row).provider_id == office.network.ledger("sms_out")[0]["sid"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("after", [1, 2, 3])
def test_killed_among_the_posts_of_one_claim_each_is_said_once(office: Post, database_url: str, after: int) -> None:
    """Some have left, some are on their way, some have not begun: nobody but the provider knows which."""
    village = office.village
    rows = [office.put(body=to.code, to=to) for to in (village.amina, village.baraka, village.chandra)]
    office.database.engine.dispose()
    child = multiprocessing.get_context("fork").Process(target=send_all, args=(database_url, office.network.url, after))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    for _ in range(3):
        office.look(AT_ONCE, AFTER_THE_LEASE)
        office.drain()
    assert sorted(office.sent()) == sorted(to.code for to in (village.amina, village.baraka, village.chandra))
    assert [office.message(row).state for row in rows] == [Sending.ACCEPTED] * 3
