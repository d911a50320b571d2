"""How is a flow put to somebody who answers in five words instead of in numbers?"""

from gateway.core.flow import Ask, Block, Flow, Scale, Step
from gateway.core.places import word

WORDS = 5


def put(flow: Flow) -> Flow:
    """Every question on a scale that has `in_words` offers five choices; the numbers that they stand for are stored.

    Its scale stays, so that limits, scores and "worse" are judged as ever.
    """
    return flow.model_copy(update={"steps": tuple(_step(flow, step) for step in flow.steps)})


def _step(flow: Flow, step: Step) -> Step:
    if isinstance(step, Block):
        return step.model_copy(update={"steps": tuple(_step(flow, inner) for inner in step.steps)})
    scale = flow.scales.get(step.scale or "") if isinstance(step, Ask) else None
    if not isinstance(step, Ask) or scale is None or len(scale.in_words) != WORDS or step.right is not None:
        return step
    return step.model_copy(update={"choices": _words(flow, step, scale), "numbers": scale.in_words})


def _words(flow: Flow, step: Ask, scale: Scale) -> dict[int, str]:
    named = {number: (word(flow, f"five_{number}") or ("", ""))[1] for number in range(1, WORDS + 1)}
    return named | {number: end for number, end in ((1, step.lowest), (WORDS, step.highest)) if end}
