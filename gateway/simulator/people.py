"""Who has the phones, and how do they answer?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from gateway.simulator.parameters import E164


class Temper(StrEnum):
    SCRIPTED = "scripted"
    BY_HAND = "by_hand"
    SILENT = "silent"
    HANGS_UP = "hangs_up"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


class Receipt(StrEnum):
    DELIVERS = "delivers"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    NO_RECEIPTS = "no_receipts"
    SLOW = "slow"
    LANDLINE = "landline"


@dataclass(frozen=True)
class Rule:
    """`times` uses, or any number of them where it is None."""

    when: str
    say: str | None = None
    press: str | None = None
    hang_up: bool = False
    after: float = 0
    times: int | None = None

    def __post_init__(self) -> None:
        re.compile(self.when)
        if self.press is not None and not re.fullmatch(r"[0-9*#]+", self.press):
            raise ValueError("press holds digits, * and #")

    def serves(self, is_call: bool) -> bool:
        wanted = bool(self.press is not None or self.hang_up) if is_call else self.say is not None
        return wanted or (self.say is None and self.press is None and not self.hang_up)


@dataclass(frozen=True)
class Delivery:
    """What becomes of an SMS to this number. `seconds` of waiting are for `slow`."""

    kind: Receipt = Receipt.DELIVERS
    code: int = 30003
    seconds: float = 0


@dataclass(frozen=True)
class Person:
    number: str
    name: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    language: str = "en"
    kind: Temper = Temper.NO_ANSWER
    answers_after: float = 0
    prompts: int = 1
    rules: tuple[Rule, ...] = ()
    delivery: Delivery = Delivery()
    used: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not E164.fullmatch(self.number):
            raise ValueError(f"{self.number!r} is not a number in E.164")

    @property
    def replies_to_sms(self) -> bool:
        return self.kind not in (Temper.BY_HAND, Temper.SILENT)

    def answer_to(self, text: str, is_call: bool) -> tuple["Person", Rule | None]:
        """The first rule that fits and has uses left, and the person with that use spent."""
        for index, rule in enumerate(self.rules):
            left = rule.times is None or self.used[index] < rule.times
            if left and rule.serves(is_call) and re.search(rule.when, text, re.IGNORECASE | re.DOTALL):
                used = tuple(times + (index == at) for at, times in enumerate(self.used))
                return replace(self, used=used), rule
        return self, None


def changed(person: Person, said: Mapping[str, Any]) -> Person:
    """The person with what `said` names. ValueError, in a sentence, for what cannot be."""
    unknown = set(said) - set(_READERS)
    if unknown:
        raise ValueError(f"a person has no {', '.join(sorted(unknown))}")
    read = {name: _READERS[name](value) for name, value in said.items()}
    if "rules" in read:
        read["used"] = (0,) * len(read["rules"])
    return replace(person, **read)


def as_json(person: Person) -> dict[str, object]:
    rules = [
        {"when": rule.when, "say": rule.say, "press": rule.press, "hang_up": rule.hang_up, "after": rule.after}
        | {"times": rule.times, "used": used}
        for rule, used in zip(person.rules, person.used, strict=True)
    ]
    delivery = person.delivery
    return {
        "number": person.number,
        "name": dict(person.name),
        "roles": list(person.roles),
        "language": person.language,
        "kind": person.kind.value,
        "answers_after": person.answers_after,
        "prompts": person.prompts,
        "rules": rules,
        "delivery": {"kind": delivery.kind.value, "code": delivery.code, "seconds": delivery.seconds},
    }


def _name(value: Any) -> Mapping[str, str]:
    return (
        {"en": value, "zh": value} if isinstance(value, str) else {str(key): str(name) for key, name in value.items()}
    )


def _delivery(value: Mapping[str, Any]) -> Delivery:
    kind = Receipt(value.get("kind", "delivers"))
    return Delivery(kind, int(value.get("code") or 30003), float(value.get("seconds") or 0))


def _rules(value: list[Mapping[str, Any]]) -> tuple[Rule, ...]:
    try:
        return tuple(Rule(**{name: part for name, part in rule.items() if name != "used"}) for rule in value)
    except (TypeError, re.error) as wrong:
        raise ValueError(f"a rule cannot be read: {wrong}") from wrong


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": str,
    "name": _name,
    "roles": lambda value: tuple(str(role) for role in value),
    "language": str,
    "kind": Temper,
    "answers_after": float,
    "prompts": int,
    "rules": _rules,
    "delivery": _delivery,
}
