"""Can an operator see the open cases and end one?"""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from gateway.commands.cases import cases
from gateway.settings import load
from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys
from tests.cases.story import FLAG, Story, begin

SETTINGS = {
    "CLINIC_NAME": "Baiyun",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_FROM": "+254700000000",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": "d" * 32,
    "INDEX_KEY": "i" * 32,
    "REGION": "KE",
    "TIME_ZONE": "Africa/Nairobi",
    "EMERGENCY_NUMBER": "999",
}


@pytest.fixture
def story(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    for name, value in (SETTINGS | {"DATABASE_URL": database_url}).items():
        monkeypatch.setenv(name, value)
    chosen = load()
    opened: Database = open_database(database_url, Keys(chosen.data_key_bytes, chosen.index_key_bytes))
    yield begin(opened)
    opened.close()


def test_an_operator_lists_and_ends_a_case(story: Story) -> None:
    story.breach(FLAG)
    listed = CliRunner().invoke(cases, ["list"])
    assert f"{story.code}  now    told  amina" in listed.output
    assert "1 open" in listed.output
    closed = CliRunner().invoke(cases, ["close", story.code, "--outcome", "seen at home", "--by", "Chandra"])
    assert (closed.exit_code, closed.output) == (0, f"{story.code} is closed.\n")
    assert (story.case.closed_by, story.case.outcome) == ("Chandra", "seen at home")


def test_a_code_that_is_not_open_is_said_so(story: Story) -> None:
    closed = CliRunner().invoke(cases, ["close", "947", "--outcome", "seen", "--by", "Chandra"])
    assert closed.exit_code == 1
    assert "No case 947 is open" in closed.output
