"""How many SMS does a text cost?"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

# 3GPP TS 23.038: the default alphabet, and the extension whose signs cost two.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Segments:
    """`characters` as they count: septets in GSM-7 (an extension sign is two), UTF-16 units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    characters: int
    count: int


def segments(text: str) -> Segments:
    """As it would leave: see `plain`. Nothing to say is no SMS."""
    widths = [1 if sign in GSM_7 else 2 if sign in GSM_7_EXTENSION else 0 for sign in text]
    if all(widths):
        return Segments("GSM-7", sum(widths), _parts(widths, alone=160, joined=153))
    widths = [len(sign.encode("utf-16-le", "surrogatepass")) // 2 for sign in text]
    return Segments("UCS-2", sum(widths), _parts(widths, alone=70, joined=67))


def _parts(widths: list[int], alone: int, joined: int) -> int:
    """An escape or a surrogate pair is never split over two parts."""
    if sum(widths) <= alone:
        return 1 if widths else 0
    parts, used = 1, 0
    for width in widths:
        if used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts


# One of these in an otherwise plain text would make it UCS-2: more than twice the price.
_DEARER_TWINS = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...",
    "«": '"', "»": '"', "œ": "oe", "Œ": "OE",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u2060": "", "\ufeff": "",
})  # fmt: skip


# Grave, acute, circumflex, tilde, diaeresis, cedilla: what Spanish, French and Portuguese write, and read without.
_DROPPED = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327")


def plain(text: str) -> str:
    """As cheap as it can leave: with quotes and dashes that GSM-7 knows, and without the accents that it lacks where
    these would cost another SMS. A text that cannot become GSM-7 that way is left untouched.
    """
    twin = text.translate(_DEARER_TWINS)
    if all(map(_is_gsm_7, twin)):
        return twin
    bare = "".join(sign if _is_gsm_7(sign) else _without_accent(sign) for sign in twin)
    fewer = all(map(_is_gsm_7, bare)) and segments(bare).count < segments(text).count
    return bare if fewer else text


def _is_gsm_7(sign: str) -> bool:
    return sign in GSM_7 or sign in GSM_7_EXTENSION


def _without_accent(sign: str) -> str:
    """The letter under its marks. A Vietnamese text keeps them: its hooks, its dots and its đ have no letter here."""
    base = unicodedata.normalize("NFD", sign)
    is_latin = all(mark in _DROPPED for mark in base[1:])
    return base[0] if is_latin else sign
