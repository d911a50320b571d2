"""Is a flow whole once it stands, and does nothing change it?"""

from datetime import time, timedelta

import pytest
from pydantic import ValidationError

from gateway.core import flow as parts
from gateway.core.conditions import parse
from gateway.core.flow import Ask, Block, Say
from tests.core.test_flowfile import example


@pytest.mark.parametrize(
    ("text", "span"),
    [("4 hours", timedelta(hours=4)), ("1 day", timedelta(days=1)), ("30 minutes", timedelta(minutes=30))],
)
def test_a_length_of_time_is_read_as_it_is_spoken(text: str, span: timedelta) -> None:
    assert parts.duration(text) == span


@pytest.mark.parametrize("text", ["4h", "4", "hours", "-1 day", "1.5 days", "4  hours", "1 month", "٤ hours x"])
def test_anything_else_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parts.duration(text)


def test_a_time_of_day_has_four_digits() -> None:
    assert parts.clock_time("09:05") == time(9, 5)
    for wrong in ("9:05", "24:00", "09:60", "0905"):
        with pytest.raises(ValueError, match="no time of day"):
            parts.clock_time(wrong)


@pytest.mark.parametrize("text", ["1_0", "+7", " 3", "-1", "3.0", "٣", "³", ""])
def test_only_plain_digits_are_a_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        parts.whole(text)


def test_every_step_comes_with_the_conditions_above_it() -> None:
    _, flow = example()
    above = {step.id: [one.text for one in conditions] for step, conditions in flow.every_step()}
    assert above["pain_now"] == ["pain at least 7"]
    assert above["pain_advice"] == ["pain at least 4"]
    assert above["breath"] == []


def test_conditions_of_blocks_within_blocks_add_up() -> None:
    inner = Block(when=parse("b is yes"), steps=(Say(say="deep", text="Deep.", only_if=parse("c is 2")),))
    _, flow = example()
    deep = flow.model_copy(update={"steps": (Block(when=parse("a is yes"), steps=(inner,)),)})
    assert [[one.text for one in above] for _, above in deep.every_step()] == [["a is yes", "b is yes", "c is 2"]]


def test_a_flow_is_frozen() -> None:
    _, flow = example()
    with pytest.raises(ValidationError):
        flow.title = "Another"  # type: ignore[misc]  # that it is refused is what is shown


def test_a_question_without_an_answer_cannot_be_built() -> None:
    with pytest.raises(ValidationError, match="needs one of scale, yes_no, choices or pin"):
        Ask(ask="pain", text="Pain?")
