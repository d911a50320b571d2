"""Does `export fhir` write a file for each kind of resource, and say so in one sentence where it cannot?"""

import json
from pathlib import Path

import pytest

from gateway.quality.fhir.resources import KINDS
from gateway.store.database import upgrade
from tests.commands.test_misuse import run, url

__all__ = ["url"]


def test_a_gateway_that_has_done_nothing_exports_empty_files(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    upgrade(url)
    assert run(monkeypatch, "export", "fhir", "--out", "out") == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "out/Task.ndjson: 0 rows"
    assert said.err.startswith("PUBLIC_URL is this machine")
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == list(KINDS)
    systems = [json.loads(line) for line in (tmp_path / "out" / "CodeSystem.ndjson").read_text("utf-8").splitlines()]
    assert systems[0]["url"].startswith("http://127.0.0.1:8000/fhir/CodeSystem/")


def test_a_folder_that_is_a_file_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    assert run(monkeypatch, "export", "fhir", "--out", "out") == 2
    assert "is a file" in capsys.readouterr().err
