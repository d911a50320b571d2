"""What does a TwiML document make happen on a call, verb by verb and key by key?

Pure: no clock, no network. Whoever leads the call (talking.py, for people of the story and for real telephones alike)
asks `run` what is said until the document stops, then tells of each key by `press`, or by `lapse` that the time for it
is over.
"""

from dataclasses import dataclass, replace

from gateway.simulator.verbs import Dial, Gather, Hangup, Prompt, Redirect, Reject, Verb


@dataclass(frozen=True)
class Waits:
    """Keys are wanted. The prompts are spoken meanwhile: a key may come at once."""

    gather: Gather
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Fetches:
    """The next document comes from here, asked for with these parameters besides the call's own."""

    url: str
    method: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Connects:
    """Another phone is rung; the document's rest, or what `dial.action` says, comes when that call has ended."""

    dial: Dial


@dataclass(frozen=True)
class HangsUp:
    pass


@dataclass(frozen=True)
class Rejects:
    reason: str


Stop = Waits | Fetches | Connects | HangsUp | Rejects


@dataclass(frozen=True)
class Playback:
    """What is left of a document; while a Gather listens, that Gather and the keys so far."""

    verbs: tuple[Verb, ...]
    waiting: Gather | None = None
    digits: str = ""


@dataclass(frozen=True)
class Step:
    playback: Playback
    prompts: tuple[Prompt, ...]
    stop: Stop


def run(playback: Playback) -> Step:
    """Speaks up to the next verb that stops. The end of a document is a hang-up."""
    prompts: list[Prompt] = []
    for index, verb in enumerate(playback.verbs):
        rest = Playback(playback.verbs[index + 1 :])
        match verb:
            case Gather():
                return Step(replace(rest, waiting=verb), tuple(prompts), Waits(verb, verb.prompts))
            case Redirect():
                return Step(rest, tuple(prompts), Fetches(verb.url, verb.method))
            case Dial():
                return Step(rest, tuple(prompts), Connects(verb))
            case Reject():
                return Step(rest, tuple(prompts), Rejects(verb.reason))
            case Hangup():
                return Step(rest, tuple(prompts), HangsUp())
            case _:
                prompts.append(verb)
    return Step(Playback(()), tuple(prompts), HangsUp())


def press(playback: Playback, key: str) -> tuple[Playback, Fetches | None]:
    """One of 0-9, * and #. The key that finishes is not among the digits; it may come first, and alone."""
    gather = playback.waiting
    if gather is None:
        return playback, None
    if key == gather.finish_on_key:
        return replace(playback, waiting=None), _submit(gather, playback.digits, key)
    digits = playback.digits + key
    if gather.num_digits is not None and len(digits) >= gather.num_digits:
        return replace(playback, waiting=None, digits=digits), _submit(gather, digits, "")
    return replace(playback, digits=digits), None


def lapse(playback: Playback) -> Step:
    """No further key came. What was pressed is sent; nothing pressed falls through, unless the Gather wants it told."""
    gather = playback.waiting
    if gather is not None and (playback.digits or gather.action_on_empty_result):
        return Step(replace(playback, waiting=None), (), _submit(gather, playback.digits, ""))
    return run(Playback(playback.verbs))


def _submit(gather: Gather, digits: str, finished_on: str) -> Fetches:
    told = (("Digits", digits), ("FinishedOnKey", finished_on), ("msg", "Gather End"))
    return Fetches(gather.action, gather.method, told)
