"""What a flow is: the frozen model that a flow file is read into."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from gateway.core.answers import Channel
from gateway.core.conditions import Condition
from gateway.core.values import (
    ClockTime,
    Duration,
    Flag,
    ItemName,
    Name,
    Points,
    Prompts,
    Reports,
    Sentence,
    Shown,
    Slug,
    StepName,
    When,
    Whole,
)
from gateway.core.worded import worded


class Level(StrEnum):
    """How fast a person must act; the times stand in `escalation.POLICY`."""

    NOW = "now"
    RED = "red"
    AMBER = "amber"


class Rank(StrEnum):
    """Which flow has the floor, highest first."""

    EMERGENCY = "emergency"
    DOCTOR_REACHED = "doctor-reached"
    RE_CHECK = "re-check"
    CONSENT = "consent"
    PRACTICE = "practice"
    BASELINE = "baseline"
    PATIENT_STARTED = "patient-started"
    WEEKLY = "weekly"
    MOOD = "mood"
    MEDICINE = "medicine"
    EDUCATION = "education"
    DRILL = "drill"
    TRAINING = "training"


class Purpose(StrEnum):
    """What somebody may agree to, each by itself. What each one switches stands in docs/consent.md."""

    MESSAGES = "messages"
    DOCTOR = "share with the doctor"
    UPWARD = "share upward"
    HELPER = "helper"
    FAMILY = "family in an emergency"
    COMPARISON = "comparison with last time"
    COPIES = "copies to the helper"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Scale(Part):
    """Whole numbers `from` to `to`. `labels` names some of them; `worse` says which end is bad.

    `in_words`: the five numbers that five words stand for, mildest first, for whoever answers in words.
    """

    low: Whole = Field(alias="from")
    high: Whole = Field(alias="to")
    worse: Literal["higher", "lower"] | None = None
    labels: dict[Whole, Sentence] = {}
    in_words: tuple[Whole, ...] = ()


class Ask(Part):
    """A question. Exactly one of `scale`, `yes_no`, `choices`, `pin` says what its answer is."""

    ask: StepName
    text: Sentence
    sms: Sentence | None = None
    voice: Sentence | None = None
    name: Sentence | None = None
    voice_each: tuple[Sentence, ...] = ()
    scale: Name | None = None
    yes_no: Flag = False
    agreement: Flag = False  # a yes / no by which she agrees: "ok" and "you may" are a yes to it
    choices: dict[Whole, Sentence] = {}
    pin: Flag = False  # the person's own digits: right is yes, wrong is no, and nothing of them is kept
    lowest: Sentence | None = None
    middle: Sentence | None = None
    highest: Sentence | None = None
    only_if: When | None = None
    every_reports: Reports | None = Field(default=None, alias="every")  # written `every: 4 reports`
    re_check: Sentence | None = None  # the text while a case is open: "How bad is it now?"
    item: ItemName | None = None  # whose question this is, word for word: `phq-2 1`
    consent: Purpose | None = None  # yes gives this consent, no withdraws it
    right: Whole | None = None  # in practice: what shows that the scale is understood; in a training: the right choice
    if_wrong: Literal["five words"] | None = None  # after two wrong answers: her scale from then on
    if_yes: Literal["assisted"] | None = None  # what is answered from here on was answered with help
    event: Sentence | None = None  # the answer stands under this name in the person's timeline
    of: str | None = Field(default=None, exclude=True)  # set by `recheck.insert`: the flow that wrote this step
    numbers: tuple[int, ...] = Field(default=(), exclude=True)  # set by `fivewords.put`: what each choice stands for

    @model_validator(mode="after")
    def _has_one_kind_of_answer(self) -> "Ask":
        if [self.scale is not None, self.yes_no, bool(self.choices), self.pin].count(True) != 1:
            raise ValueError(worded("the question '%(ask)s' needs one of scale, yes_no, choices or pin", ask=self.ask))
        return self

    @property
    def id(self) -> str:
        return self.ask


class Say(Part):
    """`shows`: the person's own last four of a score, `weekly-check burden`, stand in the text's place."""

    say: StepName
    text: Sentence
    shows: Shown | None = None
    compares: Name | None = None  # a score of this flow: a word on it against her last report, or nothing
    sms: Sentence | None = None
    voice: Sentence | None = None
    only_if: When | None = None
    every_reports: Reports | None = Field(default=None, alias="every")

    @property
    def id(self) -> str:
        return self.say


class Block(Part):
    """Steps that belong to one answer."""

    when: When
    steps: tuple["Step", ...]


def kind(step: object) -> str | None:
    """Which of the three a step is: told by its first word, `ask`, `say` or `when`."""
    if isinstance(step, Part):
        return {Ask: "ask", Say: "say", Block: "when"}.get(type(step))
    return next((word for word in ("ask", "say", "when") if isinstance(step, dict) and word in step), None)


Step = Annotated[
    Annotated[Ask, Tag("ask")] | Annotated[Say, Tag("say")] | Annotated[Block, Tag("when")], Discriminator(kind)
]


class Breach(Part):
    """A limit. Either `when` (a condition) or `silent_for` (prompts without an answer, written `2 prompts`)."""

    id: Name
    level: Level
    when: When | None = None
    silent_for: Prompts | None = None
    wait_for: Name | None = None
    flag: Name | None = None  # the danger sign that this is: said and told as if she had typed it

    @model_validator(mode="after")
    def _has_one_limit(self) -> "Breach":
        if (self.when is None) == (self.silent_for is None):
            raise ValueError(worded("the breach '%(name)s' needs one of when or silent_for", name=self.id))
        return self


class ScoreRule(Part):
    """Sum of the named steps; fewer answers than `needs`: no score, never a guess.

    `missing: mean`: an unanswered item counts as the mean of the others, as far as `needs` allows; rounded half up.
    """

    sum: tuple[Name, ...]
    needs: Whole
    missing: Literal["mean"] | None = None
    instrument: Slug | None = None  # whose rule this is


class Start(Part):
    """What begins a flow. `wait`: so long after enrolment, or after her day one, at the earliest."""

    every: Duration | None = None
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    time: ClockTime | None = None
    keyword: Name | None = None
    wait: Duration = timedelta(0)
    after: Literal["enrolment", "day one", "case event"] | None = None


class Flow(Part):
    """A whole flow. Order is the flow: the next step is the first one not yet done whose condition holds."""

    flow: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Sentence
    written_in: str
    audience: Literal["patient", "helper", "clinician"] = "patient"
    rank: Rank
    channels: tuple[Channel, ...]
    discreet: Flag = False
    first: tuple[Slug, ...] = ()  # flows that a person must have been through before this one asks her
    series: Flag = False  # each time the next sentence is said, until all were
    by_proxy: Flag = True  # whether a helper may answer in the person's stead
    shared_phone: Channel | None = None  # the channel where several people share the phone
    unanswered: Literal["coordinator", "nobody"] = "coordinator"  # who hears that nobody answered
    start: Start = Start()
    open: Literal["ask first", "straight"] = "straight"
    remind: tuple[Duration, ...] = ()
    then_call: Duration | None = None
    give_up: Duration | None = None
    learning: Duration | None = None  # so long after she was enrolled silence is no more than not knowing how yet
    unclear: Whole = 2
    asks: Literal["symptoms of the case"] | None = None
    credits: Points | None = None  # of a training: what a clinician who finishes it may count
    waived_by: Sentence | None = None  # the clinician who answers for a flow of symptoms without a danger gate
    words: dict[Name, Sentence] = {}  # its own; those of flows/shared.yaml stand beneath them
    shared: dict[Name, Sentence] = {}
    scales: dict[Name, Scale] = {}
    steps: tuple[Step, ...] = ()
    scores: dict[StepName, ScoreRule] = {}
    breaches: tuple[Breach, ...] = ()

    def every_step(self) -> "Iterator[tuple[Ask | Say, tuple[Condition, ...]]]":
        """Each ask and say in order, with the conditions that must all hold (its blocks' and its own)."""
        yield from _walk(self.steps, ())

    def step(self, step_id: str) -> Ask | Say:
        return next(step for step, _ in self.every_step() if step.id == step_id)

    def questions(self) -> dict[str, Ask]:
        return {step.id: step for step, _ in self.every_step() if isinstance(step, Ask)}


def _walk(steps: tuple[Step, ...], above: tuple[Condition, ...]) -> Iterator[tuple[Ask | Say, tuple[Condition, ...]]]:
    for step in steps:
        if isinstance(step, Block):
            yield from _walk(step.steps, (*above, step.when))
        else:
            yield step, (*above, step.only_if) if step.only_if else above


Block.model_rebuild()
