"""Sound files for tests: a tone, a silence, frames of MP3, and words that espeak-ng speaks."""

import io
import math
import shutil
import struct
import subprocess
import wave

import pytest


def tone(seconds: float = 1.0, rate: int = 8000, channels: int = 1, loudness: int = 8000) -> bytes:
    return as_wav(
        [round(loudness * math.sin(number / 5)) for number in range(round(seconds * rate * channels))], rate, channels
    )


def as_wav(samples: list[int], rate: int = 8000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def frames_of_mp3(number: int, head: bytes = b"\xff\xfb\x90\xc4") -> bytes:
    """MPEG 1, layer III, 128 kbit/s at 44,100 a second: 417 bytes and 26 ms each, of nothing but their heads."""
    return (head + bytes(417 - 4)) * number


def spoken(text: str, voice: str = "sw") -> bytes:
    """By espeak-ng, which writes its WAV without going back to say how long it became."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    return subprocess.run([program, "-v", voice, "--stdout", text], capture_output=True, check=True).stdout
