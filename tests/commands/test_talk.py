"""Do transcripts play, and does a flow converse in the terminal?"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands import talk


def test_every_shipped_transcript_plays_in_every_language_on_both_channels() -> None:
    result = CliRunner().invoke(talk.test)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("! case red severe_pain\n", "", ":9:1: '> pain_now' is written here, but '! case red severe_pain' comes"),
        ("< 8", "< 6", ":9:1: '! case red severe_pain' is written here, but '> tiredness' comes"),
        ("> close\n", "> close\n> close\n", ":28:1: '> close' is written here, but nothing more comes"),
        ("> close\n", "", ":26:1: after this line '> close' comes, which is not written"),
        ("< 8", "< keyword dance", ":8:1: 'dance' is no keyword of"),
        ("< 8", "@ tomorrow", ":8:1: 'tomorrow' is no length of time"),
        ("< 8", "she says 8", ":8:1: 'she says 8' begins with none of"),
    ],
)
def test_what_comes_out_otherwise_is_named_with_its_line(tmp_path: Path, was: str, becomes: str, sentence: str) -> None:
    shipped = Path(__file__).parents[2] / "flows" / "tests" / "weekly-check.pain.txt"
    file = tmp_path / "weekly-check.changed.txt"
    file.write_text(shipped.read_text("utf-8").replace(was, becomes), "utf-8")
    result = CliRunner().invoke(talk.test, [str(file)])
    assert result.exit_code == 1
    assert f"{file}{sentence}" in result.output


def test_a_flow_converses_with_its_segments() -> None:
    result = CliRunner().invoke(talk.play, ["weekly-check", "--language", "zh_CN"], input="1\n2\n8\n")
    assert result.exit_code == 0
    assert "(UCS-2, 51 signs, 1 SMS)" in result.output


def test_a_call_ends_when_it_hangs_up() -> None:
    result = CliRunner().invoke(talk.play, ["weekly-check", "--channel", "voice"], input="1\n1\n2\n")
    assert result.output.rstrip().endswith("(hangs up)")


def test_what_is_no_text_is_said_with_its_place(tmp_path: Path) -> None:
    for name in ("weekly-check.broken.txt", "flow.yaml"):
        (tmp_path / name).write_bytes(b"\xff\xfe\n")
    played = CliRunner().invoke(talk.play, [str(tmp_path / "flow.yaml")])
    assert (played.exit_code, played.output.startswith(f"{tmp_path / 'flow.yaml'}:1:1: this file is not UTF-8")) == (
        1,
        True,
    )
    tested = CliRunner().invoke(talk.test, [str(tmp_path / "weekly-check.broken.txt")])
    assert tested.exit_code == 1
    assert f"{tmp_path / 'weekly-check.broken.txt'}:1:1: " in tested.output


def test_a_transcript_is_of_the_flow_beside_it(tmp_path: Path) -> None:
    flows = Path(__file__).parents[2] / "flows"
    (tmp_path / "tests").mkdir()
    (tmp_path / "mine.yaml").write_text((flows / "weekly-check.yaml").read_text("utf-8"), "utf-8")
    file = tmp_path / "tests" / "mine.pain.txt"
    file.write_text((flows / "tests" / "weekly-check.pain.txt").read_text("utf-8"), "utf-8")
    assert CliRunner().invoke(talk.test, [str(file)]).exit_code == 0


def test_an_unknown_flow_is_refused() -> None:
    assert CliRunner().invoke(talk.play, ["no-such-flow"]).exit_code == 2


def test_a_reply_in_another_encoding_is_asked_again() -> None:
    result = CliRunner().invoke(talk.play, ["weekly-check"], input=b"\xff\xfe\r\n1\r\n")
    assert result.exit_code == 0
    assert "could not read that" in result.output
