"""The net itself: a canary that is planted is found, wherever and however it stands."""

import sqlite3
from pathlib import Path
from time import monotonic

import pytest
import redis

from gateway.store.database import Database
from tests import canaries, servers
from tests.village import AMINA, settle


@pytest.mark.parametrize("canary", canaries.CANARIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16"])
def test_a_canary_is_found_in_raw_bytes(canary: str, encoding: str) -> None:
    assert canaries.found_in(b"\x00\x01" + f"<{canary}>".encode(encoding)) == {canary}


def test_a_number_is_found_without_its_country(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text(f"sent to 0{AMINA.removeprefix('+254')}\n")
    (tmp_path / "patients.csv").write_text(f"12,Amina,{canaries.NAME},{AMINA}\n")  # what came in is not ours
    (tmp_path / "empty.log").touch()
    found = canaries.found_in_files(canaries.written_under(tmp_path))
    (tmp_path / "web.log").unlink()  # or the whole run would fail
    assert found == {tmp_path / "web.log": {canaries.PHONE}}


def test_a_canary_is_found_in_a_row_that_was_deleted(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gateway.db", isolation_level=None) as file:
        file.execute("PRAGMA secure_delete=OFF")
        file.execute("CREATE TABLE notes (words TEXT)")
        file.execute("INSERT INTO notes VALUES (?)", (canaries.WORDS,))
        file.execute("DELETE FROM notes")
    file.close()
    found = canaries.found_in_files(canaries.written_under(tmp_path))
    (tmp_path / "gateway.db").unlink()  # or the whole run would fail
    assert list(found.values()) == [{canaries.WORDS}]


def test_a_village_is_stored_without_a_canary(database: Database) -> None:
    """The fixture reads the database in full when this ends; its people are canaries."""
    with database.write() as session:
        settle(session)


def test_the_redis_of_a_test_is_empty_and_remembers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("doorbell", "1")
    ends = monotonic() + 30
    while not _is_written(b"doorbell"):  # behind an fsync that is under way, up to two seconds later
        assert monotonic() < ends


def _is_written(word: bytes) -> bool:
    return any(word in log.read_bytes() for log in (servers.run_folder() / "redis").rglob("*.aof"))
