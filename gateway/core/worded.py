"""A sentence that other languages can say, too: its English as catalogs know it, and the facts in it."""

from collections.abc import Mapping, Sequence
from typing import Self


class Code(str):
    """The code of a language: a page says the language's name instead."""

    __slots__ = ()


class Worded(str):
    """English, as it stands on a command line. `facts` fill the %(names)s of `written`; a fact may be worded, too."""

    written: str
    facts: Mapping[str, object]

    def __new__(cls, written: str, facts: Mapping[str, object] | None = None) -> Self:
        sentence = super().__new__(cls, written % facts if facts else written)
        sentence.written, sentence.facts = written, facts or {}
        return sentence


def worded(written: str, /, **facts: object) -> Worded:
    """The catalogs of the console are gathered from these calls: `written` stands in them as it is."""
    return Worded(written, facts)


def together(joint: str, parts: Sequence[str]) -> Worded:
    """Several as one; the joint is the same in every language."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    return Worded(joint.join(f"%({name})s" for name in named), named)


def said_by(mistake: BaseException) -> str:
    """What an exception says: `str()` of it would forget the facts."""
    said = mistake.args[0] if mistake.args else ""
    return said if isinstance(said, str) else str(mistake)
