"""Is only that taken which a telephone can play, and is each refusal a sentence that helps?"""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.sound import MOST_BYTES, NotPlayable, Sound, measured
from tests.sounds import as_wav, frames_of_mp3, spoken, tone


def test_a_wav_file_is_measured() -> None:
    assert measured(tone(1.5)) == Sound("wav", 1.5)
    assert measured(tone(0.5, rate=44_100, channels=2)) == Sound("wav", 0.5)


def test_what_espeak_writes_to_a_pipe_is_measured() -> None:
    """Its length says 2 GB, since it could not go back."""
    file = spoken("Habari za leo")
    assert file[40:44] != struct.pack("<I", len(file) - 44)
    sound = measured(file)
    assert sound.kind == "wav"
    assert 0.5 < sound.seconds < 5


def test_an_mp3_file_is_measured_frame_by_frame() -> None:
    sound = measured(frames_of_mp3(100))
    assert (sound.kind, round(sound.seconds, 2)) == ("mp3", 2.61)
    title = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
    assert measured(title + frames_of_mp3(100) + b"TAG" + bytes(125)) == sound


def test_telephone_codings_are_taken() -> None:
    for coding in (6, 7):
        form = struct.pack("<HHIIHH", coding, 1, 8000, 8000, 1, 8)
        chunks = b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", 8000) + bytes(range(250)) * 32
        assert measured(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks).seconds == 1.0


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "neither WAV nor MP3"),
        (b"%PDF-1.4 and so on", "neither WAV nor MP3"),
        (b"OggS" + bytes(100), "neither WAV nor MP3"),
        (b"RIFF\x10\x00\x00\x00WAVE", "without a beginning or without sound"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"not sound at all" * 20, "begins like MP3 and is none"),
        (frames_of_mp3(2), "begins like MP3 and is none"),
        (frames_of_mp3(100) + b"<html>" * 2000, "and then something else"),
        (tone(1.0)[:-4000], "its end is missing"),
        (tone(0.1), "lasts 0.1 seconds"),
        (as_wav([0] * 8000), "nothing can be heard in it"),
        (tone(1.0, rate=4000), "4000 samples a second"),
        (tone(1.0, channels=3), "3 channels"),
        (tone(1.0)[:34] + b"\x18\x00" + tone(1.0)[36:], "24 bits"),
        (bytes(MOST_BYTES + 1), "2.1 MB are the most"),
        (frames_of_mp3(4700), "lasts 122.8 seconds"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(file: bytes, sentence: str) -> None:
    with pytest.raises(NotPlayable, match=sentence):
        measured(file)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"RIFF....WAVE", b"RIFF....WAVEfmt ", b"ID3", b"\xff\xfb\x90\xc4"])
)
def test_no_file_crashes_it(rest: bytes, beginning: bytes) -> None:
    with suppress(NotPlayable):
        measured(beginning + rest)
