"""What may leave now: by urgency, one at a time to a phone, as fast as the sender may, under a lease."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from gateway.store import outbox
from gateway.store.claims import LEASE
from gateway.store.database import Database
from gateway.store.outbox import Rates
from gateway.store.tables import Call, Kind, Message, Person, Phone, Sending
from tests.village import MONDAY, Village, add_phone, settle

REAL = MONDAY + timedelta(days=300)  # story time and real time have nothing to do with each other
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
FAST = Rates("+254700000000", sms_per_second=1000, calls_per_second=1000)
SLOW = Rates("+254700000000", sms_per_second=1, calls_per_second=1)


def put(
    session: Session, to: Person | Phone, kind: Kind = Kind.PROMPT, body: str = "How are you?", at_once: bool = False
) -> Message:
    return outbox.put_sms(session, MONDAY, to=to, body=body, subject=None, kind=kind, valid_for=HOUR, at_once=at_once)


def ring(session: Session, to: Person, kind: Kind = Kind.PROMPT) -> Call:
    return outbox.put_call(session, MONDAY, to=to, subject=None, kind=kind, valid_for=HOUR)


def claimed(
    database: Database, *, real: datetime = REAL, story: datetime = MONDAY, limit: int = 50, rates: Rates = FAST
) -> list[str]:
    with database.write() as session:
        return [row.id for row in outbox.claim(session, real, story, limit, rates)]


def settled(database: Database) -> Village:
    with database.write() as session:
        return settle(session)


def test_a_claim_is_a_lease_with_its_attempt_counted(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        message = put(session, village.amina)
    with database.write() as session:
        (row,) = outbox.claim(session, REAL, MONDAY, 50, FAST)
    assert (row.id, row.state, row.attempt, row.lease_until) == (message.id, Sending.CLAIMED, 1, REAL + LEASE)
    assert claimed(database) == []


def test_cases_go_before_prompts(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        phones = [add_phone(session, MONDAY, f"+25475000000{number}") for number in range(7)]
        kinds = [Kind.NOTICE, Kind.PROMPT, Kind.REPLY, Kind.COORDINATOR, Kind.SAFETY, Kind.CASE]
        rows = [put(session, phone, kind).id for phone, kind in zip(phones, kinds, strict=False)]
        rows.append(put(session, phones[6], Kind.CASE, at_once=True).id)
        rows.append(ring(session, village.amina, Kind.CASE).id)
    assert claimed(database) == [rows[6], rows[5], rows[7], rows[4], rows[3], rows[2], rows[1], rows[0]]


def test_a_limit_takes_the_most_urgent(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        put(session, village.amina)
        case = put(session, village.baraka, Kind.CASE).id
    assert claimed(database, limit=1) == [case]


def test_what_is_not_due_waits_and_what_is_too_late_expires(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        message, call = put(session, village.amina), ring(session, village.baraka)
    assert claimed(database, story=MONDAY - SECOND) == []
    assert claimed(database, story=MONDAY + HOUR) == []
    with database.read() as session:
        assert session.get_one(Message, message.id).state == Sending.EXPIRED
        assert session.get_one(Call, call.id).state == Sending.EXPIRED


def test_one_phone_gets_one_at_a_time_in_order(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        rows = [put(session, village.amina, body=f"{number}").id for number in range(3)]
        urgent = put(session, village.amina, Kind.SAFETY).id
    for expected in (urgent, *rows):
        assert claimed(database) == [expected]
        assert claimed(database) == []
        accept(database, expected, f"SM{expected}")


def test_a_call_waits_for_the_sms_and_the_next_call_for_the_last_one(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        first, second = ring(session, village.amina).id, ring(session, village.amina).id
        message = put(session, village.amina).id
    assert claimed(database) == [message]
    assert claimed(database) == []
    accept(database, message, "SM1")
    assert claimed(database) == [first]
    accept(database, first, "CA1", Call)
    assert claimed(database) == []  # it rings
    receive(database, first, "CA1", "in-progress")
    assert claimed(database) == []  # they talk
    receive(database, first, "CA1", "completed")
    assert claimed(database) == [second]


def test_a_doubt_holds_prompts_back_and_a_case_passes_it(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        doubted = put(session, village.baraka).id
    assert claimed(database) == [doubted]
    later = REAL + LEASE
    with database.write() as session:
        prompt = put(session, village.baraka).id
    assert claimed(database, real=later) == []
    with database.read() as session:
        assert session.get_one(Message, doubted).state == Sending.DOUBT
    with database.write() as session:
        case = put(session, village.baraka, Kind.CASE).id
        assert [row.id for row in outbox.doubts(session, later)] == [doubted]
    assert claimed(database, real=later) == [case]
    accept(database, case, "SM1")
    assert claimed(database, real=later) == []
    receive(database, doubted, "SM2", "sent", Message)
    assert claimed(database, real=later) == [prompt]


def test_a_sender_says_no_more_segments_than_it_may(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        add = [add_phone(session, MONDAY, f"+25475000000{number}") for number in range(3)]
        long = put(session, add[0], Kind.SAFETY, body="x" * 300).id
        short = [put(session, phone).id for phone in add[1:]]
        case = put(session, village.baraka, Kind.CASE).id
        call = ring(session, village.amina).id
    assert claimed(database, rates=SLOW) == [case, call]  # each has a line of its own
    assert claimed(database, real=REAL + 0.9 * SECOND, rates=SLOW) == [long]
    assert claimed(database, real=REAL + 1.9 * SECOND, rates=SLOW) == []
    assert claimed(database, real=REAL + 2.5 * SECOND, rates=SLOW) == [short[0]]
    assert claimed(database, real=REAL + 60 * SECOND, rates=SLOW) == [short[1]]


def test_a_minute_of_silence_saves_nothing_up(database: Database) -> None:
    settled(database)
    with database.write() as session:
        for number in range(10):
            put(session, add_phone(session, MONDAY, f"+25475000000{number}"))
    assert len(claimed(database, rates=SLOW)) == 1
    assert len(claimed(database, real=REAL + timedelta(minutes=1), rates=SLOW)) == 1


def test_two_who_claim_at_once_take_each_row_once(database: Database) -> None:
    village = settled(database)
    with database.write() as session:
        rows = [put(session, add_phone(session, MONDAY, f"+2547500000{number:02}")).id for number in range(20)]
        rows += [put(session, village.amina).id for _ in range(3)]
    taken: list[str] = []
    start = Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(4):
            taken.extend(claimed(database, limit=4))

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(taken) == sorted(rows[:21])  # Amina's second and third wait for her first


@pytest.mark.parametrize("settle_as", ["accepted", "refused", "retried"])
def test_a_late_word_of_an_earlier_attempt_counts_for_nothing(database: Database, settle_as: str) -> None:
    village = settled(database)
    with database.write() as session:
        put(session, village.amina)
    with database.write() as session:
        (row,) = outbox.claim(session, REAL, MONDAY, 1, FAST)
        assert outbox.retry_later(session, row, row.attempt, MONDAY, error=20429)
    with database.write() as session:
        (again,) = outbox.claim(session, REAL, MONDAY, 1, FAST)
        assert again.attempt == 2
        late = {
            "accepted": lambda: outbox.accepted(session, row, 1, "SM1", MONDAY),
            "refused": lambda: outbox.refused(session, row, 1, 21211),
            "retried": lambda: outbox.retry_later(session, row, 1, MONDAY),
        }[settle_as]()
        assert late is False
        assert outbox.accepted(session, again, 2, "SM2", MONDAY)
    with database.read() as session:
        found = session.get_one(Message, row.id)
        assert (found.state, found.provider_id, found.sent_at, found.lease_until) == (
            Sending.ACCEPTED, "SM2", MONDAY, None,
        )  # fmt: skip


def accept(database: Database, row_id: str, provider_id: str, table: type[Message] | type[Call] = Message) -> None:
    with database.write() as session:
        row: Message | Call = session.get_one(table, row_id)  # type: ignore[assignment] # mypy sees no more than a Table
        assert outbox.accepted(session, row, row.attempt, provider_id, MONDAY)


def receive(
    database: Database, row_id: str, provider_id: str, status: str, table: type[Message] | type[Call] = Call
) -> None:
    with database.write() as session:
        assert outbox.receipt(
            session, table, outbox_id=row_id, provider_id=provider_id, status=status, error=None, now=MONDAY
        )
