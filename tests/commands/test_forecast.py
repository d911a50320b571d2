"""The command line: `forecast` prints what a flow would bring, and needs no setting."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.forecast import forecast
from tests.databases import ROOT

FEW = ("--patients", "2", "--weeks", "1")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(forecast, arguments)


def test_a_changed_flow_is_forecast_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever settings a real gateway has beside it."""
    for name, value in {"COUNTRIES": "KE", "GATEWAY_MODE": "demo", "REGION": "nowhere"}.items():
        monkeypatch.setenv(name, value)
    text = (ROOT / "flows" / "weekly-check.yaml").read_text("utf-8")
    file = tmp_path / "weekly-check.yaml"
    limit = "sleep, sickness at least 7"
    assert limit in text
    file.write_text(text.replace(limit, "sleep, sickness at least 0"), "utf-8")
    nobody_ill = ("--answered", "1", "--severe", "0", "--danger", "0")
    shown = _run(str(file), *FEW, *nobody_ill, "--sms-price", "0.05 AUD", "--format", "json")
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert told["assumed"]["patients"] == 2
    figures = told["figures"]
    assert (figures["reports asked"], figures["reports finished"], figures["cases opened, red"]) == (2, 2, 2)
    assert figures["cost of SMS"] == f"{figures['SMS parts sent'] * 0.05:.2f} AUD"


def test_a_wrong_flow_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "weekly-check.yaml"
    file.write_text("flow: weekly-check\nstart: {every: 1 wek}\n", "utf-8")
    shown = _run(str(file), *FEW)
    assert shown.exit_code == 1
    assert f"{file}:2:" in shown.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("doctor-reached",), "is asked on no schedule"),
        (("weekly-check", "--sms-price", "cheap"), "must be a number and a currency, for example 0.05 USD"),
        (("weekly-check", "--language", "xx"), "there is no language 'xx'; there are ar, en,"),
        (("weekly-check", "--patients", "0"), "0 is not in the range"),
        (("nosuch",), "'nosuch' does not exist"),
    ],
)
def test_wrong_usage_says_what_is_wrong(arguments: tuple[str, ...], sentence: str) -> None:
    shown = _run(*arguments)
    assert (shown.exit_code, sentence in shown.output) == (2, True), shown.output
