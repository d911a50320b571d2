"""All that is sealed comes under the newest key, whatever ends it midway and whoever writes meanwhile."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select

from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.queries.people import name_of, number_of, phone_by_number, phone_of
from gateway.store.rotation import Rotated, rotate
from gateway.store.sealing import Keys
from gateway.store.tables import Kind, Message, Person, Phone
from tests import canaries
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY, STRANGER, add_phone

ROOT = Path(__file__).parent.parent.parent
NEW, OLD = b"n" * 32, b"d" * 32
BOTH = Keys((NEW, OLD), (b"j" * 32, b"i" * 32))
ALONE = Keys((NEW,), (b"j" * 32,))
IN_ANOTHER_PROCESS = """
import sys
from gateway.store.database import open_database
from gateway.store.rotation import rotate
from gateway.store.sealing import Keys
keys = Keys((b"n" * 32, b"d" * 32), (b"j" * 32, b"i" * 32))
def told(what, rows):
    print(what, rows, flush=True)
rotate(open_database(sys.argv[1], keys), told)
"""


def with_keys(database: Database, keys: Keys) -> Database:
    return Database(database.engine, keys)


def a_village(database: Database, texts: int = 3) -> Talk:
    """Under the old keys: a week of Amina's, and strangers' texts, which are sealed under the data key."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "4")
    for number in range(texts):
        talk.text(f"+2547770{number:05}", canaries.WORDS)
    talk.text(STRANGER, canaries.WORDS)
    return talk


def reads_everything(database: Database, keys: Keys) -> None:
    with with_keys(database, keys).read() as session:
        amina = session.scalars(select(Person).where(Person.code == "amina")).one()
        phone = phone_of(session, amina.id)
        assert phone
        assert phone_by_number(session, AMINA) == phone
        assert (name_of(session, amina)["last"], number_of(session, phone)) == (canaries.NAME, AMINA)
        assert len([outbox.body_of(session, row) for row in session.scalars(select(Message))]) > 3


def test_after_a_rotation_the_old_keys_are_not_needed(database: Database) -> None:
    a_village(database)
    reads_everything(database, BOTH)
    done = rotate(with_keys(database, BOTH))
    assert (done.left, done.lost) == ({}, {})
    assert done.renewed > 20
    reads_everything(database, ALONE)
    assert rotate(with_keys(database, BOTH)) == Rotated(0, {}, {})


def test_who_knows_only_the_old_key_meanwhile_is_counted_and_brought_over_next(database: Database) -> None:
    """A web process that was not started anew still writes under the old key."""
    talk = a_village(database)
    rotate(with_keys(database, BOTH))
    with database.write() as session:
        phone = session.scalars(select(Phone).order_by(Phone.id)).first()
        assert phone
        outbox.put_sms(
            session, talk.now, to=phone, body="late", subject=None, kind=Kind.NOTICE, valid_for=MONDAY - MONDAY
        )
    assert rotate(with_keys(database, ALONE)).lost == {"messages": 1}
    assert rotate(with_keys(database, BOTH)) == Rotated(1, {}, {})
    reads_everything(database, ALONE)


def test_what_nobody_can_open_is_counted_and_stops_nothing(database: Database) -> None:
    a_village(database)
    with database.write() as session:
        phone = phone_by_number(session, STRANGER)
        assert phone
        phone.number = phone.number[:-1] + bytes([phone.number[-1] ^ 1])
    done = rotate(with_keys(database, BOTH))
    assert (done.left, done.lost) == ({}, {"phones": 1})
    reads_everything(database, ALONE)


def test_a_rotation_that_is_killed_again_and_again_ends_well(database: Database, database_url: str) -> None:
    a_village(database)
    with database.write() as session:
        for number in range(250):
            add_phone(session, MONDAY, f"+2547780{number:05}")
    for lines in (2, 3, 5):
        _kill_after(lines, database_url)
        reads_everything(database, BOTH)
    done = rotate(with_keys(database, BOTH))
    assert (done.left, done.lost) == ({}, {})
    reads_everything(database, ALONE)


def test_texts_come_in_while_keys_rotate(database: Database) -> None:
    """A turn that waited for the whole rotation would be refused as busy."""
    talk = a_village(database, texts=20)
    busy = Talk(with_keys(database, BOTH), talk.village, talk.now)
    ending, done = Event(), []

    def turn_keys() -> None:
        while not ending.is_set():
            done.append(rotate(with_keys(database, BOTH)))

    worker = Thread(target=turn_keys)
    worker.start()
    for number in range(1000, 1015):
        busy.text(f"+2547771{number:05}", canaries.WORDS)
    ending.set()
    worker.join(60)
    assert done
    assert rotate(with_keys(database, BOTH)).lost == {}
    reads_everything(database, ALONE)
    with with_keys(database, ALONE).read() as session:
        assert phone_by_number(session, "+254777101014") is not None


def _kill_after(lines: int, url: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, url], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    for _ in range(lines):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
