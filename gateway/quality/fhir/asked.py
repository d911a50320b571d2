"""What was asked, and of which kind is its answer in FHIR: a whole number, a yes or no, or one of some choices?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.core.flow import Ask, Flow, Scale
from gateway.quality.fhir import codes
from gateway.quality.fhir.elements import EXTENSION, Json, Local, filled


@dataclass(frozen=True)
class Asked:
    """One question of one published version of a flow."""

    flow: str
    number: int
    step: Ask
    scale: Scale | None

    @property
    def kind(self) -> str:
        if self.step.yes_no:
            return "boolean"
        return "choice" if self.choices else "integer"

    @property
    def choices(self) -> Mapping[int, str]:
        """A scale of which every number has its own words is a list to choose from, too."""
        if self.scale is None:
            return self.step.choices
        has_all = len(self.scale.labels) == self.scale.high - self.scale.low + 1
        return self.scale.labels if has_all else {}

    @property
    def code(self) -> str:
        """Without the version: a symptom is followed through all of them."""
        return f"{self.flow}.{self.step.ask}"

    @property
    def named(self) -> str:
        return self.step.name or self.step.text

    def option(self, local: Local, number: int) -> Json:
        """With the version: another one may call the same number something else."""
        return local.coding("answers", f"{self.flow}.{self.number}.{self.step.ask}.{number}", self.choices[number])


def asked_in(flow: Flow, number: int) -> dict[str, Asked]:
    """In the flow's order. Digits by which she shows that it is she are nobody else's."""
    return {
        name: Asked(flow.flow, number, step, flow.scales.get(step.scale or ""))
        for name, step in flow.questions().items()
        if not step.pin
    }


def coding_of(asked: Asked, local: Local, *, by_number: bool = True) -> list[Json]:
    """`by_number`: answered in numbers, and not in five words."""
    loinc = codes.ITEMS.get(asked.step.item or "")
    if asked.step.ask == codes.PAIN and codes.is_zero_to_ten(asked.scale) and by_number:
        loinc = codes.PAIN_ITEM
    own = local.coding("questions", asked.code, asked.named)
    return [{"system": codes.LOINC, "code": loinc}, own] if loinc else [own]


def item(asked: Asked, local: Local) -> Json:
    scale = asked.scale if asked.kind == "integer" else None
    return filled(
        linkId=asked.step.ask,
        extension=_bounds(scale) if scale else None,
        code=coding_of(asked, local),
        text=asked.step.text,
        type=asked.kind,
        answerOption=list(_options(asked, local)),
    )


def value(asked: Asked, local: Local, number: int | None, word: str | None) -> Json | None:
    """None where she said that she skips it, or where nothing is kept of it."""
    if asked.kind == "boolean":
        return {"valueBoolean": word == "yes"} if word in ("yes", "no") else None
    if number is None:
        return None
    return {"valueCoding": asked.option(local, number)} if number in asked.choices else {"valueInteger": number}


def _bounds(scale: Scale) -> list[Json]:
    ends = (("minValue", scale.low), ("maxValue", scale.high))
    return [{"url": f"{EXTENSION}/{name}", "valueInteger": end} for name, end in ends]


def _options(asked: Asked, local: Local) -> Iterable[Json]:
    for number in asked.choices:
        order = [{"url": f"{EXTENSION}/ordinalValue", "valueDecimal": number}] if asked.scale else None
        yield filled(extension=order, valueCoding=asked.option(local, number))
