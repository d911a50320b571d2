"""Do whole conversations, as the two phones show them, come out as a clinician has read them?

`<` is what she sends or presses, `@` lets time pass, everything else is what must come of it.
REWRITE_CONVERSATIONS=1 pytest tests/conversations writes the files anew; then read the diff.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.commands.talk import A_MONDAY, rendered
from gateway.core.answers import Channel, Value
from gateway.core.conversation import Circumstances, begin, expected, hear, silence
from gateway.core.events import Event
from gateway.core.playing import A_REPLY_TAKES, Scene, judged, perform
from gateway.core.transcripts import shown
from gateway.core.understand import understand
from tests.core.shipped import FACTS, flow, language

HERE = Path(__file__).parent
REWRITE = "REWRITE_CONVERSATIONS" in os.environ
SEEN = {**FACTS, "scores burden": "32, 28, 30, 22", "course burden": "better"}  # what a look back shows
SILENCE = "< (silence)"


@pytest.mark.parametrize("file", sorted(HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_the_conversation_goes_as_it_was_read(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines()
    text = "\n".join([*_head(lines), *_played(lines)]) + "\n"
    if REWRITE:
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def _head(lines: list[str]) -> list[str]:
    return lines[: lines.index("") + 1]


def _played(lines: list[str]) -> Iterator[str]:
    told = dict(line.split(": ", 1) for line in _head(lines) if line and line[0] != "#")
    asked, channel = flow(told["flow"]), Channel(told["channel"])
    circumstances = Circumstances(A_MONDAY, known=_known(told.get("known", "")))
    conversation, events = begin(asked, channel, circumstances)
    scene = Scene(asked, language(told["language"]), conversation, circumstances)
    yield from _seen(scene, channel, events)
    for cue in (line for line in lines if line.startswith(("<", "@"))):
        yield from ("", cue)
        scene, events = _step(scene, cue)
        yield from _seen(scene, scene.conversation.channel, events)


def _known(written: str) -> dict[str, Value]:
    """`has_pin yes, has_helper no`: what nobody is asked."""
    pairs = [pair.split() for pair in written.split(", ") if pair]
    return {name: "yes" if value == "yes" else "no" for name, value in pairs}


def _step(scene: Scene, cue: str) -> tuple[Scene, tuple[Event, ...]]:
    if cue.startswith("@"):
        return perform(scene, cue)
    wait = timedelta(seconds=8) if scene.conversation.channel is Channel.VOICE else A_REPLY_TAKES
    circumstances = replace(scene.circumstances, now=scene.circumstances.now + wait)
    scene = replace(scene, circumstances=circumstances)
    if cue == SILENCE:
        return scene.after(silence(scene.flow, scene.conversation, circumstances))
    keys = scene.conversation.channel is Channel.VOICE
    heard = judged(understand(cue[2:], expected(scene.flow, scene.conversation), scene.language, keys=keys))
    return scene.after(hear(scene.flow, scene.conversation, heard, circumstances))


def _seen(scene: Scene, channel: Channel, events: tuple[Event, ...]) -> Iterator[str]:
    """What opens a case first, then what her phone shows."""
    yield from (line for line in shown(events) if line.startswith("!"))
    yield from rendered(scene.flow, scene.language, channel, events, SEEN)
