"""What was written while the door was shut: is it taken in once, in order, by the same road?"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import intake, publishing, watch
from gateway.clock import Clock
from gateway.phone.looking import TRIES_OF_A_PAGE
from gateway.phone.twilio_in import SmsHeard
from gateway.phone.twilio_out import Telephone
from gateway.store.database import Database
from gateway.store.outbox import body_of
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import Case, Inbound, Message
from gateway.watch import Gaps
from tests.delivering import Post, post
from tests.network import OURS, Network, settings_for
from tests.village import AMINA, CHANDRA

ROOT = Path(__file__).parent.parent.parent
NO_GRACE = Gaps(grace=timedelta(0))


@pytest.fixture
def office(database: Database, one_network: Network) -> Post:
    """The network has no address of ours: whatever is written is listed there and never brought."""
    office = post(database, one_network, Clock(story=True))
    with database.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", office.clock.real())
    return office


def fill(office: Post, gaps: Gaps = NO_GRACE) -> int:
    return watch.fill_gaps(office.database, office.telephone(), office.clock, intake.heard, gaps)


def write(office: Post, *bodies: str, number: str = AMINA) -> list[str]:
    return [office.network.control("sms", {"from": number, "body": body})["message"] for body in bodies]


def inbound(office: Post) -> list[Inbound]:
    with office.database.read() as session:
        return list(session.scalars(select(Inbound).order_by(Inbound.received_at)))


def test_what_was_written_before_we_began_stays_where_it_is(office: Post) -> None:
    write(office, "I can't breathe")
    later(office, seconds=5)
    assert (fill(office), fill(office)) == (0, 0)
    assert inbound(office) == []


def test_what_never_came_through_the_door_is_taken_in_once(office: Post) -> None:
    fill(office)
    (sid,) = write(office, "I can't breathe")
    assert (fill(office), fill(office)) == (1, 0)
    assert [row.key for row in inbound(office)] == [f"sms:{settings_for().twilio_account_sid}:{sid}"]
    with office.database.read() as session:
        assert session.scalars(select(Case)).one().level == "now"


@pytest.mark.parametrize("lists", [{"page_size": 1}, {"null_dates": True}])
def test_many_are_taken_in_the_order_in_which_they_were_written(office: Post, lists: dict[str, object]) -> None:
    fill(office)
    office.lists(**lists)
    sids = write(office, "one", "two", "three", "four")
    assert fill(office) == 4
    assert [row.key.rpartition(":")[2] for row in inbound(office)] == sids


def test_what_came_through_the_door_meanwhile_counts_once(office: Post) -> None:
    fill(office)
    (sid,) = write(office, "I can't breathe")
    heard = SmsHeard(settings_for().twilio_account_sid, sid, AMINA, OURS, "I can't breathe")
    with office.database.write() as session:
        intake.heard(session, heard, office.clock.now(session))
    assert fill(office) == 0


def test_what_the_provider_is_still_bringing_is_left_to_the_door(office: Post) -> None:
    fill(office)
    write(office, "hello")
    assert fill(office, watch.GAPS) == 0
    later(office, seconds=40)
    assert fill(office, watch.GAPS) == 1


def test_a_provider_that_does_not_answer_moves_no_watermark(office: Post) -> None:
    fill(office)
    write(office, "hello")
    office.fault("error_before", on="list", next=TRIES_OF_A_PAGE)
    assert (fill(office), fill(office)) == (0, 1)


def test_a_page_that_is_refused_does_not_cost_the_whole_list(office: Post) -> None:
    fill(office)
    office.lists(page_size=1)
    write(office, "one", "two", "three", "four")
    office.fault("error_before", on="list", next=TRIES_OF_A_PAGE - 1)
    assert fill(office) == 4


def test_one_that_cannot_be_read_goes_to_a_person_and_holds_up_no_other(office: Post) -> None:
    def take(session: Session, heard: SmsHeard, now: datetime) -> None:
        if heard.body == "poison":
            raise ValueError(heard.body)
        intake.heard(session, heard, now)

    fill(office)
    write(office, "poison", "hello")
    taken = []
    for _ in range(7):
        telephone = Telephone(settings_for(office.network.url))
        taken.append(watch.fill_gaps(office.database, telephone, office.clock, take, NO_GRACE))
        later(office, seconds=60)
    assert taken == [1, 0, 0, 0, 1, 0, 0]
    with office.database.read() as session:
        told = [body_of(session, row) for row in session.scalars(select(Message)) if _is_to(session, row, CHANDRA)]
    assert sum("wrote something that a person must read" in body for body in told) == 2
    assert watch.Broken.POISON in [finding.broken for finding in audit(office)]


def later(office: Post, seconds: int) -> None:
    with office.database.write() as session:
        office.clock.jump(session, office.clock.now(session) + timedelta(seconds=seconds))


def audit(office: Post) -> list[watch.Finding]:
    with office.database.read() as session:
        return watch.audit(session, office.clock.now(session))


def _is_to(session: Session, row: Message, number: str) -> bool:
    phone = phone_by_number(session, number)
    return phone is not None and row.phone_id == phone.id
