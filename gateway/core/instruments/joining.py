"""Does a flow put an instrument's questions word for word, on its scale, and score them by its rule?"""

from collections.abc import Iterator, Mapping

from gateway.core.flow import Ask, Flow, Scale, ScoreRule
from gateway.core.instruments.instrument import Instrument
from gateway.core.worded import worded
from gateway.core.written import Path

Said = tuple[Path, str]  # where it is written, and what is wrong


def problems(flow: Flow, instruments: Mapping[str, Instrument]) -> Iterator[Said]:
    """`instruments`: those that may be used. One whose file names no permission, or refuses its terms, is not there."""
    for step in flow.questions().values():
        if step.item:
            yield from _item(flow, step, instruments)
    for name, rule in flow.scores.items():
        if rule.instrument:
            yield from _score(flow, name, rule, instruments)


def _item(flow: Flow, step: Ask, instruments: Mapping[str, Instrument]) -> Iterator[Said]:
    name, _, number = str(step.item).partition(" ")
    instrument, here = instruments.get(name), ("step", step.id, "item")
    if instrument is None:
        yield here, worded("there is no instrument '%(name)s' that may be used: see docs/instruments.md", name=name)
        return
    item = instrument.items.get(number)
    if item is None:
        yield here, worded("'%(name)s' has no item %(number)s", name=name, number=number)
    elif item.text not in (step.sms or step.text) or item.text not in step.text:
        yield (
            ("step", step.id, "text"),
            worded(
                "item %(number)s of %(name)s is not put word for word: '%(text)s'",
                number=number,
                name=name,
                text=item.text,
            ),
        )
    if instrument.scale and not _same(flow.scales.get(step.scale or ""), instrument.scale):
        yield (
            ("step", step.id, "scale"),
            worded("the scale is not that of %(name)s: numbers, labels and worse end", name=name),
        )
    if instrument.human_within_the_hour == number and not _guarded(flow, step):
        yield (
            here,
            worded(
                "item %(number)s of %(name)s is asked only 'when: human_within_the_hour is yes'",
                number=number,
                name=name,
            ),
        )


def _same(scale: Scale | None, theirs: Scale) -> bool:
    return scale is not None and scale.model_copy(update={"in_words": ()}) == theirs


def _guarded(flow: Flow, step: Ask) -> bool:
    above = next(conditions for each, conditions in flow.every_step() if each.id == step.id)
    return any("human_within_the_hour is yes" in condition.text for condition in above)


def _score(flow: Flow, name: str, rule: ScoreRule, instruments: Mapping[str, Instrument]) -> Iterator[Said]:
    instrument, here = instruments.get(str(rule.instrument)), ("scores", name)
    if instrument is None or instrument.missing is None:
        yield (
            here,
            worded(
                "there is no instrument '%(instrument)s' that may be used and has a total", instrument=rule.instrument
            ),
        )
        return
    asked = {step.id: step for step in flow.questions().values()}
    texts = [asked[item].text for item in rule.sum if item in asked]
    wanted = [item.text for item in instrument.items.values()]
    if len(texts) != len(wanted) or not all(one in text for one, text in zip(wanted, texts, strict=True)):
        yield (
            here,
            worded(
                "the sum is not that of %(instrument)s: all its items, in their order", instrument=instrument.instrument
            ),
        )
    may_miss, mean = instrument.missing.at_most, "mean" if instrument.missing.instead else None
    if rule.needs != len(wanted) - may_miss or rule.missing != mean:
        needs = len(wanted) - may_miss
        missing = ", missing: mean" if mean else ""
        yield (
            here,
            worded(
                "%(instrument)s is scored with 'needs: %(needs)s%(missing)s'",
                instrument=instrument.instrument,
                needs=needs,
                missing=missing,
            ),
        )
