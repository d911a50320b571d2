"""What are the people of a history like: when on duty, how ready to answer, what do they send?"""

from dataclasses import dataclass
from random import Random

from gateway.core.understand import ChoiceExpected, Expected, GreetingExpected, ScaleExpected, YesNoExpected

DUTIES = (
    "always",
    "always",
    "mon-fri 08:00-17:00",
    "mon-sat 09:00-12:00; sun 09:00-10:00",
    "tue 10:00-11:00",
    "always; away 2026-03-03 to 2026-03-05; digest 11:00",
)
ORDERS = ("1", "2", "3", "4", "46", "7", "8", "14", "246", "9", "0", "ok", "13", "48", "1 ", "５", "what?", "died")
WORDS = ("I can't breathe", "STOP", "START", "help", "it hurts", "7 8", "5-6", "11", "no pain")


@dataclass(frozen=True)
class Temper:
    """Of ten SMS how many does somebody answer, after how many minutes at most, and how ill is a patient (0 to 10)?"""

    answers: int
    minutes: int
    ill: int = 0
    reaches: int = 5  # a clinician: of ten cases that he takes on, in how many does he tell what was done


def said(dice: Random, awaited: Expected, temper: Temper) -> str:
    if dice.random() < 0.08:
        return dice.choice(WORDS)
    match awaited:
        case GreetingExpected():
            return dice.choice("11111112")
        case YesNoExpected():
            return "1" if dice.randrange(12) < temper.ill - 4 else "2"
        case ScaleExpected():
            return str(min(10, max(0, temper.ill + dice.randrange(-5, 2))))
        case ChoiceExpected(number):
            return str(dice.randrange(1, number + 1))
    return "1"
