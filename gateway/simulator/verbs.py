"""Which verbs does this network know, and with which attributes?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from gateway.simulator.documents import AGAINST_SCHEMA, BadDocument

# Say loop="0" goes on until someone hangs up; ten times tell as much.
FOREVER = 10


@dataclass(frozen=True)
class Said:
    text: str
    language: str = "en-US"
    voice: str = "man"


@dataclass(frozen=True)
class Played:
    url: str


@dataclass(frozen=True)
class Paused:
    seconds: float = 1


Prompt = Said | Played | Paused


@dataclass(frozen=True)
class Gather:
    """`finish_on_key` empty: no key finishes. `num_digits` None: as many as come before the time-out."""

    action: str
    method: str = "POST"
    num_digits: int | None = None
    finish_on_key: str = "#"
    timeout: float = 5
    action_on_empty_result: bool = False
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Reject:
    reason: str = "rejected"


@dataclass(frozen=True)
class Dial:
    """Another phone is rung, and both are connected. `caller_id` None: what the call's own caller shows."""

    number: str
    action: str | None = None
    method: str = "POST"
    timeout: int = 30
    time_limit: int = 14_400
    caller_id: str | None = None


Verb = Said | Played | Paused | Gather | Redirect | Hangup | Reject | Dial

_ATTRIBUTES = {
    "Say": {"voice", "language", "loop"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Gather": {"action", "method", "input", "numDigits", "finishOnKey", "timeout", "actionOnEmptyResult"}
    | {"language", "hints", "bargeIn", "profanityFilter", "speechTimeout", "speechModel", "enhanced"},
    "Redirect": {"method"},
    "Hangup": set(),
    "Reject": {"reason"},
    "Dial": {"action", "method", "timeout", "timeLimit", "callerId", "answerOnBridge"},
}


def read(elements: list[Element], url: str) -> tuple[Verb, ...]:
    """The verbs of a document that came from `url`, repeats written out. Raises BadDocument."""
    return tuple(verb for element in elements for verb in _verbs(element, url))


def _verbs(element: Element, url: str) -> list[Verb]:
    name = element.tag
    if name not in _READERS:
        raise BadDocument(AGAINST_SCHEMA, f"unknown verb <{name}>")
    unknown = set(element.attrib) - _ATTRIBUTES[name]
    if unknown:
        raise BadDocument(AGAINST_SCHEMA, f"<{name}> has no attribute {', '.join(sorted(unknown))}")
    return _READERS[name](element, url)


def _say(element: Element, url: str) -> list[Verb]:
    text = " ".join("".join(element.itertext()).split())
    if not text:
        raise BadDocument(AGAINST_SCHEMA, "<Say> without words")
    language = element.get("language", "en-US")
    if not re.fullmatch(r"arb|[a-z]{2,3}-[A-Z]{2}(-[A-Za-z]+)?", language):
        raise BadDocument(AGAINST_SCHEMA, f"<Say> has no language {language}")
    return [Said(text, language, element.get("voice", "man"))] * _loop(element)


def _play(element: Element, url: str) -> list[Verb]:
    place = (element.text or "").strip()
    if not place and "digits" not in element.attrib:
        raise BadDocument(AGAINST_SCHEMA, "<Play> without an address")
    return [Played(urljoin(url, place) if place else f"digits:{element.attrib['digits']}")] * _loop(element)


def _pause(element: Element, url: str) -> list[Verb]:
    return [Paused(_number(element, "length", 1))]


def _gather(element: Element, url: str) -> list[Verb]:
    prompts = [verb for child in element for verb in _verbs(child, url)]
    if not all(isinstance(prompt, Said | Played | Paused) for prompt in prompts):
        raise BadDocument(AGAINST_SCHEMA, "<Gather> holds only Say, Play and Pause")
    if "dtmf" not in element.get("input", "dtmf").split():
        raise BadDocument(AGAINST_SCHEMA, "<Gather> listens to speech only, and this network carries keys only")
    finish = element.get("finishOnKey", "#")
    if not re.fullmatch(r"[0-9*#]?", finish):
        raise BadDocument(AGAINST_SCHEMA, f"finishOnKey {finish!r}")
    digits = _number(element, "numDigits", 0)
    if "numDigits" in element.attrib and digits < 1:
        raise BadDocument(AGAINST_SCHEMA, "numDigits must be at least 1")
    gather = Gather(
        action=urljoin(url, element.get("action", "")),
        method=_method(element),
        num_digits=digits or None,
        finish_on_key=finish,
        timeout=_number(element, "timeout", 5),
        action_on_empty_result=_is_true(element, "actionOnEmptyResult"),
        prompts=tuple(prompt for prompt in prompts if isinstance(prompt, Said | Played | Paused)),
    )
    return [gather]


def _redirect(element: Element, url: str) -> list[Verb]:
    return [Redirect(urljoin(url, (element.text or "").strip()), _method(element))]


def _reject(element: Element, url: str) -> list[Verb]:
    reason = element.get("reason", "rejected")
    if reason not in ("rejected", "busy"):
        raise BadDocument(AGAINST_SCHEMA, f"<Reject> has no reason {reason}")
    return [Reject(reason)]


def _dial(element: Element, url: str) -> list[Verb]:
    """One phone number: neither clients nor conferences live on this network."""
    nouns = list(element)
    if len(nouns) > 1 or any(noun.tag != "Number" or noun.attrib for noun in nouns):
        raise BadDocument(AGAINST_SCHEMA, "<Dial> holds more than one plain <Number>")
    number = ((nouns[0].text if nouns else element.text) or "").strip()
    shown = element.get("callerId")
    for each in (number, shown or number):
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", each):
            raise BadDocument(AGAINST_SCHEMA, f"<Dial> has no number in E.164: {each!r}")
    action = element.get("action")
    dial = Dial(
        number=number,
        action=urljoin(url, action) if action else None,
        method=_method(element),
        timeout=_number(element, "timeout", 30),
        time_limit=_number(element, "timeLimit", 14_400, digits=5),
        caller_id=shown,
    )
    return [dial]


def _loop(element: Element) -> int:
    return _number(element, "loop", 1) or FOREVER


def _number(element: Element, name: str, default: int, digits: int = 4) -> int:
    text = element.get(name, str(default))
    if not re.fullmatch(rf"\d{{1,{digits}}}", text):
        raise BadDocument(AGAINST_SCHEMA, f"{name}={text!r} is not a number")
    return int(text)


def _method(element: Element) -> str:
    method = element.get("method", "POST").upper()
    if method not in ("GET", "POST"):
        raise BadDocument(AGAINST_SCHEMA, f"method {method}")
    return method


def _is_true(element: Element, name: str) -> bool:
    text = element.get(name, "false")
    if text not in ("true", "false"):
        raise BadDocument(AGAINST_SCHEMA, f"{name}={text!r} is neither true nor false")
    return text == "true"


_READERS: dict[str, Callable[[Element, str], list[Verb]]] = {
    "Say": _say,
    "Play": _play,
    "Pause": _pause,
    "Gather": _gather,
    "Redirect": _redirect,
    "Hangup": lambda element, url: [Hangup()],
    "Reject": _reject,
    "Dial": _dial,
}
