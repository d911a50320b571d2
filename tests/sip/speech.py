"""How is a text spoken into a telephone, and was it heard at the other end?"""

import array
import io
import subprocess
import wave
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.request import urlopen

from gateway.simulator.verbs import Paused, Played, Prompt, Said

RATE = 8000  # of a telephone
QUICKLY = 220  # words a minute: a call of the tests takes real time
SILENCE_AFTER = 180  # seconds; longer than any Gather waits
FRAME = 0.02  # seconds
LOUD = 300  # of 32,768: the line's own hiss has 2, a voice 2,000
ALIKE = 0.5  # over five seconds and more; other words of that length come to 0.3 at most
EARLY, LATE, LEAST = 100, 75, 25  # frames
VOICES = {"en-US": "en-us", "zh-CN": "cmn"}
Samples = array.array  # of "h"


def record(prompts: Sequence[Prompt], wav: Path) -> float:
    """Writes what is said, with silence behind it. Seconds of the words alone."""
    samples = spoken(prompts)
    _write(samples, wav)
    return len(samples) / RATE


def seconds(prompts: Sequence[Prompt]) -> float:
    return len(spoken(prompts)) / RATE


def spoken(prompts: Iterable[Prompt]) -> "Samples[int]":
    samples = array.array("h")
    for prompt in prompts:
        match prompt:
            case Said(text, language):
                samples.extend(_say(text, VOICES[language]))
            case Paused(seconds):
                samples.extend([0] * int(seconds * RATE))
            case Played(url):
                samples.extend(_fetched(url))
    return samples


def loudness(wav: Path) -> list[int]:
    """The root mean square of each frame."""
    with wave.open(str(wav)) as file:
        return levels(array.array("h", file.readframes(file.getnframes())))


def levels(samples: "Samples[int]") -> list[int]:
    length = int(RATE * FRAME)
    frames = (samples[at : at + length] for at in range(0, len(samples), length))
    return [int((sum(one * one for one in frame) / len(frame)) ** 0.5) for frame in frames]


def seconds_loud(heard: Sequence[int]) -> float:
    return sum(level > LOUD for level in heard) * FRAME


def likenesses(heard: Sequence[int], said: Sequence[tuple[float, float, Sequence[int]]]) -> list[float]:
    """For each piece of speech, from and to which second it sounded and its levels: 1.0 where what was heard rises and
    falls alike, 0 where it has nothing to do with it.

    A busy machine swallows some of the line's 20 ms: what is heard is looked for a little before and after its time,
    and what was lost once stays lost.
    """
    lost, likenesses = 0, []
    for begins, ends, levels in said:
        first, length = int(begins / FRAME), int((ends - begins) / FRAME)
        likeness, delay = max(
            (_correlation(heard[first + delay :], levels[: max(LEAST, length - max(0, delay - lost))]), delay)
            for delay in range(max(-first, lost - EARLY), lost + LATE)
        )
        lost = min(lost, delay) if likeness > ALIKE else lost
        likenesses.append(likeness)
    return likenesses


def _write(samples: "Samples[int]", wav: Path) -> None:
    with wave.open(str(wav), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes() + bytes(2 * RATE * SILENCE_AFTER))


@lru_cache(maxsize=256)
def _say(text: str, voice: str) -> "Samples[int]":
    """espeak-ng speaks at 22,050 Hz: every 2.76th sample is kept, which a telephone's ear forgives."""
    command = ["espeak-ng", "-v", voice, "-s", str(QUICKLY), "--stdout", "--stdin"]
    made = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=30).stdout
    rate, samples = int.from_bytes(made[24:28], "little"), array.array("h", made[44 : len(made) - len(made) % 2])
    return _at_the_telephones_rate(samples, rate)


@lru_cache(maxsize=64)
def _fetched(url: str) -> "Samples[int]":
    """A person's recording, as the provider fetches it: a WAV of 8 or 16 bits, of which one channel is heard."""
    with urlopen(url, timeout=10) as answer, wave.open(io.BytesIO(answer.read())) as file:
        frames, width = file.readframes(file.getnframes()), file.getsampwidth()
        heard = array.array("h", frames) if width == 2 else array.array("h", ((one - 128) << 8 for one in frames))
        return _at_the_telephones_rate(heard[:: file.getnchannels()], file.getframerate())


def _at_the_telephones_rate(samples: "Samples[int]", rate: int) -> "Samples[int]":
    return array.array("h", (samples[int(at * rate / RATE)] for at in range(len(samples) * RATE // rate)))


def _correlation(one: Sequence[int], other: Sequence[int]) -> float:
    length = min(len(one), len(other))
    if length < 2:
        return 0.0
    left, right = _centred(one[:length]), _centred(other[:length])
    size = (sum(a * a for a in left) * sum(b * b for b in right)) ** 0.5
    return sum(a * b for a, b in zip(left, right, strict=True)) / size if size else 0.0


def _centred(levels: Sequence[int]) -> list[float]:
    middle = sum(levels) / len(levels)
    return [level - middle for level in levels]
