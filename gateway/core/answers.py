"""What an answer is: a value, who gave it, and whether it was confirmed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Value = int | float | Literal["yes", "no", "skipped"]
"""A number (scale, choice, score), `yes` or `no`, or `skipped`: an answer of its own, neither 0 nor missing."""


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"


class Respondent(StrEnum):
    PATIENT = "patient"
    ASSISTED = "assisted"  # she herself, with somebody beside her who helped with the phone
    HELPER = "helper"
    STAFF = "staff"


class Speaker(StrEnum):
    """Who may be holding the phone: she who is asked, another patient who shares it, somebody who helps her."""

    HERSELF = "herself"
    ANOTHER = "another"
    HELPER = "helper"


@dataclass(frozen=True)
class Answer:
    """`raw` is what was typed or pressed. `confirmed` is None where nothing was read back."""

    question: str
    value: Value
    raw: str
    channel: Channel
    respondent: Respondent = Respondent.PATIENT
    confirmed: bool | None = None


@dataclass(frozen=True)
class Report:
    """One earlier conversation of a flow: its answers and scores by id, and who gave them."""

    values: dict[str, Value]
    respondent: Respondent = Respondent.PATIENT


@dataclass(frozen=True)
class History:
    """Earlier reports of the same person and flow, newest first, and the baseline report if there is one."""

    before: tuple[Report, ...] = ()
    baseline: Report | None = None


class Check(StrEnum):
    """How somebody on a call shows that it is she, behind the greeting's key."""

    KEY = "key"  # nothing more
    BIRTH_YEAR = "birth year"
    PIN = "pin"
