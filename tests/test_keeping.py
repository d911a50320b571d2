"""Who is erased is unreadable everywhere, also in what is restored, and words go when their time is over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from gateway import keeping
from gateway.clock import Clock
from gateway.commands.db import db
from gateway.commands.keeping import erase, retention
from gateway.store import outbox
from gateway.store.database import Database, open_database
from gateway.store.ids import new_id
from gateway.store.queries.people import name_of, number_of, on_phone, phone_by_number
from gateway.store.sealing import CannotOpen, Erased, Keys, unseal
from gateway.store.tables import (
    Answer,
    Case,
    Conversation,
    Enrolment,
    Inbound,
    Message,
    Person,
    PersonPhone,
    Phone,
    Role,
    Score,
    Sending,
    Standing,
    Turn,
)  # fmt: skip
from tests import canaries, databases
from tests.network import settings_for
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY, STRANGER, add_person

WELL = ("1", "2", "2", "1", "1", "1", "1", "0")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_week(database: Database) -> Talk:
    """Amina reports, nothing crosses a limit, and afterwards she writes something of her own."""
    talk = begin(database).at(MONDAY)
    talk.answer(*WELL)
    talk.text(AMINA, canaries.WORDS)
    return talk


def erased(talk: Talk) -> keeping.Erasure:
    with talk.database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        return keeping.erase(session, amina, talk.now)


def close_cases(talk: Talk) -> None:
    from gateway import cases

    with talk.database.write() as session:
        for case in session.scalars(select(Case).where(Case.closed_at.is_(None))).all():
            cases.close(session, talk.now, case.id, "Chandra", "seen at home")


def test_who_is_erased_is_unreadable_and_still_counts(database: Database) -> None:
    talk = a_week(database)
    close_cases(talk)
    before = talk.person("amina")
    with database.read() as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (Message, Turn, Answer, Case)]
    erased(talk)
    with database.read() as session:
        after = session.get_one(Person, before.id)
        assert (after.key, after.name, after.small_number, after.code) == (None, None, None, f"erased-{before.id}")
        assert (after.standing, after.erased_at, after.site_id) == (Standing.ENDED, talk.now, before.site_id)
        assert name_of(session, after) == {}
        assert phone_by_number(session, AMINA) is None
        assert {bytes(words) for words in session.scalars(select(Turn.words))} == {b""}
        assert {bytes(raw) for raw in session.scalars(select(Answer.raw))} == {b""}
        assert set(session.scalars(select(Answer.number))) == {None}
        assert session.scalars(select(Score)).all() == []
        for message in session.scalars(select(Message).where(Message.subject_id == before.id)):
            with pytest.raises(Erased):
                outbox.body_of(session, message)
        assert [
            session.scalar(select(func.count()).select_from(table)) for table in (Message, Turn, Answer, Case)
        ] == counted


def test_nothing_leaves_or_falls_due_any_more(database: Database) -> None:
    talk = begin(database).unsent(MONDAY)
    erased(talk)
    with database.read() as session:
        assert set(session.scalars(select(Message.state))) == {Sending.CANCELLED}
        assert set(session.scalars(select(Enrolment.next_due))) == {None}
        assert [(row.state, row.due_at) for row in session.scalars(select(Conversation))] == [("ended", None)]
    messages = len(talk.row(Conversation))
    talk.later(days=8)
    assert len(talk.row(Conversation)) == messages


def test_an_open_case_is_not_ended_by_erasing(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "1")
    with pytest.raises(keeping.CannotErase, match="cases close"):
        erased(talk)
    assert talk.person("amina").key is not None
    close_cases(talk)
    erased(talk)


def test_a_doctor_is_not_erased(database: Database) -> None:
    talk = begin(database)
    with database.write() as session, pytest.raises(keeping.CannotErase, match="clinician"):
        keeping.erase(session, session.get_one(Person, talk.village.baraka.id), talk.now)


def test_a_shared_phone_stays_with_the_others_and_a_helper_goes_along(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        helper = add_person(session, MONDAY, talk.village.clinic, "amina-helper", Role.HELPER, "Hana", "+254788000001")
        helper.helps_id = talk.village.amina.id
        phone = phone_by_number(session, AMINA)
        assert phone
        session.add(PersonPhone(person_id=talk.village.baraka.id, phone_id=phone.id))
    done = erased(talk)
    assert (len(done.people), done.phones) == (2, 1)
    with database.read() as session:
        phone = phone_by_number(session, AMINA)
        assert phone
        assert (number_of(session, phone), [each.code for each in on_phone(session, phone)]) == (AMINA, ["baraka"])
        assert phone_by_number(session, "+254788000001") is None


def test_whoever_writes_from_an_erased_phone_is_a_stranger(database: Database) -> None:
    talk = begin(database)
    erased(talk)
    talk.text(AMINA, "hello")
    with database.read() as session:
        assert session.scalars(select(Inbound.read_as)).all() == ["unknown"]
        phone = phone_by_number(session, AMINA)
        assert phone
        assert on_phone(session, phone) == []


@pytest.fixture
def chosen(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of an operator."""
    told = settings_for(database_url=database_url, var_dir=tmp_path / "var").model_dump(exclude_none=True)
    for name, value in told.items():
        monkeypatch.setenv(name.upper(), getattr(value, "get_secret_value", lambda value=value: str(value))())
    return database_url


@pytest.fixture
def operated(chosen: str) -> Iterator[Database]:
    opened = open_database(chosen, operators_keys())
    yield opened
    opened.close()


