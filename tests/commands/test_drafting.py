"""Do flow files go into the database as drafts, and come out as they were published?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.accounts.users import begin_user
from gateway.commands.flows import flows
from gateway.opening import open_current
from gateway.settings import load
from gateway.store.database import Database, upgrade
from gateway.store.queries.drafts import drafts
from tests.commands.test_cases import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
WEEKLY = ROOT / "flows" / "weekly-check.yaml"
BAD = ROOT / "tests" / "flowfiles" / "bad" / "an_unknown_question.yaml"
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/gateway.db"
    upgrade(url)
    for name, value in (SETTINGS | {"DATABASE_URL": url}).items():
        monkeypatch.setenv(name, value)
    opened = open_current(load())
    yield opened
    opened.close()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(flows, [str(argument) for argument in arguments])


def account(database: Database, login: str) -> None:
    with database.write() as session:
        begin_user(session, login, login.title(), "en", NOW)


def test_a_file_becomes_a_draft_and_comes_out_once_it_is_published(database: Database, tmp_path: Path) -> None:
    account(database, "chandra")
    file = tmp_path / "weekly.yaml"
    file.write_text(WEEKLY.read_text("utf-8").replace("Weekly symptom check", "Weekly check"), "utf-8")
    assert run("import", file).exit_code == 0
    with database.read() as session:
        (draft,) = drafts(session)
        assert (draft.flow, draft.source) == ("weekly-check", file.read_text("utf-8"))
        assert list(draft.authors) == [draft.changed_by]
    assert run("export", "weekly-check").output == WEEKLY.read_text("utf-8")
    assert run("diff", file).output.splitlines()[-1] == "1 differences"
    assert run("export", "nothing").exit_code == 1


def test_nobody_loses_a_draft_to_a_file(database: Database) -> None:
    account(database, "chandra")
    assert run("import", WEEKLY).exit_code == 0
    again = run("import", WEEKLY)
    assert (again.exit_code, again.stderr.startswith(f"{WEEKLY}:1:1: somebody writes")) == (1, True)
    assert run("import", WEEKLY, "--replace").exit_code == 0


def test_a_file_with_something_to_mend_stays_outside(database: Database) -> None:
    refused = run("import", WEEKLY, BAD)
    assert refused.exit_code == 1
    assert refused.output.startswith(f"{BAD}:31:14: no question is called 'pian'")


def test_a_draft_has_an_author(database: Database) -> None:
    assert "There is no account yet" in run("import", WEEKLY).stderr
    account(database, "chandra")
    account(database, "lindiwe")
    assert run("import", WEEKLY).exit_code == 2
    assert run("import", WEEKLY, "--by", "stranger").exit_code == 1
    assert run("import", WEEKLY, "--by", "Lindiwe").exit_code == 0
