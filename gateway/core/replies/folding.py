"""Which differences in typing mean nothing? Width, capitals, accents, keycaps, apostrophes, invisible signs."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, product

_KEYCAP_TEN = "\U0001f51f"
_APOSTROPHES = str.maketrans("‘’ʼ´`", "'''''")
_APOSTROPHE_IN_A_WORD = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
# Of Latin, Greek and Cyrillic. Marks of other scripts are vowels and stay ...
_ACCENTS = re.compile("[\u0300-\u036f]")
# ... but Arabic is written without its vowels, with or without hamza, and Devanagari with or without a nukta.
_OPTIONAL_MARKS = re.compile("[\u064b-\u0655\u0670\u0640\u093c]")
_ONE_LETTER = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ँ": "ं"})
_D_WITH_STROKE = str.maketrans("đ", "d")
_RAISED = ("<super>", "<sub>", "<fraction>", "<square>")
# Scripts that put no space between words: Thai to Myanmar, Khmer, kana and Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u20e3]")


def fold(text: str, *, accents: bool = False) -> str:
    """One spelling for what people mean alike. `²` and `½` become `^`: NFKC alone would read them as 2 and 1/2.

    `accents`: keep them, in a language where they make another word.
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", text.translate(_APOSTROPHES)).replace(_KEYCAP_TEN, "10")
        text = "".join(_one_sign(sign) for sign in unicodedata.normalize("NFKC", text.translate(_raised)))
        text = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFD", text.casefold())).translate(_ONE_LETTER)
        text = unicodedata.normalize("NFC", text if accents else _ACCENTS.sub("", text).translate(_D_WITH_STROKE))
    return _APOSTROPHE_IN_A_WORD.sub("", text.casefold())


def spellings(phrase: str, *, tonal: bool) -> tuple[str, ...]:
    """How a phrase of the word lists may be typed: where accents make another word, each word with all or without."""
    if not tonal:
        return (fold(phrase),)
    typed = [dict.fromkeys((fold(word), fold(word, accents=True))) for word in phrase.split(" ")]
    return tuple(" ".join(words) for words in product(*typed))


class _Raised(dict[int, int]):
    """Each sign is looked up once."""

    def __missing__(self, sign: int) -> int:
        self[sign] = ord("^") if unicodedata.decomposition(chr(sign)).startswith(_RAISED) else sign
        return self[sign]


_raised = _Raised()


def _one_sign(sign: str) -> str:
    """A decimal digit of any script as 0 to 9."""
    return sign if sign.isascii() else str(unicodedata.decimal(sign, sign))


def words_apart(folded: str) -> str:
    """Only words, one space between them: what phrases are looked for in."""
    return " ".join(folded.translate(_gaps).split())


class _Gaps(dict[int, int]):
    def __missing__(self, sign: int) -> int:
        self[sign] = sign if unicodedata.category(chr(sign))[0] in "LMN" else ord(" ")
        return self[sign]


_gaps = _Gaps()


def is_unspaced(text: str) -> bool:
    return _UNSPACED.search(text) is not None


@lru_cache(maxsize=8192)
def pieces(folded: str) -> tuple[str, ...]:
    """Words and digits whole (`1e1` and `o7` are one piece); signs, and scripts without spaces, one by one."""
    return tuple(_pieces(folded))


def _pieces(folded: str) -> Iterator[str]:
    for kind, run in groupby(folded, key=_kind):
        if kind == "word":
            yield "".join(run)
        elif kind == "sign":
            yield from run


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if category[0] in "LMN" or sign == "_":
        return "sign" if is_unspaced(sign) else "word"
    return "space" if category[0] in "ZC" else "sign"
