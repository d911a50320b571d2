"""What kind of reply does the open question wait for?"""

from collections.abc import Iterator

from gateway.core.flow import Ask, Flow
from gateway.core.keypad import perhaps_ten
from gateway.core.memory import Conversation, State
from gateway.core.places import place
from gateway.core.understand import (
    ChoiceExpected,
    Expected,
    GreetingExpected,
    Label,
    MenuExpected,
    Nothing,
    PinExpected,
    ReadBackExpected,
    ScaleExpected,
    YesNoExpected,
)


def expected(flow: Flow, conversation: Conversation) -> Expected:
    match conversation.reopened().state:
        case State.GREETING:
            return GreetingExpected()
        case State.CHECKING:
            return PinExpected()
        case State.WHO:
            return ChoiceExpected(len(conversation.who))
        case State.MENU:
            return MenuExpected()
        case State.ASKING:
            return answer_to(flow, flow.questions()[str(conversation.open)])
        case State.READING_BACK:
            step, answer = flow.questions()[str(conversation.open)], conversation.answer(str(conversation.open))
            return ReadBackExpected(answer is not None and perhaps_ten(flow, step, answer.value))
        case _:
            return Nothing()


def answer_to(flow: Flow, step: Ask) -> Expected:
    if step.yes_no:
        return YesNoExpected(step.agreement)
    if step.pin:
        return PinExpected()
    if step.choices:
        return ChoiceExpected(max(step.choices), tuple(_choices(flow, step)))
    scale = flow.scales[str(step.scale)]
    return ScaleExpected(scale.low, scale.high, tuple(_labels(flow, step)))


def _choices(flow: Flow, step: Ask) -> Iterator[Label]:
    for number, label in step.choices.items():
        yield Label(number, label, place(flow, step, f"choice.{number}"))


def _labels(flow: Flow, step: Ask) -> Iterator[Label]:
    """The ends and the middle as the question names them, and the scale's own names."""
    scale = flow.scales[str(step.scale)]
    named = {"lowest": scale.low, "middle": (scale.low + scale.high) // 2, "highest": scale.high}
    for part, value in named.items():
        if written := getattr(step, part):
            yield Label(value, written, place(flow, step, part))
    for value, label in scale.labels.items():
        yield Label(value, label, place(flow, step, f"label.{value}"))
