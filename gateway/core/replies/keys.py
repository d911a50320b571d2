"""What did she press?"""

import unicodedata

from gateway.core.answers import Value
from gateway.core.events import Why
from gateway.core.replies.heard import AnswerHeard, MenuPressed, RepeatPressed, UnclearHeard

PIN_LENGTH = 4
Pressed = AnswerHeard | UnclearHeard | RepeatPressed | MenuPressed


def pressed(keys: str, values: dict[str, Value]) -> Pressed:
    """`values`: what each key or pair of keys stands for at the open question. `#` alone is the menu; `7#` is 7."""
    kept = "".join(keys.split())
    if not kept:
        return UnclearHeard(Why.NO_KEY, (), keys)
    if "*" in kept:
        return RepeatPressed(keys)
    if set(kept) == {"#"}:
        return MenuPressed(keys)
    digits = kept.rstrip("#")
    if digits in values:
        return AnswerHeard(values[digits], keys)
    return UnclearHeard(Why.WRONG_KEY, (digits,) if digits.isascii() and digits.isdigit() else (), keys)


def pin(text: str) -> str | None:
    """Four digits of any script as plain ones, and nothing else."""
    kept = "".join(unicodedata.normalize("NFKC", text).split()).rstrip("#")
    if len(kept) != PIN_LENGTH or not kept.isdecimal():
        return None
    return "".join(str(unicodedata.decimal(sign)) for sign in kept)
