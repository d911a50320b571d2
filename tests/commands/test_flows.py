"""Does `flows` tell a coordinator what to mend, and show what a flow does?"""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.flows import flows

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "tests" / "flowfiles" / "good" / "example.yaml"
BAD = ROOT / "tests" / "flowfiles" / "bad"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(flows, [str(argument) for argument in arguments])


def test_a_good_file_says_nothing_and_exits_0() -> None:
    result = run("check", EXAMPLE)
    assert (result.exit_code, result.output) == (0, "")


def test_a_bad_file_names_file_line_and_column_and_exits_1() -> None:
    result = run("check", BAD / "an_unknown_question.yaml")
    assert result.exit_code == 1
    assert result.output == (
        f"{BAD / 'an_unknown_question.yaml'}:31:14: no question is called 'pian'; did you mean 'pain'?\n"
    )


def test_one_bad_file_among_good_ones_is_enough() -> None:
    assert run("check", EXAMPLE, BAD / "a_tab.yaml", EXAMPLE).exit_code == 1


def test_a_warning_is_marked_and_exits_0(tmp_path: Path) -> None:
    advice = "Take your medicine on time, with a little water, and not only when it is strong. " * 5
    file = tmp_path / "flow.yaml"
    file.write_text(
        EXAMPLE.read_text("utf-8").replace("Take the pain medicine", advice + "Take the pain medicine"), "utf-8"
    )
    result = run("check", file)
    assert result.exit_code == 0
    assert result.output == f"{file}:70:11: warning: 'pain_advice' makes 4 SMS in en: more than 2\n"


def test_translations_are_judged_only_where_asked() -> None:
    weekly = ROOT / "flows" / "weekly-check.yaml"
    assert run("check", weekly, "--language", "zh_CN", "--language", "en").output == ""
    result = run("check", EXAMPLE, "--language", "zh_CN")
    assert result.exit_code == 1
    assert "is missing" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "nothing.yaml"),
        ("check", EXAMPLE, "--language", "xx"),
        ("show", EXAMPLE, "--format", "svg"),
    ],
)
def test_wrong_usage_exits_2(arguments: tuple[object, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_show_prints_the_machine() -> None:
    result = run("show", EXAMPLE)
    assert result.exit_code == 0
    assert "pain at least 7 -> pain_now" in result.output
    assert run("show", EXAMPLE, "--format", "mermaid").output.startswith("stateDiagram-v2")
    assert run("show", EXAMPLE, "--format", "dot").output.startswith('digraph "weekly-check"')


def test_show_names_the_problems_of_a_bad_file() -> None:
    result = run("show", BAD / "a_tab.yaml")
    assert result.exit_code == 1
    assert ":20:1: a tab stands here: use spaces" in result.output


def test_a_file_that_is_no_text_is_named_as_such(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_bytes(b"\xff\xfe\x00\x01 flow")
    result = run("check", file)
    assert result.exit_code == 1
    assert str(file) in result.output


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.read_bytes().replace(b"\n", b"\r\n"))
    assert run("check", file).output == ""


def test_a_flow_is_known_by_its_shipped_name() -> None:
    assert run("check", "weekly-check").exit_code == 0
    assert run("show", "weekly-check").output == run("show", ROOT / "flows" / "weekly-check.yaml").output


def test_two_files_are_compared_in_words(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_text(EXAMPLE.read_text("utf-8").replace("breath at least 7", "breath at least 8"), "utf-8")
    result = run("diff", EXAMPLE, file)
    assert result.exit_code == 0
    assert result.output.splitlines()[0].endswith("red: 7 -> 8 (limits)")
    assert result.output.splitlines()[-1] == "1 differences"
    assert run("diff", EXAMPLE, EXAMPLE).output == "0 differences\n"


def test_a_flow_is_written_in_a_language_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_text(EXAMPLE.read_text("utf-8").replace("written_in: en", "written_in: xx"), "utf-8")
    result = run("check", file)
    assert result.exit_code == 1
    assert result.output.startswith(f"{file}:3:13: no language is called 'xx'; there are ar, en")
