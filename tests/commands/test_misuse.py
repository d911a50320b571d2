"""Does every command end in one sentence where the database or a folder isn't as it should be?"""

import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway import __main__ as command_line
from gateway.store.database import upgrade
from gateway.store.engines import engine_for
from tests.network import settings_for

NEEDING_TABLES = [
    ("audit",),
    ("ask", "amina", "weekly-check"),
    ("advice", "list"),
    ("cases", "list"),
    ("console", "code", "chandra"),
    ("db", "rotate-keys"),
    ("erase", "amina"),
    ("export", "csv", "--out", "out"),
    ("export", "fhir", "--out", "out"),
    ("flows", "export", "weekly-check"),
    ("flows", "voices", "weekly-check"),
    ("report", "month"),
    ("retention", "--dry-run"),
    ("rota",),
]


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    for name, value in settings_for().model_dump(exclude_none=True).items():
        monkeypatch.setenv(name.upper(), getattr(value, "get_secret_value", lambda value=value: str(value))())
    here = f"sqlite:///{tmp_path}/gateway.db"
    monkeypatch.setenv("DATABASE_URL", here)
    return here


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["gateway", *arguments])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    return ended.value.code


@pytest.mark.parametrize("arguments", NEEDING_TABLES, ids=" ".join)
def test_an_empty_database_is_one_sentence(
    url: str, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *arguments) == 1
    assert capsys.readouterr() == ("", "The database is empty: run `python -m gateway db upgrade`.\n")


def test_an_older_database_is_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(url)
    engine = engine_for(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    assert run(monkeypatch, "audit") == 1
    assert capsys.readouterr().err.startswith("The database is at 0001, the program needs ")


def test_a_server_that_is_away_is_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    assert run(monkeypatch, "db", "upgrade") == 1
    assert capsys.readouterr().err == "The database of DATABASE_URL cannot be reached (OperationalError).\n"


def test_the_first_list_makes_the_tables(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text("code,name,kind,parent_code,time_zone,emergency_number\nwillow,Willow,village,,Nowhere,112\n")
    assert run(monkeypatch, "import", "sites", str(sites)) == 1
    assert capsys.readouterr().out.startswith(f"{sites}:2:5: time_zone: 'Nowhere' is no time zone")
    sites.write_text(
        "code,name,kind,parent_code,time_zone,emergency_number\nwillow,Willow,village,,Africa/Nairobi,112\n"
    )
    assert run(monkeypatch, "import", "sites", str(sites)) == 0
    assert "sites: 1 new" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    upgrade(url)
    (tmp_path / "out").write_text("a file where a folder should be")
    assert run(monkeypatch, "report", "month", "--csv", str(tmp_path / "out" / "month.csv")) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'out' / 'month.csv'}: Not a directory\n"


@pytest.mark.parametrize(("name", "shown"), [("DATA_KEYS", "DATA_KEYS is not"), ("INDEX_KEY", "INDEX_KEY is not")])
def test_the_keys_of_another_database_are_one_sentence(
    url: str, name: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With another INDEX_KEY the list would bring everybody in with a second telephone, under which nobody is found."""
    sites, clinicians = tmp_path / "sites.csv", tmp_path / "clinicians.csv"
    sites.write_text(
        "code,name,kind,parent_code,time_zone,emergency_number\nwillow,Willow,clinic,,Africa/Nairobi,112\n"
    )
    clinicians.write_text(
        "code,name,phone,language,site_code,role,duty\nchandra,Chandra,+254733000003,en,willow,coordinator,always\n"
    )
    assert run(monkeypatch, "import", "sites", str(sites)) == 0
    assert run(monkeypatch, "import", "clinicians", str(clinicians)) == 0
    assert run(monkeypatch, "audit") == 0
    monkeypatch.setenv(name, "o" * 32)
    capsys.readouterr()
    assert run(monkeypatch, "import", "clinicians", str(clinicians)) == 1
    assert capsys.readouterr().err.startswith(shown)
    assert run(monkeypatch, "check-config") == 1
    assert shown in capsys.readouterr().out
    assert run(monkeypatch, "audit") == 1
    assert capsys.readouterr().out.startswith("wrong key: " + shown)


def test_a_word_in_another_encoding_is_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "erase", "am\udcffina") == 2
    assert capsys.readouterr() == ("", "'am\\udcffina' is not UTF-8: write it in this terminal's own letters\n")
