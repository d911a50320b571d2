"""What did she mean: red flag, keyword or answer? Never a guess."""

from gateway.core.answers import Value
from gateway.core.events import Why
from gateway.core.replies.answer import answer, values
from gateway.core.replies.folding import fold
from gateway.core.replies.heard import (
    AnswerHeard,
    ChoiceExpected,
    Expected,
    GreetingExpected,
    Label,
    MenuExpected,
    MenuPressed,
    Nothing,
    PinExpected,
    PinHeard,
    ReadBackExpected,
    RedFlagHeard,
    RepeatPressed,
    ScaleExpected,
    SkipHeard,
    UnclearHeard,
    Understood,
    WordHeard,
    YesNoExpected,
)
from gateway.core.replies.keys import pin, pressed
from gateway.core.replies.phrases import keyword, red_flag
from gateway.core.words import Language

__all__ = [
    "AnswerHeard", "ChoiceExpected", "Expected", "GreetingExpected", "Label", "MenuExpected", "MenuPressed", "Nothing",
    "PinExpected", "PinHeard", "ReadBackExpected", "RedFlagHeard", "RepeatPressed", "ScaleExpected", "SkipHeard",
    "UnclearHeard", "Understood", "WordHeard", "YesNoExpected", "understand",
]  # fmt: skip


def understand(text: str, expected: Expected, language: Language, *, keys: bool = False) -> Understood:
    """`keys`: what was pressed on a keypad, not typed. Never raises, whatever the text."""
    if keys and isinstance(expected, PinExpected) and (digits := pin(text)):
        return PinHeard(digits)
    if keys:
        return pressed(text, _keys(expected))
    folded = fold(text, accents=language.words.tonal)
    if flag := red_flag(folded, language.words):
        return RedFlagHeard(flag, text)
    if name := keyword(folded, language.words):
        return WordHeard(name, text)
    if isinstance(expected, PinExpected):
        return PinHeard(digits) if (digits := pin(text)) else UnclearHeard(Why.UNREADABLE, (), "")
    return answer(text, folded, expected, language)


def _keys(expected: Expected) -> dict[str, Value]:
    match expected:
        case ReadBackExpected(perhaps_ten):
            return {"1": 1, "2": 2, "0": 0} if perhaps_ten else {"1": 1, "2": 2}
        case MenuExpected():
            return {"1": 1, "2": 2, "3": 3}
        case _:
            return {str(number): value for number, value in values(expected).items()}
