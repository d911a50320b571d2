"""Is a flow whole once it stands, and does nothing change it?"""

import pytest
from pydantic import ValidationError

from gateway.core.conditions import parse
from gateway.core.flow import Ask, Block, Say
from tests.core.test_flowfile import example


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
