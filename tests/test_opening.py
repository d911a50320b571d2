"""Does a session know what the settings say: the keys, and what the clinic is called?"""

from pathlib import Path

import pytest

from gateway.opening import open_from
from gateway.settings import load
from tests.test_settings import RIGHT


def test_a_session_knows_the_keys_and_the_name_of_the_clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {**RIGHT, "DATABASE_URL": f"sqlite:///{tmp_path}/gateway.db"}.items():
        monkeypatch.setenv(name, value)
    settings = load()
    database = open_from(settings)
    try:
        for opened in (database, database.in_a_hurry()):
            with opened.read() as session:
                assert session.info["clinic_name"] == "Baiyun clinic"
                assert session.info["keys"].data_keys == settings.data_key_bytes
    finally:
        database.close()
