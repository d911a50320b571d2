"""Does `report month` print what the month's page shows, and queue each doctor's SMS once?"""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.report import report
from tests.cases.story import Story
from tests.commands.test_cases import story  # noqa: F401 - the fixture
from tests.quality.march import reach

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "incentives.yaml"


@pytest.fixture
def march(story: Story) -> Story:  # noqa: F811 - the fixture
    """A month long ago, since a doctor hears of whole months only."""
    reach(story)
    story.closes()
    return story


def test_figures_stand_in_lines(march: Story, tmp_path: Path) -> None:
    shown = _report("2026-03", "--csv", str(tmp_path / "march.csv"))
    assert shown.exit_code == 0
    assert "red    1  told 0 min  accepted 10 min  contact 40 min  in time 1  late 0" in shown.output
    assert "doctor baraka  patients answered -  cases 1  taken on 1 in 10 min" in shown.output
    assert "rank none (fewer than 10 cases)" in shown.output
    rows = list(csv.DictReader((tmp_path / "march.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["figure"]: row["value"] for row in rows if row["doctor"] == "baraka"}["accepted"] == "1"


def test_one_site_alone(march: Story) -> None:
    assert "red    1" in _report("2026-03", "--site", "township").output
    assert _report("2026-03", "--site", "nowhere").exit_code == 2


def test_the_same_figures_come_as_a_table_as_json_and_as_a_page(march: Story) -> None:
    table, page = (_report("--month", "2026-03", "--format", form) for form in ("csv", "html"))
    told = json.loads(_report("--month", "2026-03", "--format", "json").stdout)
    rows = list(csv.DictReader(table.stdout.splitlines()))
    assert (told["month"], len(told["figures"])) == ("2026-03", len(rows))
    assert any((one["level"], one["figure"], one["value"]) == ("red", "cases", 1) for one in told["figures"])
    assert page.stdout.startswith("<!doctype html>")
    assert page.stdout.count("<tr>") == len(rows) + 1


def test_two_months_at_once_are_wrong_usage(march: Story) -> None:
    assert _report("2026-03", "--month", "2026-02").exit_code == 2


@pytest.mark.parametrize("month", ["2026-3", "soon", "8000-01", "2026-Q1"])
def test_wrong_usage_is_said_so(march: Story, month: str) -> None:
    assert _report(month, "--send").exit_code == 2


def test_each_doctor_is_sent_one_sms(march: Story) -> None:
    march.now += timedelta(days=40)
    assert "1 SMS to doctors queued" in _report("2026-03", "--send").output
    assert "0 SMS to doctors queued" in _report("2026-03", "--send").output


def test_a_quarter_is_a_period_like_a_month(march: Story, tmp_path: Path) -> None:
    shown = _report("2026-Q1", "--csv", str(tmp_path / "quarter.csv"))
    assert shown.output.startswith("2026-Q1, Africa/Nairobi")
    assert "red    1  told 0 min" in shown.output
    assert (tmp_path / "quarter.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("2026-Q1,")


def test_a_statement_for_each_site_and_clinician_is_printed_and_written(march: Story, tmp_path: Path) -> None:
    shown = _run("statement", "2026", "--csv", str(tmp_path / "year.csv"))
    assert "site baiyun\n    cases told of 1  taken on 1  handled 1" in shown.output
    rows = list(csv.DictReader((tmp_path / "year.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["period"], row["site"], row["clinician"], row["calls"]) for row in rows] == [
        ("2026", "baiyun", "", "1"),
        ("2026", "baiyun", "baraka", "1"),
    ]


def test_what_a_sites_rules_give_is_listed(march: Story, tmp_path: Path) -> None:
    shown = _run("incentives", "2026-Q1", "--rules", str(EXAMPLE), "--csv", str(tmp_path / "points.csv"))
    assert "baraka (clinician, clinic)  case completed in time, village: 1 x 10 = 10 points" in shown.output
    (row,) = csv.DictReader((tmp_path / "points.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["clinician"], row["sum"], row["unit"]) == ("baraka", "10", "points")


def test_a_wrong_rule_is_named_with_its_line(march: Story, tmp_path: Path) -> None:
    wrong = tmp_path / "rules.yaml"
    wrong.write_text("unit: points\nrules:\n  - name: a\n    for: being kind\n    amount: 1\n")
    shown = _run("incentives", "2026-03", "--rules", str(wrong))
    assert (shown.exit_code, f"{wrong}:4:5: 'being kind' is not known" in shown.stderr) == (1, True)


def test_rules_that_are_no_utf_8_are_named_with_their_line(march: Story, tmp_path: Path) -> None:
    wrong = tmp_path / "rules.yaml"
    wrong.write_bytes(b"unit: points\nrules: \xff\n")
    shown = _run("incentives", "2026-03", "--rules", str(wrong))
    assert (shown.exit_code, f"{wrong}:2:8: this file is not UTF-8" in shown.stderr) == (1, True)


def _report(*arguments: str) -> Result:
    return _run("month", *arguments)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(report, arguments)
