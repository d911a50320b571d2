"""What is committed stays, what fails leaves nothing, and a database that is away says so."""

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import OperationalError as SqlalchemyOperationalError

from gateway.store.database import Database, DatabaseAway, lock, open_database, upgrade
from gateway.store.ids import new_id
from gateway.store.sealing import Keys
from gateway.store.tables import Answer, Kind, Message, Person, Sending, Site
from tests import canaries
from tests.statements import count_statements
from tests.village import MONDAY, settle

LEFT_TO_ITSELF = 1.9  # seconds: the driver alone waits 2 and more; how long ours takes stands in docs/keeping.md


def test_what_was_written_is_read(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
    with database.read() as session:
        found = session.get_one(Person, amina.id)
        assert (found.code, found.created_at) == ("amina", MONDAY)


def test_rows_stay_readable_after_the_commit(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
    with count_statements(database) as sent:
        assert amina.code == "amina"
    assert sent == []


def test_an_error_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing(database)
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_reader_may_change_nothing(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        settle(session)
    with database.write() as session:  # the same connection, perhaps
        settle(session)


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []
        with database.write() as other:
            settle(other)
        assert session.scalars(select(Person)).all() == []


def test_rows_may_be_written_in_any_order_and_point_to_nothing_never(database: Database) -> None:
    with database.write() as session:
        session.add(_answer(of="nobody"))
        session.flush()
        session.rollback()
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(_answer(of="nobody"))


def test_states_come_back_as_words_of_the_house(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
    with database.read() as session:
        assert session.get_one(Person, amina.id).role == "patient"
        assert (
            session.scalars(select(Message).where(Message.kind == Kind.CASE, Message.state == Sending.DOUBT)).all()
            == []
        )


def test_a_locked_person_waits_and_is_read_anew(database: Database) -> None:
    """Two webhooks of one patient at once: the second sees what the first one wrote."""
    with database.write() as session:
        amina_id = settle(session).amina.id
    locked, seen = Event(), []

    def second() -> None:
        locked.wait(10)
        with database.write() as session:
            seen.append(lock(session, Person, amina_id).channel)

    other = Thread(target=second)
    other.start()
    with database.write() as session:
        amina = lock(session, Person, amina_id)
        locked.set()
        other.join(0.2)
        assert other.is_alive()
        amina.channel = "voice"
    other.join(10)
    assert seen == ["voice"]


def test_two_who_write_to_each_others_people_do_not_wait_for_each_other(database: Database) -> None:
    """A patient's webhook holds her and writes to the doctor; the doctor's holds him and writes to her."""
    with database.write() as session:
        village = settle(session)
    if database.engine.dialect.name == "sqlite":
        return  # one writer at a time: they cannot meet
    with database.write() as hers, database.write() as his:
        lock(hers, Person, village.amina.id)
        lock(his, Person, village.baraka.id)
        hers.get_one(Person, village.chandra.id).doctor_id = village.baraka.id
        his.get_one(Site, village.clinic.id).name = "Baiyun East"
        his.add(_person(village.clinic.id, doctor=village.amina.id))
        his.flush()
        hers.flush()
        his.commit()


def test_writers_of_one_process_take_turns(database: Database, keys: Keys) -> None:
    """SQLite's alone: PostgreSQL's writers meet at rows, and these two write to different ones."""
    hurried = Database(database.engine, keys, patience=0.2)
    with ThreadPoolExecutor(1) as other, database.write() as session:
        settle(session)
        if database.engine.dialect.name == "sqlite":
            with pytest.raises(DatabaseAway, match="turn"):
                other.submit(_write_a_site, hurried).result()
        waiting = other.submit(_write_a_site, database)
    assert waiting.result() is None
    with database.read() as session:
        assert session.scalars(select(Site.name).where(Site.code == "other")).one() == "Other"


def _write_a_site(database: Database) -> None:
    with database.write() as session:
        facts = {"kind": "village", "time_zone": "Asia/Shanghai", "emergency_number": "120", "created_at": MONDAY}
        session.add(Site(id=new_id(MONDAY), code="other", name="Other", **facts))


def test_sqlite_is_set_up_to_keep_what_it_promised(tmp_path: Path, keys: Keys) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new/folder/gateway.db", keys)
    with database.read() as session:
        told = [session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        told += [session.execute(text(f"PRAGMA {name}")).scalar() for name in ("foreign_keys", "trusted_schema")]
    database.close()
    assert told == ["wal", 2, 1, 0]


def test_the_files_are_readable_by_their_owner_only(tmp_path: Path, keys: Keys) -> None:
    upgrade(f"sqlite:///{tmp_path}/new/gateway.db")
    database = open_database(f"sqlite:///{tmp_path}/new/gateway.db", keys)
    with database.write() as session:
        settle(session)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
    database.close()
    assert modes == {"gateway.db": 0o600, "gateway.db-wal": 0o600, "gateway.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_postgresql_gives_up_in_time(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    with database.write() as session:
        told = {
            name: session.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
            )
        }
    assert told == {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "30s",
        "transaction_isolation": "read committed",
    }


def test_a_database_in_memory_is_refused(keys: Keys) -> None:
    with pytest.raises(ValueError, match="must name a file"):
        open_database("sqlite://", keys)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@127.0.0.1:1/gateway",  # refused
        "postgresql+psycopg://nobody@192.0.2.1/gateway",  # never answers: a network for documentation
        "postgresql+psycopg://nobody@no-such-host.invalid/gateway",
    ],
)
def test_a_server_that_is_away_is_told_within_a_second(url: str, keys: Keys) -> None:
    database, began = open_database(url, keys), monotonic()
    with pytest.raises(DatabaseAway):
        database.check()
    assert monotonic() - began < LEFT_TO_ITSELF


@pytest.mark.parametrize("waiting", [0, 3])
def test_a_server_that_hangs_is_told_within_a_second(waiting: int, keys: Keys) -> None:
    """One takes the call and says nothing; another's line is full, so that the call itself hangs."""
    with ExitStack() as lines:
        server = lines.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(waiting):
            line = lines.enter_context(socket.socket())
            line.setblocking(False)
            line.connect_ex(server.getsockname())
        database, began = (
            open_database(f"postgresql+psycopg://127.0.0.1:{server.getsockname()[1]}/x", keys),
            monotonic(),
        )
        with pytest.raises(DatabaseAway):
            database.check()
        assert monotonic() - began < LEFT_TO_ITSELF


def test_a_file_that_is_no_database_counts_as_away(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "gateway.db").write_text("this is a letter, and a long one, not a database at all" * 20)
    database = open_database(f"sqlite:///{tmp_path}/gateway.db", keys)
    with pytest.raises(DatabaseAway):
        database.check()
    database.close()


def test_a_disk_gone_read_only_counts_as_away_for_a_writer(database: Database) -> None:
    with pytest.raises(DatabaseAway):
        _write_where_nobody_can(database)


def test_a_connection_that_was_cut_counts_as_away(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    with pytest.raises(DatabaseAway), database.write() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    database.check()


def test_our_own_mistake_does_not_count_as_away(database: Database) -> None:
    with pytest.raises((SqlalchemyOperationalError, ProgrammingError)), database.read() as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_an_error_shows_no_values(database: Database) -> None:
    with pytest.raises((SqlalchemyOperationalError, ProgrammingError)) as error, database.write() as session:
        session.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": canaries.NAME})
    assert canaries.NAME not in str(error.value)


def _fail_after_writing(database: Database) -> None:
    with database.write() as session:
        settle(session)
        raise ZeroDivisionError


def _write_where_nobody_can(database: Database) -> None:
    gone = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}
    with database.write() as session:
        session.execute(text(gone[database.engine.dialect.name]))
        settle(session)


def _answer(of: str) -> Answer:
    return Answer(
        id=new_id(MONDAY), conversation_id=of, person_id=of, flow="weekly-check", question="pain", number=4, raw=b"",
        respondent="patient", channel="sms", answered_at=MONDAY,
    )  # fmt: skip


def _person(site_id: str, doctor: str) -> Person:
    return Person(
        id=new_id(MONDAY), code="new", role="patient", site_id=site_id, doctor_id=doctor, language="en",
        time_zone="Africa/Nairobi", created_at=MONDAY,
    )  # fmt: skip
