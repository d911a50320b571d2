"""Does `reply` print one line of JSON for each line that it reads?"""

import json

import pytest
from click.testing import CliRunner

from gateway.commands.reply import reply


def read(text: bytes, kind: str = "scale:0-10", language: str = "en") -> list[dict[str, object]]:
    result = CliRunner().invoke(reply, ["--language", language, "--kind", kind], input=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.strip().split("\n")]


@pytest.mark.parametrize(
    ("said", "outcome", "value"),
    [
        ("7", "answer", 7),
        ("about 7", "answer", 7),
        ("", "unclear", None),
        ("5 or 6", "unclear", None),
        ("11", "out_of_range", None),
        ("don't know", "skip", None),
        ("I can't breathe", "red_flag", None),
        ("STOP", "stop", None),
        ("call me", "call_me", None),
        ("wrong number", "wrong_number", None),
    ],
)
def test_every_outcome_has_its_name(said: str, outcome: str, value: int | None) -> None:
    assert read(f"{said}\n".encode()) == [{"reply": said, "outcome": outcome, "value": value}]


def test_lines_stay_lines_and_chinese_stays_chinese() -> None:
    rows = read("七分\r\n\n十分疼\n是\u2028的".encode(), language="zh_CN")
    assert [(row["reply"], row["outcome"]) for row in rows] == [
        ("七分", "answer"),
        ("", "unclear"),
        ("十分疼", "unclear"),
        ("是\u2028的", "unclear"),
    ]


def test_yes_and_no_and_choices() -> None:
    assert [row["value"] for row in read(b"yes\n2\n3\n", kind="yesno")] == ["yes", "no", None]
    assert [row["value"] for row in read(b"4\n5\ntwo\n", kind="choice:4")] == [4, None, 2]


def test_bytes_that_are_no_text_are_unclear() -> None:
    assert [row["outcome"] for row in read(b"\xff\xfe\n7")] == ["unclear", "answer"]


@pytest.mark.parametrize("kind", ["scale", "scale:7-3", "scale:a-b", "choice:0", "choice:", "other", "scale:٠-١٠"])
def test_a_kind_that_is_none_is_refused_with_what_there_is(kind: str) -> None:
    result = CliRunner().invoke(reply, ["--language", "en", "--kind", kind])
    assert result.exit_code == 2
    assert "scale:0-10" in result.output


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    result = CliRunner().invoke(reply, ["--language", "xx", "--kind", "yesno"])
    assert result.exit_code == 2
    assert "ar, en, es, fr, hi, pt, sw, vi, zh_CN" in result.output
