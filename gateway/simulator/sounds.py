"""What does somebody hear where a document says <Play>?

The file is fetched as Twilio fetches it: once, and then kept by its address. What is spoken in it a program cannot
hear; its name says it, if whoever serves it gives it one (Content-Disposition).
"""

import io
import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.simulator.verbs import Gather, Played, Verb
from gateway.simulator.webhooks import Outcome

if TYPE_CHECKING:
    from gateway.simulator.network import Network

# Error 13420 of twilio.com/docs/errors: the address gives something else than sound.
NO_SOUND = 13420
BYTES_A_SECOND = 16_000  # of a file that we cannot measure: MP3 of 128 kbit
MOST_LETTERS = 1000


@dataclass(frozen=True)
class Sound:
    """`words`: what is spoken, as far as it is known; else the end of the address."""

    words: str
    seconds: float
    body: bytes
    content_type: str


def fetch_all(
    network: "Network", sid: str, verbs: Iterable[Verb], then: Callable[[], None], fail: Callable[[str, int], None]
) -> None:
    """What is not yet kept, one after the other; `fail` hears the address and the error of the first without sound."""
    wanted = [url for url in _addresses(verbs) if url not in network.sounds]
    if not wanted:
        then()
        return

    def done(outcome: Outcome) -> None:
        if not outcome.is_ok or not outcome.content_type.startswith("audio/"):
            fail(wanted[0], NO_SOUND if outcome.is_ok else outcome.error_code)
            return
        network.sounds[wanted[0]] = _sound(wanted[0], outcome)
        fetch_all(network, sid, verbs, then, fail)

    network.post("play", sid, wanted[0], {}, done, "GET")


def _addresses(verbs: Iterable[Verb]) -> list[str]:
    """Of <Play>, and of <Play> in <Gather>; the tones of <Play digits> are no file."""
    urls: list[str] = []
    for verb in verbs:
        if isinstance(verb, Gather):
            urls += _addresses(verb.prompts)
        elif isinstance(verb, Played) and verb.url.startswith("http"):
            urls.append(verb.url)
    return urls


def _sound(url: str, outcome: Outcome) -> Sound:
    words = outcome.file_name.rpartition(".")[0][:MOST_LETTERS] or url.rpartition("/")[2]
    return Sound(words, _seconds(outcome.body), outcome.body, outcome.content_type)


def _seconds(body: bytes) -> float:
    try:
        with wave.open(io.BytesIO(body)) as file:
            width: int = file.getnchannels() * file.getsampwidth() * file.getframerate()
    except (wave.Error, EOFError):
        return len(body) / BYTES_A_SECOND
    return len(body) / width  # a file that was written to a pipe does not say how long it is
