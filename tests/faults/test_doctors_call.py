"""A process is killed between the claim of a doctor's call and its POST: is he rung once, and no tier kept waiting?"""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.clock import Clock
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.claims import LEASE
from gateway.store.database import Database, open_database
from gateway.store.queries.people import number_of
from gateway.store.sealing import Keys
from gateway.store.tables import Call, Phone, Sending
from tests.cases.story import DANGER, Story, begin
from tests.cases.telephone import give_codes
from tests.delivering import AT_ONCE, FAST, Later, Post
from tests.network import Network, settings_for

AFTER_THE_LEASE = Later(LEASE + timedelta(seconds=1))
POINTS = ("after the claim", "after the post", "after the write")


def ring_and_die(url: str, network: str, story: Story, point: str) -> None:
    """The steps of `delivery.drain`, with a death between two of them: no handler, no rollback."""
    database, telephone = open_database(url, Keys((b"d" * 32,), b"i" * 32)), Telephone(settings_for(network))
    with database.write() as session:
        rows = outbox.claim(session, Clock().real(), story.now, 10, FAST)
    call = next(row for row in rows if isinstance(row, Call))
    if point == "after the claim":
        os.kill(os.getpid(), signal.SIGKILL)
    with database.read() as session:
        number = number_of(session, session.get_one(Phone, call.phone_id))
    taken = telephone.call(call.id, number)
    if point == "after the post":
        os.kill(os.getpid(), signal.SIGKILL)
    with database.write() as session:
        outbox.accepted(session, call, call.attempt, taken.provider_id, story.now)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def story(database: Database) -> Story:
    """His SMS has left; the call waits, and is the only row that does."""
    begun = begin(database)
    give_codes(begun)
    begun.now = Clock().real()
    begun.breach(DANGER)
    with begun.writing() as session:
        outbox.cancel(session, begun.now, case_id=begun.case.id, kinds=tuple(outbox.URGENT))
        call = session.scalars(select(Call)).one()
        call.state = Sending.PENDING
    return begun


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_he_is_rung_once(story: Story, database_url: str, one_network: Network, point: str) -> None:
    one_network.control("reset", {})
    one_network.control("badness", {"callbacks": {"lose": 1}})
    _killed(story, database_url, one_network, point)
    post = Post(story.database, one_network, story.village, Clock())
    for _ in range(3):
        post.look(AT_ONCE, AFTER_THE_LEASE)
        post.drain()
    asked = [entry for entry in one_network.ledger("request") if entry["path"].endswith("/Calls.json")]
    assert len([entry for entry in asked if entry["method"] == "POST" and entry["status"] == 201]) == 1
    assert _call(story).state == Sending.ACCEPTED


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_call_that_hangs_in_a_dead_process_keeps_no_tier_waiting(
    story: Story, database_url: str, one_network: Network
) -> None:
    one_network.control("reset", {})
    _killed(story, database_url, one_network, "after the claim")
    story.passes(minutes=5)
    assert len(story.heard(story.tiers.zhao)) == 1
    assert story.unattended() == []


def _killed(story: Story, database_url: str, network: Network, point: str) -> None:
    story.database.engine.dispose()  # nothing open is carried into the child
    work = (database_url, network.url, story, point)
    child = multiprocessing.get_context("fork").Process(target=ring_and_die, args=work)
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL


def _call(story: Story) -> Call:
    with story.database.read() as session:
        return session.scalars(select(Call).order_by(Call.id)).first() or pytest.fail("no call")
