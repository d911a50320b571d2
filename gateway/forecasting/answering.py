"""What would this patient answer? Drawn from a seed, so that the same plan always gives the same district."""

from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist

from gateway.core.conditions import Test
from gateway.core.flow import Ask, Flow, Level, Scale
from gateway.core.understand import (
    ChoiceExpected,
    Expected,
    GreetingExpected,
    ReadBackExpected,
    ScaleExpected,
    YesNoExpected,
)
from gateway.forecasting.plan import Plan

SPREAD = 0.25  # of a scale's length: how far the answers of many people lie apart
SEVERE = 0.65  # of a scale's length: from here on it rounds to 7 of 10
NEVER = 1e-9  # a share of nothing, or of all, has no place on the curve
OWN = 0.7  # how much of an answer is the patient's own and comes again next week
FIRST, NEXT = 40, 1.5  # minutes on average: until she begins, and from question to question
AGREES = 0.9  # where a yes is no danger sign: "did the doctor phone?", "may we go on?"


@dataclass
class Patient:
    """`levels`: by question, how ill this one is beside the others, in standard deviations."""

    plan: Plan
    dice: Random
    levels: dict[str, float] = field(default_factory=dict)
    begun: dict[str, bool] = field(default_factory=dict)  # by conversation: does she take part, or is she silent?
    is_typing: bool = False
    last: str = ""  # the conversation in which she wrote last

    def takes_part_in(self, conversation_id: str) -> bool:
        """Drawn once for each time that she is asked."""
        return self.begun.setdefault(conversation_id, self.dice.random() < self.plan.answered)

    def minutes(self, conversation_id: str) -> float:
        """The first reply takes most people less than an hour, some wait for a reminder; then she has it in hand."""
        usual, self.last = (NEXT if conversation_id == self.last else FIRST), conversation_id
        return self.dice.expovariate(1 / usual)

    def reply(self, flow: Flow, question: str | None, expected: Expected) -> str:
        """The digits that she types or presses; "" where nothing is asked."""
        step = flow.questions().get(question or "")
        match expected:
            case GreetingExpected() | ReadBackExpected():
                return "1"
            case YesNoExpected():
                return "1" if self.dice.random() < self._yes(flow, question or "", step) else "2"
            case ScaleExpected(low, high):
                scale = flow.scales.get(step.scale or "") if step else None
                return str(self._number(question or "", low, high, scale))
            case ChoiceExpected():
                numbers = list(step.choices) if step and step.choices else list(range(1, expected.count + 1))
                return str(numbers[self._number(question or "", 0, len(numbers) - 1, None)])
        return ""

    def _number(self, question: str, low: int, high: int, scale: Scale | None) -> int:
        """So that `severe` of all answers lie in the worst third of the scale, whichever end is the bad one."""
        own = self.levels.setdefault(question, self.dice.gauss())
        drawn = OWN * own + (1 - OWN**2) ** 0.5 * self.dice.gauss()
        share = min(max(self.plan.severe, NEVER), 1 - NEVER)
        middle = SEVERE - SPREAD * NormalDist().inv_cdf(1 - share)
        steps: int = round(min(1.0, max(0.0, middle + SPREAD * drawn)) * (high - low))
        return high - steps if scale and scale.worse == "lower" else low + steps

    def _yes(self, flow: Flow, question: str, step: Ask | None) -> float:
        """On a call each danger sign is a question by itself."""
        parts = len(step.voice_each) if step and self.plan.channel == "voice" else 0
        return self.plan.danger / max(parts, 1) if question in alarming(flow) else AGREES


def alarming(flow: Flow) -> frozenset[str]:
    """The questions to which a yes opens a case at once."""
    limits = [breach.when for breach in flow.breaches if breach.when and breach.level is not Level.AMBER]
    return frozenset(
        name
        for limit in limits
        for clause in limit.clauses
        for claim in clause.claims
        for name in clause.ids
        if claim.test is Test.IS and claim.values == ("yes",) and isinstance(flow.questions().get(name), Ask)
    )
