"""Is a danger sign, or a keyword, in what she wrote?"""

import re
from functools import lru_cache

from gateway.core.replies.folding import fold, is_unspaced, words_apart
from gateway.core.words import Words

_WORDS_BETWEEN = r"(?: \S+){0,3} "
_SIGNS_BETWEEN = ".{0,6}?"


def red_flag(folded: str, words: Words) -> str | None:
    """The first flag, in the order of words.yaml, with a phrase anywhere in the text."""
    spaced = words_apart(folded)
    squeezed = spaced.replace(" ", "")
    for flag, phrases in words.red_flags.items():
        in_words, in_signs = _patterns(phrases)
        if in_words.search(spaced) or in_signs.search(squeezed):
            return flag
    return None


def keyword(folded: str, words: Words) -> str | None:
    """Only as the whole reply: "please stop the pain" is none."""
    said = _whole(folded)
    return next((name for name, phrases in words.keywords.items() if said in _wholes(phrases)), None)


@lru_cache(maxsize=1024)
def _patterns(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    folded = [fold(phrase.replace("...", "\n")) for phrase in phrases]
    in_words = [_in_words(phrase) for phrase in folded if not is_unspaced(phrase)]
    in_signs = [_in_signs(phrase) for phrase in folded if is_unspaced(phrase)]
    return re.compile(rf"(?<!\S)(?:{_any(in_words)})(?!\S)"), re.compile(_any(in_signs))


def _any(patterns: list[str]) -> str:
    return "|".join(patterns) or r"(?!)"


def _in_words(phrase: str) -> str:
    """`*` is any ending; a gap takes up to three other words."""
    ends = [re.escape(end.strip()).replace(r"\*", r"\S*") for end in phrase.split("\n")]
    return _WORDS_BETWEEN.join(ends)


def _in_signs(phrase: str) -> str:
    return _SIGNS_BETWEEN.join(re.escape("".join(end.split())) for end in phrase.split("\n"))


@lru_cache(maxsize=1024)
def _wholes(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_whole(fold(phrase)) for phrase in phrases)


def _whole(folded: str) -> str:
    said = words_apart(folded)
    return said.replace(" ", "") if is_unspaced(said) else said
