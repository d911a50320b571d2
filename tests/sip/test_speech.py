"""Is a recording heard on a real line for as long as it is, and as loud?"""

from pathlib import Path

import pytest

from gateway.simulator.verbs import Paused, Played
from tests.sip import speech
from tests.sounds import tone


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 1), (44100, 2)])
def test_a_recording_is_played_at_the_rate_of_a_telephone(tmp_path: Path, rate: int, channels: int) -> None:
    wav = tmp_path / f"{rate}.wav"
    wav.write_bytes(tone(0.5, rate, channels))
    prompts = [Played(wav.as_uri()), Paused(0.5)]
    assert speech.seconds(prompts) == pytest.approx(1.0, abs=0.01)
    levels = speech.levels(speech.spoken(prompts))
    assert speech.seconds_loud(levels) == pytest.approx(0.5, abs=0.05)


def test_what_is_played_leads_the_silence_behind_it(tmp_path: Path) -> None:
    wav, line = tmp_path / "pain.wav", tmp_path / "line.wav"
    wav.write_bytes(tone(0.2))
    assert speech.record([Played(wav.as_uri())], line) == pytest.approx(0.2)
    assert speech.loudness(line)[-1] == 0
