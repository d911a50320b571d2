"""Is everything that is wrong said at once, a sentence each, before a patient finds out?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.__main__ import COMMANDS, gateway
from gateway.phone.abilities import abilities
from gateway.store.database import open_database
from gateway.store.sealing import Keys
from gateway.store.tables import Role
from tests.network import settings_for
from tests.village import settle

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name, value in settings_for().model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), getattr(value, "get_secret_value", lambda value=value: str(value))())
    return monkeypatch


def check(*arguments: str) -> Result:
    return CliRunner().invoke(gateway, ["check-config", *arguments])


def settle_village(url: str, coordinator: bool) -> None:
    settings = settings_for()
    database = open_database(url, Keys(settings.data_key_bytes, settings.index_key_bytes))
    with database.write() as session:
        village = settle(session, NOW)
        if not coordinator:
            session.merge(village.chandra).role = Role.CLINICIAN
    database.close()


def test_all_that_is_missing_is_said_a_line_each(environment: pytest.MonkeyPatch) -> None:
    for name in ("CLINIC_NAME", "SECRET_KEY"):
        environment.delenv(name)
    told = check()
    assert told.exit_code == 1
    assert {"CLINIC_NAME is missing", "SECRET_KEY is missing"} <= set(told.output.splitlines())


def test_an_empty_database_is_told_with_what_to_do(environment: pytest.MonkeyPatch) -> None:
    told = check()
    assert told.exit_code == 1
    assert "The database is empty: run `python -m gateway db upgrade`." in told.output


def test_a_database_that_is_not_there_is_told(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    told = check()
    assert told.exit_code == 1
    assert "The database of DATABASE_URL cannot be reached" in told.output


def test_a_site_that_nobody_would_hear_of_is_named(environment: pytest.MonkeyPatch, database_url: str) -> None:
    environment.setenv("DATABASE_URL", database_url)
    settle_village(database_url, coordinator=False)
    told = check()
    assert told.exit_code == 1
    assert "Site baiyun: no coordinator with a working phone at it or above it" in told.output


def test_when_all_is_right_it_says_what_the_provider_can_do(environment: pytest.MonkeyPatch, database_url: str) -> None:
    environment.setenv("DATABASE_URL", database_url)
    settle_village(database_url, coordinator=True)
    told = check()
    assert (told.exit_code, told.output.splitlines()[0]) == (
        0,
        "KE: whether Twilio carries replies by SMS depends on the number that was rented; calls have to be tried.",
    )


def test_where_nobody_can_reply_by_sms_it_says_so() -> None:
    assert "no two-way SMS there" in abilities("CN", has_number=True)
    assert "calls need TWILIO_FROM" in abilities("CN", has_number=False)


def test_fresh_keys_are_random_and_all_different() -> None:
    first, second = check("--new-keys").output.splitlines(), check("--new-keys").output.splitlines()
    assert [line.partition("=")[0] for line in first] == ["SECRET_KEY", "DATA_KEYS", "INDEX_KEY"]
    values = [line.partition("=")[2] for line in first + second]
    assert len(set(values)) == 6
    assert all(len(value) == 64 for value in values)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(name: str) -> None:
    told = CliRunner().invoke(gateway, [name, "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_wrong_usage_is_2() -> None:
    assert CliRunner().invoke(gateway, ["nonsense"]).exit_code == 2
