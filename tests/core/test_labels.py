"""Is a label that somebody sends back, word for word, read as the answer it stands for, and never as danger?"""

from collections.abc import Iterator

import pytest

from gateway.core.answers import Value
from gateway.core.expecting import answer_to
from gateway.core.flow import Ask, Flow
from gateway.core.questions import written
from gateway.core.understand import AnswerHeard, RedFlagHeard, understand
from tests.core.shipped import ROOT, WORDED, flow, language

# A danger sign is to be heard as one, and the items of the mood instruments have their published labels.
ELSEWHERE = ("shared", "danger-sign", "mood")
NAMES = sorted(file.stem for file in (ROOT / "flows").glob("*.yaml") if file.stem not in ELSEWHERE)


def labels(asked: Flow, step: Ask, code: str) -> Iterator[tuple[Value, str]]:
    ends = {}
    if step.scale:
        scale = asked.scales[step.scale]
        ends = {scale.low: "lowest", (scale.low + scale.high) // 2: "middle", scale.high: "highest"}
    parts = {**ends, **{number: f"choice.{number}" for number in step.choices}}
    yield from ((value, written(asked, language(code), step, part)) for value, part in parts.items())


@pytest.mark.parametrize("code", WORDED)
@pytest.mark.parametrize("name", NAMES)
def test_a_label_sent_back_is_its_answer(name: str, code: str) -> None:
    """But for the worst end of a scale: there too many alarms are better than too few."""
    asked = flow(name)
    misread = []
    for step in asked.questions().values():
        for value, label in labels(asked, step, code):
            heard = understand(label, answer_to(asked, step), language(code))
            alarming = isinstance(heard, RedFlagHeard) and step.scale and value == asked.scales[step.scale].high
            if label and not alarming and not (isinstance(heard, AnswerHeard) and heard.value == value):
                misread.append((step.id, value, label, type(heard).__name__))
    assert misread == []