def operators_keys() -> Keys:
    settings = settings_for()
    return Keys(settings.data_key_bytes, settings.index_key_bytes)


def run(command: object, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments])  # type: ignore[arg-type]  # a click command


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("where", ["var", "beside", "given", "none"])
def test_an_older_backup_does_not_bring_back_who_was_erased(
    operated: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, where: str
) -> None:
    """Unless no list of the erased is left anywhere: then it says so."""
    talk = a_week(operated)
    close_cases(talk)
    made = run(db, "backup", tmp_path / "old")
    assert (made.exit_code, "DATA_KEYS and INDEX_KEY are not in it" in made.output) == (0, True)
    assert run(erase, "amina").exit_code == 0
    noted = tmp_path / "var" / "erased.txt"
    assert noted.read_text() == f"{talk.village.amina.id}\n"
    more = _leave(where, noted, tmp_path)
    with databases.fresh(target, tmp_path / "other.db", with_flows=False) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        told = run(db, "restore", tmp_path / "old", *more)
        assert told.exit_code == 0, told.output
        restored = open_database(url, operators_keys())
        with restored.read() as session:
            amina = session.get_one(Person, talk.village.amina.id)
            turns = session.scalars(select(Turn)).all()
            assert turns
            if where == "none":
                assert "Erase them again" in told.output
                assert name_of(session, amina)["last"] == canaries.NAME
            else:
                assert "1 of the erased came back" in told.output
                assert (amina.key, amina.name, phone_by_number(session, AMINA)) == (None, None, None)
                for turn in turns:
                    with pytest.raises((Erased, CannotOpen)):
                        unseal(session, turn.words, table="turns", column="words", row=turn.id, person=amina)
        restored.close()


def _leave(where: str, noted: Path, tmp_path: Path) -> list[object]:
    """The list stands where it is to be found, and nowhere else."""
    beside = tmp_path / "erased.txt"  # written by the backup, before anybody was erased
    beside.unlink(missing_ok=True)
    if where == "beside":  # a later backup into the same folder, and VAR_DIR lost
        assert run(db, "backup", tmp_path / "new").exit_code == 0
        assert "1 erased" in run(db, "backup", tmp_path / "newer").output
        noted.unlink()
    if where == "given":
        noted.rename(tmp_path / "list")
        return ["--erased", tmp_path / "list"]
    if where == "none":
        noted.unlink()
    return []


@pytest.mark.parametrize("content", [b"Amina\n", b"\xff\xfe0\n"])
def test_a_list_that_is_damaged_restores_nothing(
    operated: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    begin(operated)
    run(db, "backup", tmp_path / "old")
    (tmp_path / "erased.txt").write_bytes(content)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    told = run(db, "restore", tmp_path / "old")
    assert (told.exit_code, "erased.txt:1:" in told.output) == (1, True)


def test_an_operator_is_told_why_nobody_was_erased(operated: Database, tmp_path: Path) -> None:
    begin(operated)
    told = run(erase, "amin")
    assert (told.exit_code, told.output) == (1, "There is no person 'amin'.\n")
    assert not (tmp_path / "var" / "erased.txt").exists()


def test_words_go_when_their_time_is_over_and_figures_stay(database: Database) -> None:
    talk = a_week(database)
    talk.text(STRANGER, canaries.WORDS)
    periods = keeping.Periods(words=365, strangers=90)
    with database.read() as session:
        assert set(keeping.overdue(session, periods, talk.now + 89 * DAY).values()) == {0}
        soon = keeping.overdue(session, periods, talk.now + 91 * DAY)
        late = keeping.overdue(session, periods, talk.now + 366 * DAY)
    assert {called for called, number in soon.items() if number} == {"strangers' numbers"}
    nothing_of = {"words of calls", "notes about patients", "what had to change"}
    assert {called for called, number in late.items() if not number} == nothing_of
    gone = keeping.take_away(database, periods, talk.now + 366 * DAY)
    assert gone >= sum(late.values())
    with database.read() as session:
        assert set(keeping.overdue(session, periods, talk.now + 366 * DAY).values()) == {0}
        assert set(session.scalars(select(Inbound.body))) == {None}
        assert 2 in session.scalars(select(Answer.number)).all()
        assert phone_by_number(session, STRANGER) is None
        assert phone_by_number(session, AMINA) is not None
        assert len(session.scalars(select(Inbound.key)).all()) == len(WELL) + 2  # keys stay, so that nothing is doubled


def test_of_whom_a_case_is_open_everything_stays(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "1")
    keeping.take_away(database, keeping.Periods(words=30, strangers=30), talk.now + 60 * DAY)
    with database.read() as session:
        assert b"" not in session.scalars(select(Turn.words)).all()
        assert None not in session.scalars(select(Inbound.body)).all()


def test_a_dry_run_says_what_would_go_and_changes_nothing(operated: Database) -> None:
    talk = a_week(operated)
    told = run(retention, "--dry-run")
    assert told.exit_code == 0
    with operated.read() as session:
        assert b"" not in session.scalars(select(Turn.words)).all()
        number = session.scalar(select(func.count()).select_from(Turn))
    assert (f"{number:8} lines of conversations" in told.output) == (Clock().real() - talk.now > 365 * DAY)
    done = run(retention)
    assert done.exit_code == 0
    assert "rows have lost their words" in done.output


def test_an_id_of_nobody_is_no_reason_to_stop(database: Database) -> None:
    begin(database)
    with database.write() as session:
        assert keeping.forget_again(session, [new_id(MONDAY), "0" * 32], MONDAY) == 0
        assert session.scalar(select(func.count()).select_from(Phone)) == 3
