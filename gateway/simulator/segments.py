"""How many SMS does a text cost?"""

from dataclasses import dataclass

# 3GPP TS 23.038, the default alphabet and its extension table.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets or UTF-16 code units: what the 160 and the 70 count."""

    encoding: str
    characters: int
    units: int
    segments: int


def count(text: str) -> Segments:
    widths = [1 if sign in GSM_7 else 2 if sign in GSM_7_EXTENSION else 0 for sign in text]
    if all(widths):
        return Segments("GSM-7", len(text), sum(widths), _parts(widths, alone=160, joined=153))
    widths = [len(sign.encode("utf-16-le")) // 2 for sign in text]
    return Segments("UCS-2", len(text), sum(widths), _parts(widths, alone=70, joined=67))


def _parts(widths: list[int], alone: int, joined: int) -> int:
    """An escape or a surrogate pair is never split over two parts."""
    if sum(widths) <= alone:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > joined:
            parts, used = parts + 1, 0
        used += width
    return parts
