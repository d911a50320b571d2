"""Many patients who answer the weekly check: their rows for the import, their temper, and what they meant."""

from collections.abc import Iterator
from itertools import count, islice
from random import Random
from typing import Any

import phonenumbers

from gateway.demo.people import rule

REPLIES = 8  # from "is this a good time?" to the last question, for someone who is well
EVERY_RED = 10  # one in so many is in severe pain: a case and an SMS to the doctor
QUESTIONS = {
    "tiredness": "how tired",
    "breath": "short of breath",
    "appetite": "your appetite",
    "sleep": "you sleep",
    "sickness": "feeling sick",
}


def numbers(size: int) -> list[str]:
    """Valid Australian mobile numbers, none of which is the village's."""
    return list(islice(_valid(), size))


def rows(phones: list[str]) -> list[str]:
    """For `import patients`: all are asked on Monday at nine."""
    return [
        f"p{place},{place},Amina,Okoro,{phone},en,sms,willow,baraka,,yes,weekly-check,monday,09:00,yes,,,,done"
        for place, phone in enumerate(phones, 1)
    ]


def people(phones: list[str], spread: float, seed: int) -> list[dict[str, Any]]:
    """Each answers every question once, between 1 and `spread` seconds after it came."""
    dice = Random(seed)
    return [
        {"number": phone, "kind": "scripted", "rules": _rules(place, dice, spread)}
        for place, phone in enumerate(phones, 1)
    ]


def meant(place: int) -> dict[str, int | str]:
    """What the database must hold of patient `place` in the end, as far as she got."""
    values = {name: (place + shift) % 4 for shift, name in enumerate(QUESTIONS)}
    said: dict[str, int | str] = {"danger": "no", "pain": _pain(place), **values}
    return said | ({"pain_now": "yes", "pain_where": 3} if _pain(place) == 8 else {})


def replies(place: int) -> list[str]:
    """What patient `place` sends when she is well, question by question."""
    said = meant(place)
    return ["1", "2", str(said["pain"]), *(str(said[name]) for name in QUESTIONS)]


def _pain(place: int) -> int:
    return 8 if place % EVERY_RED == 0 else place % 4


def _rules(place: int, dice: Random, spread: float) -> list[dict[str, Any]]:
    said = meant(place)
    spoken = {
        "good time": "1",
        "any of these": "2",
        "bad was your pain": str(said["pain"]),
        "that bad now": "1",
        "Where is the pain": "3",
    }
    spoken |= {words: str(said[name]) for name, words in QUESTIONS.items()}
    return [rule(words, text, after=round(dice.uniform(1, spread), 2)) for words, text in spoken.items()]  # type: ignore[arg-type]  # parts of a second


def _valid() -> Iterator[str]:
    for digits in count(400_000_000):
        number = phonenumbers.parse(f"+61{digits}")
        if phonenumbers.is_valid_number(number):
            yield f"+61{digits}"
