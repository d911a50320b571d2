"""Does a coordinator see what is still to be recorded, and can she bring it in?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway import publishing
from gateway.commands.flows import flows
from gateway.settings import load
from gateway.store.database import open_database
from gateway.store.sealing import Keys
from tests.commands.test_cases import SETTINGS
from tests.sounds import frames_of_mp3, tone
from tests.village import MONDAY, settle

ROOT = Path(__file__).parents[2]


@pytest.fixture
def seeded(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (SETTINGS | {"DATABASE_URL": database_url}).items():
        monkeypatch.setenv(name, value)
    chosen = load()
    opened = open_database(database_url, Keys(chosen.data_key_bytes, chosen.index_key_bytes))
    with opened.write() as session:
        settle(session)
        publishing.seed(session, ROOT / "flows", ROOT / "locales", MONDAY)
    yield
    opened.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(flows, list(words))


def test_a_coordinator_brings_a_recording_and_sees_it(seeded: None, tmp_path: Path) -> None:
    file = tmp_path / "pain.wav"
    file.write_bytes(tone(1.5))
    kept = run("record", "weekly-check", "en", "pain/voice", str(file), "--by", "Chandra")
    assert (kept.exit_code, kept.output.partition(",")[0]) == (0, "weekly-check/pain/voice: 1.5 s of wav")
    listed = run("voices", "weekly-check", "--language", "en")
    assert listed.exit_code == 0
    assert "weekly-check, version 1, en: synthetic voice of the account for en-US" in listed.output
    assert "  weekly-check/pain/voice: recorded, 1.5 s, Chandra, " in listed.output
    assert "  shared/call_silence: synthetic: No key yet. Take your time." in listed.output
    assert "shared/call_greeting: synthetic (nobody can record a name" in listed.output
    missing = run("voices", "weekly-check", "--language", "en", "--missing").output
    assert "weekly-check/pain/voice:" not in missing
    assert "shared/call_greeting" not in missing
    gone = run("record", "weekly-check", "en", "pain/voice", "--withdraw", "--by", "Chandra")
    assert (gone.exit_code, gone.output) == (0, "pain/voice: 1 withdrawn\n")
    assert "weekly-check/pain/voice: synthetic" in run("voices", "weekly-check", "--language", "en").output


def test_a_language_without_a_voice_is_heard_in_nothing(seeded: None) -> None:
    listed = run("voices", "weekly-check", "--language", "sw")
    assert listed.exit_code == 1
    assert "sw: no synthetic voice that we know of" in listed.output
    assert "weekly-check/pain/voice: NOTHING" in listed.output


def test_a_folder_is_taken_whole_or_not_at_all(seeded: None, tmp_path: Path) -> None:
    (tmp_path / "weekly-check.pain.voice.wav").write_bytes(tone())
    (tmp_path / "shared.call_silence.MP3").write_bytes(frames_of_mp3(60))
    (tmp_path / "shared.call_silense.mp3").write_bytes(frames_of_mp3(60))
    (tmp_path / "weekly-check.pain_now.wav").write_bytes(b"RIFF, but nothing else")
    refused = run("record", "weekly-check", "en", "--folder", str(tmp_path), "--by", "Chandra")
    assert refused.exit_code == 1
    assert "shared.call_silense.mp3: nothing is said at" in refused.output
    assert "weekly-check.pain_now.wav: weekly-check/pain_now: it is neither WAV nor MP3" in refused.output
    assert "Nothing was changed." in refused.output
    assert "recorded, " not in run("voices", "weekly-check", "--language", "en").output.partition("\n")[2]
    (tmp_path / "shared.call_silense.mp3").unlink()
    (tmp_path / "weekly-check.pain_now.wav").unlink()
    taken = run("record", "weekly-check", "en", "--folder", str(tmp_path), "--by", "Chandra")
    assert (taken.exit_code, len(taken.output.splitlines())) == (0, 2)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("voices", "weekly"), 1, "no version of a flow 'weekly'"),
        (("voices", "danger-sign"), 1, "does not go by voice"),
        (("voices", "weekly-check", "--language", "xx"), 1, "does not speak 'xx'"),
        (("record", "weekly-check", "en", "pain/voice", "--by", "Chandra"), 2, "give PLACE and FILE"),
        (("record", "weekly-check", "en", "pain/voice", "--withdraw", "--by", " "), 2, "--by needs a name"),
    ],
)
def test_what_is_asked_wrongly_is_said_so(seeded: None, words: tuple[str, ...], code: int, sentence: str) -> None:
    told = run(*words)
    assert (told.exit_code, sentence in told.output) == (code, True), told.output
