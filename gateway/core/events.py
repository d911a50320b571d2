"""What can happen in a conversation: frozen events that wording turns into sentences and verbs into rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.core.answers import Answer, Check, Value
from gateway.core.flow import Level


class Why(StrEnum):
    """Why a question is put: the first time, or once more because of what came back."""

    FIRST = "first"
    REMINDER = "reminder"
    RESUMED = "resumed"  # after a suspension, on another channel, or after a hang-up
    REPEATED = "repeated"  # she pressed * or asked for it
    UNREADABLE = "unreadable"
    TWO_NUMBERS = "two numbers"  # `heard` holds them
    OUT_OF_RANGE = "out of range"
    NO_KEY = "no key"
    WRONG_KEY = "wrong key"
    SKIPPED = "skipped"  # "don't know" where a case could open: asked once more
    NOT_RIGHT = "not right"  # in practice, and with one's own digits: try once more
    MEANT_ANOTHER = "meant another"  # it came just when this question was put, and another had been open
    SAME_AGAIN = "same again"  # at the danger gate, the last reply once more within 60 seconds


@dataclass(frozen=True)
class Greeted:
    """`hello` is said and "is now a good time?" asked. `again` after she chose "later"."""

    again: bool = False
    why: Why = Why.FIRST


@dataclass(frozen=True)
class WhoAsked:
    """ "Who is answering?", where a helper may, or where patients share the phone."""

    why: Why = Why.FIRST


@dataclass(frozen=True)
class Postponed:
    """She said "later" for the first time, or isn't there: asked again when the first reminder would be due."""


@dataclass(frozen=True)
class Declined:
    """She said "later" twice: this occurrence ends, the coordinator sees it."""


@dataclass(frozen=True)
class Asked:
    """`part` is the index in `voice_each` when a gate is put one sign at a time."""

    step: str
    why: Why = Why.FIRST
    part: int | None = None
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadBack:
    """By voice, at or over a limit or after a lone 1: "You pressed eight. Right: 1. Again: 2." """

    step: str
    value: Value


@dataclass(frozen=True)
class Said:
    """`course`: how this report compares with her last one, where the step `compares`."""

    step: str
    course: str = ""


@dataclass(frozen=True)
class Answered:
    """The current answer to its question from now on. `corrects` when it replaces or confirms an earlier one."""

    answer: Answer
    corrects: bool = False


@dataclass(frozen=True)
class Scored:
    name: str
    value: float


@dataclass(frozen=True)
class Breached:
    """A limit is crossed. `symptoms`: the ids that crossed it, with values; `wait_for` holds the doctor's SMS."""

    breach: str
    level: Level
    symptoms: tuple[tuple[str, Value], ...]
    wait_for: str | None = None
    confirmed: bool | None = None
    patient_knows: bool = False  # told earlier in this conversation that a doctor is being told
    part: int | None = None  # by voice: the sign of `voice_each` that was open
    heard: tuple[str, ...] = ()  # "6 or 8": which one it was is not known
    flag: str | None = None  # the danger sign of words.yaml that this is
    has_plan: bool = False  # a clinician knows of it and has a plan: nobody is told anew


@dataclass(frozen=True)
class RedFlagged:
    """A danger sign said or typed: the safety text goes out, the flow is suspended. `flag` is its key in words.yaml."""

    flag: str


@dataclass(frozen=True)
class SkippedAtGate:
    """Unclear or skipped twice where `now` or red could open: a red case "unclear at danger signs"."""

    step: str
    patient_knows: bool = False


@dataclass(frozen=True)
class KeywordHeard:
    """stop, start, help, scores, report, call_me, pause, wrong_number, language."""

    name: str


@dataclass(frozen=True)
class LeftToPerson:
    """What could not be read as many times as the flow allows, or free text: a person phones. `sorry` is said."""

    step: str | None


@dataclass(frozen=True)
class Reminded:
    """The open question is put again by the same channel."""


@dataclass(frozen=True)
class CallDue:
    """Still no answer: the conversation goes on by voice at the open question."""


@dataclass(frozen=True)
class Checked:
    """By voice: "is it really she?", by her PIN or the year of her birth."""

    check: Check
    why: Why = Why.FIRST


@dataclass(frozen=True)
class NotShe:
    """Five times wrong, or nothing pressed: a neutral goodbye, and nothing of what the call was about."""


@dataclass(frozen=True)
class TextDue:
    """No call has reached her: the question goes by SMS as well."""


@dataclass(frozen=True)
class Unreached:
    """So many calls in a row reached nobody: a person phones."""

    rings: int


@dataclass(frozen=True)
class GaveUp:
    """No answer in the whole time: the conversation ends and the coordinator is told."""


@dataclass(frozen=True)
class Suspended:
    """A conversation of higher rank, or a danger sign, has the floor."""


@dataclass(frozen=True)
class Resumed:
    """ "Back to your questions." """


@dataclass(frozen=True)
class Finished:
    """Every step is done; `close` is said."""


@dataclass(frozen=True)
class MenuOffered:
    """By voice, after `#`: 1 a person phones me, 2 what to do in an emergency, 3 stop."""


@dataclass(frozen=True)
class EmergencyTold:
    """What to do in an emergency, because she asked for it in the menu."""


@dataclass(frozen=True)
class HungUp:
    """By voice: nothing more is said on this call."""


Event = (
    Greeted | WhoAsked | Postponed | Declined | Asked | ReadBack | Said | Answered | Scored | Breached | RedFlagged
    | SkippedAtGate | KeywordHeard | LeftToPerson | Reminded | CallDue | GaveUp | Suspended | Resumed | Finished
    | MenuOffered | EmergencyTold | HungUp | Checked | NotShe | TextDue | Unreached
)  # fmt: skip


@dataclass(frozen=True)
class Lapse:
    """What happens next if nothing is heard, and when."""

    kind: "LapseKind"
    at: datetime


class LapseKind(StrEnum):
    REMIND = "remind"
    CALL = "call"
    GIVE_UP = "give up"
