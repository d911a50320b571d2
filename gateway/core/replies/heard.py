"""What can a reply turn out to be, and what may be expected?"""

from dataclasses import dataclass

from gateway.core.answers import Value
from gateway.core.events import Why


@dataclass(frozen=True)
class Label:
    """A word that stands for a value: a scale's end or step, a choice. Known in her language and as it was written."""

    value: int
    written: str
    place: str = ""


@dataclass(frozen=True)
class ScaleExpected:
    low: int
    high: int
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class YesNoExpected:
    """1 / 2 always, and the language's words. `agreement`: "ok" and "you may" too, which mean nothing at other ones."""

    agreement: bool = False


@dataclass(frozen=True)
class ChoiceExpected:
    """The numbers of its labels; without labels 1 to `count`."""

    count: int
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class GreetingExpected:
    """ "Is now a good time?": `yes` is now (by voice: it is she), `no` is later (by voice: it is not)."""


@dataclass(frozen=True)
class ReadBackExpected:
    """By voice: 1 right, 2 again, and 0 where a lone 1 may have been the beginning of ten."""

    perhaps_ten: bool = False


@dataclass(frozen=True)
class MenuExpected:
    """By voice, after `#`: 1, 2 or 3."""


@dataclass(frozen=True)
class PinExpected:
    """The person's own digits: whether they are right is not the core's to know."""


@dataclass(frozen=True)
class Nothing:
    """No question is open."""


Expected = (
    ScaleExpected | YesNoExpected | ChoiceExpected | GreetingExpected | ReadBackExpected | MenuExpected
    | PinExpected | Nothing
)  # fmt: skip


@dataclass(frozen=True)
class AnswerHeard:
    value: Value
    raw: str


@dataclass(frozen=True)
class UnclearHeard:
    """`heard` holds the numbers when there were two."""

    why: Why
    heard: tuple[str, ...]
    raw: str


@dataclass(frozen=True)
class SkipHeard:
    raw: str


@dataclass(frozen=True)
class RedFlagHeard:
    """`flag` is its key in words.yaml."""

    flag: str
    raw: str


@dataclass(frozen=True)
class WordHeard:
    """A keyword as the whole reply: stop, start, help, scores, report, call_me, pause, wrong_number, language."""

    name: str
    raw: str


@dataclass(frozen=True)
class PinHeard:
    """Four digits. Whoever knows the right ones makes a yes or a no of it, without the digits."""

    digits: str


@dataclass(frozen=True)
class RepeatPressed:
    raw: str = "*"


@dataclass(frozen=True)
class MenuPressed:
    raw: str = "#"


Understood = AnswerHeard | UnclearHeard | SkipHeard | RedFlagHeard | WordHeard | PinHeard | RepeatPressed | MenuPressed
