"""Does `score` append the scores to the rows, and name what is wrong with its line?"""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.score import NAMES, score
from tests.core.test_instruments import SITE_FILE, published_rows

PHQ_9 = "id,1,2,3,4,5,6,7,8,9,note\n"


def run(instrument: str, text: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(score, [instrument, *options], input=text)


def printed(instrument: str, text: str | bytes) -> list[list[str]]:
    result = run(instrument, text)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return list(csv.reader(io.StringIO(result.stdout)))


def told(instrument: str, text: str | bytes) -> list[str]:
    """What is wrong; nothing may be printed beside it."""
    result = run(instrument, text)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.splitlines()


def test_the_score_stands_behind_the_row_and_is_empty_where_the_rule_gives_none() -> None:
    rows = printed("phq-9", PHQ_9 + "a,1,1,1,1,1,1,1,1,1,\nb,2,1,1,0,0,0,0,0,,\nc,,,,3,3,3,3,3,3,\n")
    assert rows[0][-1] == "phq-9"
    assert [row[-1] for row in rows[1:]] == ["9", "5", ""]


def test_other_columns_pass_through_untouched_and_quoted() -> None:
    text = 'note,2,id,1\n"Amina, said ""well""\nand left", 1,007,2\n'
    rows = printed("phq-2", text)
    assert rows[1] == ['Amina, said "well"\nand left', " 1", "007", "2", "3"]


def test_the_first_two_of_nine_make_the_short_form() -> None:
    assert [row[-1] for row in printed("phq-2", PHQ_9 + "a,3,1,9,9,9,9,9,9,9,x\n")] == ["phq-2", "4"]


def test_grades_come_in_the_order_of_the_items() -> None:
    rows = printed("pro-ctcae", "48C,id,9A,9B,48A,48B,24A\n4,a,3,2,4,4,1\n,b,0,,0,,\n0,c,1,,1,0,0\n")
    assert rows[0][-2:] == ["9_grade", "48_grade"]
    assert [row[-2:] for row in rows[1:]] == [["2", "3"], ["0", "0"], ["", "0"]]


def test_all_179_published_rows_go_through_the_command() -> None:
    items = {"F": 16, "S": 15, "I": 27, "FS": 9, "FI": 18, "SI": 3, "FSI": 48}
    rows = published_rows()
    for kind, number in items.items():
        mine = [row for row in rows if row["type"] == kind]
        header = [f"{number}{letter}" for letter in "ABC"[: len(kind)]]
        cells = [[row[{"F": "freq", "S": "sev", "I": "int"}[letter]] for letter in kind] for row in mine]
        text = "\n".join(",".join(line) for line in [header, *cells])
        assert [row[-1] for row in printed("pro-ctcae", text)[1:]] == [row["grade"] for row in mine]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_lines_are_fine(end: str) -> None:
    text = f"1,2{end}1,2{end}{end},{end}".encode("utf-8-sig")
    result = run("gad-2", text)
    assert result.stdout_bytes == b"1,2,gad-2\n1,2,3\n,,\n"


def test_a_blank_line_of_a_single_column_is_a_report_without_an_answer() -> None:
    assert printed("pro-ctcae", "16A\n4\n\n1\n") == [["16A", "16_grade"], ["4", "3"], ["", ""], ["1", "1"]]


def test_a_header_alone_has_no_reports() -> None:
    assert printed("phq-2", "1,2\n") == [["1", "2", "phq-2"]]


@pytest.mark.parametrize("cell", ["4", "-1", "1.5", "2.0", "x", "３", "NA", "1e0", "+1", "1_0"])
def test_a_bad_value_is_named_with_its_line_and_nothing_is_printed(cell: str) -> None:
    (line,) = told("phq-2", f'note,1,2\n"two\nlines",1,1\nb,{cell},1\n')
    assert line.startswith(f"<stdin>:4:2: '{cell}' is no answer to item 1: write a whole number from 0 to 3")


def test_a_yes_or_no_item_knows_no_two() -> None:
    (line,) = told("pro-ctcae", "9A,9B,24A\n1,1,2\n")
    assert line.startswith("<stdin>:2:3: '2' is no answer to item 24A: write a whole number from 0 to 1")


@pytest.mark.parametrize(
    ("instrument", "text", "said"),
    [
        ("phq-9", "1;2;3\n1;2;3\n", ":1:1: the columns stand apart by ';' here: save the file with commas"),
        ("phq-9", "1\t2\n1\t2\n", ":1:1: the columns stand apart by tabs here"),
        ("pro-ctcae", "9A;9B\n1;1\n", ":1:1: the columns stand apart by ';' here"),
        ("phq-9", "1,2,3,4,5,6,7,8\n", ":1:1: phq-9 needs a column for each item, missing here: 9"),
        ("phq-2", "1,2,1\n", ":1:1: the column '1' stands here more than once"),
        ("phq-2", "1,2,phq-2\n", ":1:1: a column 'phq-2' stands here already: take it out"),
        ("phq-2", "1,2\n1\n", ":2:1: this row has 1 columns, the first line has 2"),
        ("phq-2", "1,2\n1,2,3\n", ":2:1: this row has 3 columns, the first line has 2"),
        ("phq-2", '1,2\n1,"2\n', ":2:1: from here on the file cannot be read as CSV"),
        ("phq-2", "", ":1:1: the file is empty"),
        ("phq-2", b"1,2\n1,\xff\n", ":2:1: this is not UTF-8"),
        ("pro-ctcae", "9A,9C\n1,1\n", ":1:1: '9C' is no item: 9 is asked as 9A, 9B"),
        ("pro-ctcae", "81A\n1\n", ":1:1: '81A' is no item: they end at 80"),
        ("pro-ctcae", "id,24A\na,1\n", ":1:1: no column here is an item with a grade"),
    ],
)
def test_a_table_that_cannot_be_scored_is_told_why(instrument: str, text: str | bytes, said: str) -> None:
    (line,) = told(instrument, text)
    assert line.startswith(f"<stdin>{said}")


def test_a_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_text("1,2\n9,1\n")
    result = CliRunner().invoke(score, ["gad-2", str(file)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}:2:1: '9' is no answer to item 1")


def test_the_sites_own_items_are_checked_first(tmp_path: Path) -> None:
    file = tmp_path / "items.yaml"
    file.write_text(SITE_FILE)
    assert run("pro-ctcae", "9A,9B\n1,1\n", "--items", str(file)).stdout == "9A,9B,9_grade\n1,1,1\n"
    assert "the item file has no item 48A" in run("pro-ctcae", "48A\n1\n", "--items", str(file)).stderr
    assert "this is the file of pro-ctcae, not of phq-2" in run("phq-2", "1,2\n", "--items", str(file)).stderr
    file.write_text(SITE_FILE.replace("accepted: true", "accepted: false"))
    result = run("pro-ctcae", "9A,9B\n1,1\n", "--items", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{file}:10:13: the owner's terms of use are not accepted")


def test_an_instrument_that_is_not_here_is_refused_with_those_there_are() -> None:
    result = run("mdasi", "")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in NAMES)
