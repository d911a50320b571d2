"""How many SMS does a text cost?"""

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
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u2060": "", "\ufeff": "",
})  # fmt: skip


def plain(text: str) -> str:
    """With quotes, dashes and spaces that GSM-7 knows, where that makes the whole text GSM-7; else untouched."""
    twin = text.translate(_DEARER_TWINS)
    return twin if all(sign in GSM_7 or sign in GSM_7_EXTENSION for sign in twin) else text
