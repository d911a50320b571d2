"""Does what a flow declares of itself fit together: consents, practice, digits, series, order, whom it asks?"""

from collections.abc import Iterator
from datetime import timedelta

from gateway.core.answers import Channel
from gateway.core.fivewords import WORDS
from gateway.core.flow import Ask, Flow, Rank, Say
from gateway.core.worded import worded
from gateway.core.written import Path

Said = tuple[Path, str]  # where it is written, and what is wrong

# Only with these does a keyword begin a flow; the others are obeyed by the gateway itself.
STARTING = ("medicine", "menu", "report", "scores", "start")


def problems(flow: Flow) -> Iterator[Said]:
    for step in flow.questions().values():
        yield from _question(flow, step)
    for name, scale in flow.scales.items():
        numbers = scale.in_words
        rising = list(numbers) == sorted(set(numbers)) and all(scale.low <= one <= scale.high for one in numbers)
        if numbers and (len(numbers) != WORDS or not rising):
            yield (
                ("scales", name),
                worded("'in_words' are %(count)s numbers of the scale, the mildest first", count=WORDS),
            )
    yield from _flow(flow)
    yield from _start(flow)


def _question(flow: Flow, step: Ask) -> Iterator[Said]:
    scale = flow.scales.get(step.scale or "")
    if step.agreement and not step.yes_no:
        yield ("step", step.id, "agreement"), worded("'agreement' belongs to a yes_no question")
    if step.agreement and any(breach.when and step.id in breach.when.ids() for breach in flow.breaches):
        yield (
            ("step", step.id, "agreement"),
            worded("an 'ok' says nothing about a symptom: no limit may name this question"),
        )
    if step.consent and not step.yes_no:
        yield ("step", step.id, "consent"), worded("a consent is a yes_no question")
    if step.if_yes and not step.yes_no:
        yield ("step", step.id, "if_yes"), worded("'if_yes' belongs to a yes_no question")
    if step.if_wrong and step.right is None:
        yield ("step", step.id, "if_wrong"), worded("'if_wrong' needs 'right': the answer that is not wrong")
    if step.right is None:
        return
    if flow.rank not in (Rank.PRACTICE, Rank.TRAINING, Rank.DRILL):
        yield (
            ("step", step.id, "right"),
            worded("only in a flow of rank practice, training or drill is an answer right or wrong"),
        )
    elif step.right not in (step.choices or (range(scale.low, scale.high + 1) if scale else ())):
        yield ("step", step.id, "right"), worded("'right' is a number of the question's scale, or one of its choices")


def _flow(flow: Flow) -> Iterator[Said]:
    steps = [step for step, _ in flow.every_step()]
    if flow.flow in flow.first:
        yield ("first",), worded("a flow cannot come before itself")
    if flow.series and not all(isinstance(step, Say) and not step.only_if for step in steps):
        yield ("series",), worded("a series only says things, one each time, without conditions")
    if flow.series and flow.start.every is None:
        yield ("series",), worded("a series needs 'every' in 'start': how often the next sentence is said")
    if flow.shared_phone and flow.shared_phone not in flow.channels:
        yield ("shared_phone",), worded("'%(shared_phone)s' is no channel of this flow", shared_phone=flow.shared_phone)
    if flow.credits is not None and flow.rank is not Rank.TRAINING:
        yield ("credits",), worded("only a flow of rank training gives credits")
    if flow.rank is Rank.MOOD and flow.by_proxy:
        yield ("rank",), worded("nobody answers for another's mood: write 'by_proxy: false'")


def _start(flow: Flow) -> Iterator[Said]:
    start = flow.start
    if start.keyword and start.keyword not in STARTING:
        yield (
            ("start", "keyword"),
            worded("a flow begins with one of the keywords %(words)s", words=", ".join(STARTING)),
        )
    if start.wait and start.after not in ("enrolment", "day one"):
        yield ("start", "wait"), worded("'wait' counts from the enrolment: write 'after: enrolment' too")
    if start.after == "day one" and (start.time is None or start.wait % timedelta(days=1)):
        yield ("start", "after"), worded("'after: day one' counts whole days ('wait') and needs a 'time'")
    if start.every is not None and (start.time is None or start.every.days < 1):
        yield ("start", "every"), worded("'every' counts days or weeks and needs a 'time'")
    if flow.shared_phone is Channel.SMS:
        yield ("shared_phone",), worded("what is sent to a shared phone can be read by all: write voice")
