"""One file holds everything of one moment, comes back into either database, and comes back whole or not at all."""

import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from gateway.store import outbox
from gateway.store.archive import MANIFEST
from gateway.store.backup import Unusable, back_up, restore
from gateway.store.database import Database, open_database
from gateway.store.engines import engine_for
from gateway.store.ids import new_id
from gateway.store.queries.people import name_of, number_of, phone_of
from gateway.store.schema import newest, version_of
from gateway.store.sealing import Keys
from gateway.store.tables import Answer, Inbound, Message, Person, Table
from tests import canaries, databases
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY

WEEK = ("1", "2", "8", "1", "2", "3", "7", "2", "1", "0")


@pytest.fixture
def talk(database: Database) -> Talk:
    """A week of Amina's, with a case; what she typed at the end is a canary."""
    talk = begin(database).at(MONDAY)
    talk.answer(*WEEK)
    talk.text(AMINA, canaries.WORDS)
    return talk


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Another database of either kind, with tables and without a row."""
    with databases.fresh(request.param, tmp_path / "other.db", with_flows=False) as url:
        yield url


def rows_of(url: str, keys: Keys) -> dict[str, list[tuple[object, ...]]]:
    database = open_database(url, keys)
    with database.read() as session:
        found = {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in Table.metadata.tables.items()
        }
    database.close()
    return found


def test_all_of_it_comes_back_on_either_engine(
    talk: Talk, database_url: str, other_url: str, keys: Keys, tmp_path: Path
) -> None:
    made = back_up(database_url, keys, tmp_path / "saved", MONDAY)
    assert restore(other_url, keys, tmp_path / "saved") == made
    assert rows_of(other_url, keys) == rows_of(database_url, keys)
    assert sum(part.rows for part in made.parts.values()) > 60
    database = open_database(other_url, keys)
    with database.read() as session:
        amina = session.scalars(select(Person).where(Person.code == "amina")).one()
        phone = phone_of(session, amina.id)
        assert phone
        assert (name_of(session, amina)["last"], number_of(session, phone)) == (canaries.NAME, AMINA)
        assert "Question 1 of 6." in " ".join(outbox.body_of(session, row) for row in session.scalars(select(Message)))
    database.close()


def test_a_backup_is_private_and_holds_nothing_in_clear(
    talk: Talk, database_url: str, keys: Keys, tmp_path: Path
) -> None:
    back_up(database_url, keys, tmp_path / "saved", MONDAY)
    assert stat.S_IMODE((tmp_path / "saved").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "saved") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert len(content) > 10_000
    for form in (canaries.PHONE, canaries.NAME, b"d" * 32, b"i" * 32):
        assert (form if isinstance(form, bytes) else form.encode()) not in content


def test_a_backup_while_others_write_is_of_one_moment(
    database: Database, database_url: str, keys: Keys, tmp_path: Path
) -> None:
    """Each transaction adds two rows, so that an odd number would be half of one."""
    ending, written = Event(), []

    def write() -> None:
        while not ending.is_set():
            with database.write() as session:
                for part in "ab":
                    session.add(Inbound(key=f"sms:{len(written)}{part}", kind="sms", received_at=MONDAY))
            written.append(1)

    begin(database)
    writer = Thread(target=write)
    writer.start()
    made = [back_up(database_url, keys, tmp_path / f"saved{number}", MONDAY) for number in range(4)]
    ending.set()
    writer.join(20)
    counts = [each.parts["inbound"].rows for each in made]
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] > counts[0]
    assert written


def test_a_backup_overwrites_nothing(database: Database, database_url: str, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("dear")
    with pytest.raises(Unusable, match="never overwrites"):
        back_up(database_url, keys, tmp_path / "saved", MONDAY)
    assert [path.name for path in tmp_path.glob("saved*")] == ["saved"]


def test_a_database_with_rows_is_not_restored_into(talk: Talk, database_url: str, keys: Keys, tmp_path: Path) -> None:
    back_up(database_url, keys, tmp_path / "saved", MONDAY)
    before = rows_of(database_url, keys)
    with pytest.raises(Unusable, match="not empty"):
        restore(database_url, keys, tmp_path / "saved")
    assert rows_of(database_url, keys) == before


def test_a_database_without_tables_gets_them(talk: Talk, database_url: str, keys: Keys, tmp_path: Path) -> None:
    back_up(database_url, keys, tmp_path / "saved", MONDAY)
    restore(f"sqlite:///{tmp_path}/fresh/gateway.db", keys, tmp_path / "saved")
    assert rows_of(f"sqlite:///{tmp_path}/fresh/gateway.db", keys) == rows_of(database_url, keys)


def test_a_backup_of_an_older_version_is_brought_up(keys: Keys, tmp_path: Path) -> None:
    from alembic import command

    from gateway.store import schema

    old, new = f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/new.db"
    engine = engine_for(old, foreign_keys=False)
    with engine.begin() as connection:
        command.upgrade(schema.configuration(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO sites (id, code, name, kind, time_zone, emergency_number, created_at) "
            "VALUES ('1', 'baiyun', 'Baiyun', 'clinic', 'Africa/Nairobi', '999', 0)"
        )
    engine.dispose()
    assert back_up(old, keys, tmp_path / "saved", MONDAY).version == "0001"
    restore(new, keys, tmp_path / "saved")
    engine = engine_for(new)
    with engine.connect() as connection:
        assert version_of(connection) == newest()
        assert connection.exec_driver_sql("SELECT code FROM sites").scalar() == "baiyun"
    engine.dispose()


@contextmanager
def refused(url: str, keys: Keys, path: Path, why: str) -> Iterator[None]:
    """And nothing at all is left behind."""
    yield
    with pytest.raises(Unusable, match=why):
        restore(url, keys, path)
    assert {name: rows for name, rows in rows_of(url, keys).items() if rows} == {}


def rewritten(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()} | {name: content}
    with zipfile.ZipFile(path, "w") as archive:
        for each, told in parts.items():
            archive.writestr(each, told)


DAMAGES = {
    "cut": "its end is missing",
    "letter": "damaged",
    "no zip": "no backup",
    "row gone": "damaged",
    "row changed": "damaged",
    "no manifest": "no manifest",
    "newer": "knows versions up to",
}


def test_a_damaged_or_foreign_file_is_refused_with_one_sentence(
    talk: Talk, database_url: str, other_url: str, keys: Keys, tmp_path: Path
) -> None:
    back_up(database_url, keys, tmp_path / "saved", MONDAY)
    for damage, why in DAMAGES.items():
        path = tmp_path / damage
        path.write_bytes((tmp_path / "saved").read_bytes())
        with refused(other_url, keys, path, why):
            _damage(path, damage)


def _damage(path: Path, damage: str) -> None:
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        turns, told = archive.read("turns.jsonl"), json.loads(archive.read(MANIFEST))
    match damage:
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "letter":
            middle = content.index(b"turns.jsonl") + 200
            path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        case "no zip":
            path.write_text("a letter")
        case "row gone":
            rewritten(path, "turns.jsonl", turns[turns.index(b"\n") + 1 :])
        case "row changed":
            rewritten(path, "turns.jsonl", turns.replace(b'"number":1', b'"number":9', 1))
        case "no manifest":
            rewritten(path, MANIFEST, b"{}")
        case "newer":
            rewritten(path, MANIFEST, json.dumps(told | {"version": "9999"}).encode())


def test_keys_that_open_nothing_are_refused_before_a_row_is_written(
    talk: Talk, database_url: str, other_url: str, keys: Keys, tmp_path: Path
) -> None:
    path = tmp_path / "saved"
    back_up(database_url, keys, path, MONDAY)
    with refused(other_url, Keys((b"x" * 32,), b"i" * 32), path, "DATA_KEYS"):
        pass
    with refused(other_url, Keys((b"d" * 32,), b"x" * 32), path, "INDEX_KEY"):
        pass
    restore(other_url, Keys((b"n" * 32, b"d" * 32), (b"x" * 32, b"i" * 32)), path)


def test_what_is_done_at_the_end_and_fails_leaves_nothing(
    talk: Talk, database_url: str, other_url: str, keys: Keys, tmp_path: Path
) -> None:
    back_up(database_url, keys, tmp_path / "saved", MONDAY)
    with pytest.raises(ZeroDivisionError):
        restore(other_url, keys, tmp_path / "saved", lambda session: 1 // 0)
    assert rows_of(other_url, keys)["people"] == []


def test_progress_is_told(talk: Talk, database: Database, database_url: str, keys: Keys, tmp_path: Path) -> None:
    with database.write() as session:
        for number in range(1200):
            session.add(Inbound(key=f"sms:{number}", kind="sms", received_at=MONDAY))
        session.add(_answer(session.scalar(select(func.max(Answer.conversation_id))), talk))
    told: list[tuple[int, int]] = []
    back_up(database_url, keys, tmp_path / "saved", MONDAY, lambda done, of: told.append((done, of)))
    assert len(told) >= 3
    assert told[-1][0] == told[-1][1]


def _answer(conversation_id: object, talk: Talk) -> Answer:
    return Answer(
        id=new_id(MONDAY), conversation_id=conversation_id, person_id=talk.village.amina.id, flow="weekly-check",
        question="more", number=None, word="yes", raw=b"", respondent="patient", channel="sms", answered_at=MONDAY,
    )  # fmt: skip
