"""What can a number do, by country and provider: take an SMS, answer one, be rung?"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from gateway.core.worded import worded

TABLE = Path(__file__).parent / "data" / "abilities.csv"
PROVIDER = "twilio"


class Can(StrEnum):
    """`unknown` is nobody's promise: it depends on the number that was rented, and on the carrier."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Abilities:
    """Of ordinary mobile numbers. `source` and `looked_up` say who said so, and when it was read."""

    country: str
    sms_out: Can = Can.UNKNOWN
    sms_in: Can = Can.UNKNOWN
    voice: Can = Can.UNKNOWN
    source: str = ""
    looked_up: date | None = None


def of(country: str | None, provider: str = PROVIDER) -> Abilities:
    return _table().get((provider, country or ""), Abilities(country or ""))


def why_not(country: str | None, channel: str, *, may_call: bool = True) -> str | None:
    """Why nobody with a number of this country can be asked by `sms` or `voice`; None where nothing speaks against it.

    `may_call`: there is a number of ours to call from.
    """
    can = of(country)
    if channel == "voice":
        if not may_call:
            return worded("there is no number to call from: TWILIO_FROM is empty")
        said = worded("the provider places no calls to %(country)s, write sms", country=can.country)
        return said if can.voice is Can.NO else None
    if can.sms_out is Can.NO:
        return worded("the provider carries no SMS to %(country)s, write voice", country=can.country)
    said = worded("the provider carries no replies by SMS in %(country)s, write voice", country=can.country)
    return said if can.sms_in is Can.NO else None


def abilities(region: str, *, has_number: bool) -> str:
    """One line for the operator. `has_number`: whether we have a number to call from."""
    can = of(region)
    calls = "calls need TWILIO_FROM, which is empty" if not has_number else _CALLS[can.voice]
    return f"{region}: {_REPLIES[can.sms_in]}; {calls}."


_REPLIES: Mapping[Can, str] = {
    Can.YES: "Twilio carries replies by SMS",
    Can.NO: "Twilio has no two-way SMS there: patients and doctors cannot reply by SMS",
    Can.UNKNOWN: "whether Twilio carries replies by SMS depends on the number that was rented",
}
_CALLS: Mapping[Can, str] = {
    Can.YES: "calls work",
    Can.NO: "Twilio places no calls there",
    Can.UNKNOWN: "calls have to be tried",
}


@cache
def _table() -> Mapping[tuple[str, str], Abilities]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["provider"], row["country"]): _read(row) for row in csv.DictReader(file)}


def _read(row: Mapping[str, str]) -> Abilities:
    return Abilities(
        row["country"],
        Can(row["sms_out"]),
        Can(row["sms_in"]),
        Can(row["voice"]),
        row["source"],
        date.fromisoformat(row["looked_up"]),
    )
