"""What is different in a draft is said by what its cards call it."""

from zoneinfo import ZoneInfo

import pytest

from gateway.console.flows import sentences
from gateway.console.tongue import Tongue, catalog
from gateway.core.changes import EFFECTS, REST, TIMES, Change


def said(change: Change, code: str = "en") -> str:
    return sentences.change(Tongue(code, ZoneInfo("UTC"), catalog(code)), change, {"pain": "pain at night"})


def test_a_time_and_a_setting_are_called_by_their_fields() -> None:
    told = said(Change("time", "learning", "", "3 weeks"))
    assert told == "“Time to learn, from the enrolment on”: 3 weeks instead of —"
    assert said(Change("setting", "discreet", "yes", "no")).endswith("illness”: no instead of yes")


def test_what_a_question_does_is_called_by_its_field() -> None:
    assert (
        said(Change("effect", "pain/consent", "", "messages"))
        == "“pain at night: A yes agrees to”: messages instead of —"
    )
    assert said(Change("text", "pain/sms", "", "How bad?")).startswith("“pain at night: Other words by SMS” says")


@pytest.mark.parametrize("name", [*TIMES, *REST])
def test_no_key_of_the_file_stands_in_what_a_clinician_reads(name: str) -> None:
    assert f"“{name}”" not in said(Change("setting", name, "1", "2"))


def test_a_fact_that_nobody_is_asked_for_is_said_in_words() -> None:
    tongue = Tongue("en", ZoneInfo("UTC"), catalog("en"))
    assert sentences.condition(tongue, "has_pin is yes", {}) == "“has four digits of their own” is yes"


@pytest.mark.parametrize("key", EFFECTS)
def test_every_effect_can_be_said(key: str) -> None:
    assert said(Change("effect", f"pain/{key}", "1", "2"))
