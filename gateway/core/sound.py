"""Is this file sound that a telephone provider plays, how long is it, and can anything be heard in it?"""

from array import array
from dataclasses import dataclass
from sys import byteorder
from typing import Literal

from gateway.core.worded import worded

MOST_BYTES = 2 * 1024 * 1024  # two minutes as a telephone carries it (8,000 samples of 16 bits a second)
LONGEST_SECONDS, SHORTEST_SECONDS = 120.0, 0.3
LEAST_RATE, MOST_RATE = 8_000, 48_000
# Below a hundredth of what 16 bits hold nobody hears a word: the wrong microphone, or none.
SILENT = 327

PCM, A_LAW, MU_LAW, EXTENSIBLE = 1, 6, 7, 0xFFFE
NOT_YET_KNOWN = 0x7FFF_0000  # what is written for a length by a program that cannot go back, or more

# MPEG 1, 2 and 2.5: bits of the header -> samples a second, and kilobits a second of layer III.
MPEG_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
KILOBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
LAYER_THREE = 1
SURELY_FRAMES = 3  # so many headers in a row are no chance


@dataclass(frozen=True)
class Sound:
    kind: Literal["wav", "mp3"]
    seconds: float


class NotPlayable(ValueError):
    """One sentence for whoever brought the file."""


def measured(file: bytes) -> Sound:
    """Raises NotPlayable."""
    if len(file) > MOST_BYTES:
        size, most = f"{len(file) / 1e6:.1f}", f"{MOST_BYTES / 1e6:.1f}"
        raise NotPlayable(worded("it has %(size)s MB, and %(most)s MB are the most", size=size, most=most))
    if file[:4] == b"RIFF" and file[8:12] == b"WAVE":
        sound = Sound("wav", _seconds_of_wav(file))
    elif file[:3] == b"ID3" or _frame(file, 0) is not None:
        sound = Sound("mp3", _seconds_of_mp3(file))
    else:
        raise NotPlayable(worded("it is neither WAV nor MP3, whatever its name says"))
    if not SHORTEST_SECONDS <= sound.seconds <= LONGEST_SECONDS:
        lasts, most = f"{sound.seconds:.1f}", f"{LONGEST_SECONDS:.0f}"
        least = SHORTEST_SECONDS
        raise NotPlayable(
            worded(
                "it lasts %(lasts)s seconds, and %(least)s to %(most)s are taken", lasts=lasts, least=least, most=most
            )
        )
    return sound


def _seconds_of_wav(file: bytes) -> float:
    form, samples = None, None
    at = 12
    while at + 8 <= len(file) and samples is None:
        name, length = file[at : at + 4], int.from_bytes(file[at + 4 : at + 8], "little")
        if name == b"fmt ":
            form = file[at + 8 : at + 8 + length]
        elif name == b"data":
            samples = _samples(file[at + 8 :], length)
        at += 8 + length + length % 2
    if form is None or len(form) < 16 or samples is None:
        raise NotPlayable(worded("it is a WAV file without a beginning or without sound: save it anew"))
    return _seconds(form, samples)


def _samples(rest: bytes, length: int) -> bytes:
    if length > len(rest) and length < NOT_YET_KNOWN:
        raise NotPlayable(worded("its end is missing: copy it anew"))
    return rest[:length]


def _seconds(form: bytes, samples: bytes) -> float:
    coding, channels, rate = (int.from_bytes(form[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8)))
    bits = int.from_bytes(form[14:16], "little")
    if coding == EXTENSIBLE and len(form) >= 26:
        coding = int.from_bytes(form[24:26], "little")
    if (coding, bits) not in ((PCM, 8), (PCM, 16), (A_LAW, 8), (MU_LAW, 8)):
        raise NotPlayable(
            worded(
                "it is a WAV file of kind %(coding)s with %(bits)s bits: save it as PCM with 16 bits",
                coding=coding,
                bits=bits,
            )
        )
    if channels not in (1, 2) or not LEAST_RATE <= rate <= MOST_RATE:
        raise NotPlayable(
            worded(
                "it has %(channels)s channels and %(rate)s samples a second: save it as mono with 8000 or 16000",
                channels=channels,
                rate=rate,
            )
        )
    if (coding, bits) == (PCM, 16) and _is_silent(samples):
        raise NotPlayable(worded("nothing can be heard in it"))
    return len(samples) / (rate * channels * bits // 8)


def _is_silent(samples: bytes) -> bool:
    heard = array("h", samples[: len(samples) // 2 * 2])
    if byteorder == "big":
        heard.byteswap()
    return not heard or max(max(heard), -min(heard)) < SILENT


def _seconds_of_mp3(file: bytes) -> float:
    at, frames, seconds = _behind_its_title(file), 0, 0.0
    while (frame := _frame(file, at)) is not None:
        length, lasts = frame
        frames, seconds, at = frames + 1, seconds + lasts, at + length
    if frames < SURELY_FRAMES:
        raise NotPlayable(worded("it begins like MP3 and is none: save it anew"))
    if at < len(file) and file[at : at + 3] not in (b"TAG", b"APE") and len(file) - at > 4096:
        raise NotPlayable(
            worded("it is MP3 for %(seconds)s seconds and then something else: save it anew", seconds=f"{seconds:.1f}")
        )
    return seconds


def _behind_its_title(file: bytes) -> int:
    """ID3: ten bytes, and a length of which each byte has seven bits."""
    if file[:3] != b"ID3" or len(file) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(file[6:10], (21, 14, 7, 0), strict=True))


def _frame(file: bytes, at: int) -> tuple[int, float] | None:
    """Length in bytes and in seconds of the frame that begins here; None where none does."""
    head = file[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version not in MPEG_RATES or layer != LAYER_THREE or bits in (0, 15) or rate == 3:
        return None
    samples, hertz = (1152 if version == 3 else 576), MPEG_RATES[version][rate]
    kilobits = KILOBITS[3 if version == 3 else 2][bits]
    return samples // 8 * kilobits * 1000 // hertz + padding, samples / hertz
