"""Does a flow do what its transcript says?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.answers import Channel
from gateway.core.conversation import (
    Circumstances,
    Conversation,
    State,
    Turn,
    begin,
    carry_on,
    expected,
    hear,
    lapse,
)
from gateway.core.events import CallDue, Event, HungUp
from gateway.core.flow import Flow
from gateway.core.transcripts import TranscriptProblem, cues, difference, read, shown
from gateway.core.understand import AnswerHeard, PinHeard, Understood, understand
from gateway.core.values import duration
from gateway.core.worded import Code, said_by, worded
from gateway.core.words import Language
from gateway.core.written import Problem

# Longer than the minute in which the same reply is asked back.
A_REPLY_TAKES = timedelta(minutes=2)
RIGHT_DIGITS = "1234"
KEYS = {"yes": "1", "now": "1", "no": "2", "later": "2"}


@dataclass(frozen=True)
class Scene:
    """Where the play stands."""

    flow: Flow
    language: Language
    conversation: Conversation
    circumstances: Circumstances

    def later(self, wait: timedelta) -> "Scene":
        return replace(self, circumstances=replace(self.circumstances, now=self.circumstances.now + wait))

    def after(self, turn: Turn) -> tuple["Scene", tuple[Event, ...]]:
        """Saved and loaded between two steps, so that nothing can be kept that isn't stored."""
        conversation, events = turn
        kept = Conversation.from_json(json.loads(json.dumps(conversation.to_json())))
        return replace(self, conversation=kept), events


@dataclass(frozen=True)
class Moment:
    """One turn: what came of what was said, and where the play stands after it. `said` None: by time alone."""

    scene: Scene
    events: tuple[Event, ...]
    said: str | None = None


def play(flow: Flow, language: Language, channel: Channel, text: str, start: datetime) -> tuple[Problem, ...]:
    """The first line that comes out otherwise, as a Problem; nothing when all is as written."""
    try:
        transcript = read(text)
    except TranscriptProblem as mistake:
        return (Problem(mistake.line, 1, said_by(mistake)),)
    if channel not in transcript.channels:
        return ()
    circumstances = Circumstances(start, transcript.history, known=transcript.known, said_before=transcript.said_before)
    conversation, events = begin(flow, channel, circumstances)
    scene, events = _press_on(Scene(flow, language, conversation, circumstances), events, "")
    for cue, wanted in cues(transcript.lines):
        try:
            scene, events = perform(scene, cue.text) if cue else (scene, events)
        except ValueError as mistake:
            return (Problem(cue.number if cue else 1, 1, said_by(mistake)),)
        if problem := difference(cue, wanted, tuple(shown(events))):
            return (problem,)
    return ()


def replay(
    flow: Flow, language: Language, channel: Channel, cues: Sequence[str], circumstances: Circumstances
) -> Iterator[Moment]:
    """Turn by turn, as a person would live through it: `< 7` is typed or pressed as it stands, `@ 4 hours` waits.

    Raises ValueError for a cue that is neither.
    """
    scene, events = Scene(flow, language, Conversation(channel, State.GREETING), circumstances), tuple[Event, ...]()
    scene, events = scene.after(begin(flow, channel, circumstances))
    yield Moment(scene, events)
    for cue in cues:
        if scene.conversation.ended or (HungUp() in events and not cue.startswith("@")):
            return
        if cue.startswith("@"):
            end = _end_of(scene, cue)
            for after, events in _lapses(scene, end):
                yield Moment(after, events)
                scene = after
            scene = scene.later(end - scene.circumstances.now)
        elif cue.startswith("<"):
            said = cue.removeprefix("<").strip()
            scene, events = _say(scene.later(A_REPLY_TAKES), said)
            yield Moment(scene, events, said)
        else:
            raise ValueError(f"'{cue}' is neither typed nor waited")


def perform(scene: Scene, cue: str) -> tuple[Scene, tuple[Event, ...]]:
    if cue.startswith("@"):
        return _wait(scene, cue)
    said = cue.removeprefix("<").strip()
    scene = scene.later(A_REPLY_TAKES)
    scene, events = _say(scene, _typed(scene, said))
    return _press_on(scene, events, said)


def _say(scene: Scene, typed: str) -> tuple[Scene, tuple[Event, ...]]:
    flow, conversation = scene.flow, scene.conversation
    by_keys = conversation.channel is Channel.VOICE
    heard = judged(understand(typed, expected(flow, conversation), scene.language, keys=by_keys))
    return scene.after(hear(flow, conversation, heard, scene.circumstances))


def judged(heard: Understood) -> Understood:
    """In a play everybody's own digits are 1234."""
    if isinstance(heard, PinHeard):
        return AnswerHeard("yes" if heard.digits == RIGHT_DIGITS else "no", "")
    return heard


def _press_on(scene: Scene, events: tuple[Event, ...], said: str) -> tuple[Scene, tuple[Event, ...]]:
    """On a call: it is she; "no" goes for every sign of the gate; what is read back is right."""
    while scene.conversation.channel is Channel.VOICE and (key := _next_key(scene, said)):
        scene, more = _say(scene, key)
        events = (*events, *more)
    return scene, events


def _next_key(scene: Scene, said: str) -> str:
    conversation = scene.conversation
    if conversation.state is State.GREETING and not said and scene.flow.open == "straight":
        return "1"
    if conversation.state is State.READING_BACK:
        return "1"
    return "2" if conversation.state is State.ASKING and conversation.part and said == "no" else ""


def _wait(scene: Scene, cue: str) -> tuple[Scene, tuple[Event, ...]]:
    """Everything that falls due meanwhile happens at its time; a call that falls due is answered."""
    end, events = _end_of(scene, cue), tuple[Event, ...]()
    for after, more in _lapses(scene, end):
        scene, events = after, (*events, *more)
    return scene.later(end - scene.circumstances.now), events


def _end_of(scene: Scene, cue: str) -> datetime:
    wait = duration(cue.removeprefix("@").strip().removesuffix(" later"))
    assert isinstance(wait, timedelta)
    try:
        return scene.circumstances.now + wait
    except OverflowError:
        raise ValueError(worded("nobody waits as long as '%(cue)s'", cue=cue)) from None


def _lapses(scene: Scene, end: datetime) -> Iterator[tuple[Scene, tuple[Event, ...]]]:
    while (due := scene.conversation.lapse) and due.at <= end:
        scene = scene.later(due.at - scene.circumstances.now)
        scene, events = scene.after(lapse(scene.flow, scene.conversation, scene.circumstances))
        yield scene, events
        if CallDue() in events:
            turn = carry_on(scene.flow, scene.conversation, Channel.VOICE, scene.circumstances)
            scene, events = scene.after(turn)
            yield scene, events


def _typed(scene: Scene, said: str) -> str:
    """In her language, what the transcript says she means."""
    words, kind, _, name = scene.language.words, *said.rpartition(" ")
    if said == "skipped":
        return words.skip[0]
    if said == "unclear":
        return "?"
    known = {"red flag": words.red_flags, "keyword": words.keywords}.get(kind)
    if known is None:
        return KEYS.get(said, said)
    if name not in known:
        raise ValueError(
            worded(
                "'%(name)s' is no %(kind)s of %(language)s", name=name, kind=kind, language=Code(scene.language.code)
            )
        )
    return known[name][0].replace(" ... ", " ").replace("...", "").replace("*", "")
