"""What must be mended is said in the language of whoever reads the page."""

from zoneinfo import ZoneInfo

import pytest

from gateway.console.tongue import Tongue, catalog
from gateway.core import flowfile
from gateway.core.worded import Code, worded

MISSPELT = "flow: a\ntitle: A\nwritten_in: en\naudience: patient\nrank: weekly\nchannels: [sms]\nremimd: [4 hours]\n"
MISSING = worded("people in this flow speak %(language)s, and it has no translation", language=Code("sw"))


def tongue(code: str) -> Tongue:
    return Tongue(code, ZoneInfo("UTC"), catalog(code))


@pytest.mark.parametrize(("code", "word"), [("en", "did you mean"), ("zh_CN", "您是指"), ("ar", "هل تقصد")])
def test_a_problem_with_its_hint(code: str, word: str) -> None:
    _, problems = flowfile.read(MISSPELT)
    told = " ".join(tongue(code).told(problem.sentence) for problem in problems)
    assert word in told
    assert "remimd" in told


def test_a_language_is_called_by_its_name() -> None:
    assert "speak sw," in MISSING
    assert "speak Swahili," in tongue("en").told(MISSING)
    assert "斯瓦希里语" in tongue("zh_CN").told(MISSING)


def test_hours_of_duty_are_said_in_the_page_s_language() -> None:
    assert tongue("en").duty("mon-fri 08:00-17:00; sat 09:00-12:00") == "Mon-Fri 08:00-17:00; Sat 09:00-12:00"
    assert tongue("zh_CN").duty("mon 08:00-17:00") == "周一 08:00-17:00"
    assert "\u206608:00-17:00\u2069" in tongue("ar").duty("mon 08:00-17:00"), "from left to right"
