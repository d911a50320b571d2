"""A telephone on the page that plays the draft: in any language, by SMS or on a call, with time that jumps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from flask import abort, request

from gateway.console.doors import Visit, opens
from gateway.console.flows.desk import WRITES, Desk, desk
from gateway.console.words import _
from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.conversation import Circumstances
from gateway.core.events import Asked, Breached, Greeted, RedFlagged, SkippedAtGate
from gateway.core.flow import Flow
from gateway.core.playing import Moment, replay
from gateway.core.segments import Segments
from gateway.core.transcripts import shown
from gateway.core.worded import said_by
from gateway.core.words import Language

LONGEST = 80  # replies and waits
WAITS = (("1 hour", _("1 hour")), ("4 hours", _("4 hours")), ("1 day", _("1 day")), ("3 days", _("3 days")))
IN_A_TEST = re.compile(r"[0-9]{1,4}|yes|no|now|later")
HAPPENED = {
    "! left to a person": _("A person is asked to phone."),
    "! call": _("The gateway rings."),
    "! given up": _("No answer: given up."),
    "! declined": _("No questions this time."),
    "! later": _("Asked again later."),
}


@dataclass(frozen=True)
class Line:
    """`kind`: ours, hers, or what happens beside the talk."""

    kind: str
    text: str
    at: datetime
    size: Segments | None = None
    level: str = ""


@opens("/flows/<flow>/draft/phone", *WRITES)
def page(at: Visit, flow: str) -> Any:
    return _shown(desk(at, flow), [])


@opens("/flows/<flow>/draft/phone", *WRITES, methods=("POST",), alone=True)
def answer(at: Visit, flow: str) -> Any:
    """Plays all of it again with one more reply or wait: what was said so far is on the page, nothing is kept."""
    cues = [line for line in request.form.get("cues", "").splitlines() if line[:1] in ("<", "@")]
    if wait := request.form.get("wait"):
        cues.append(f"@ {wait}" if wait in dict(WAITS) else abort(400))
    elif request.form.get("reply", "").strip() or "send" in request.form:
        cues.append(f"< {' '.join(request.form.get('reply', '').split())[:300]}")
    with at.house.database.read() as session:  # a play may take a second: no writer waits for it
        at.session = session
        return _shown(desk(at, flow), cues[:LONGEST])


def _shown(place: Desk, cues: list[str]) -> str:
    at, flow = place.at, place.flow
    code = request.values.get("language", "")
    language = place.languages.get(code) or next(
        (known for name, known in place.languages.items() if not flow or name == flow.written_in), None
    )
    if flow is None or language is None:
        return place.page("phone.html", lines=[], unreadable=True)
    wanted = request.values.get("channel", "")
    channel = Channel(wanted) if wanted in flow.channels else flow.channels[0]
    moments, wrong = _played(flow, language, channel, cues, at.now)
    lines, trouble = _all_lines(at, flow, language, moments)
    parts = sum(line.size.count for line in lines if line.size)
    return place.page(
        "phone.html",
        lines=lines,
        wrong=wrong or trouble,
        cues=cues,
        code=language.code,
        channel=channel,
        ended=bool(moments) and moments[-1].scene.conversation.ended,
        parts=parts,
        price=_price(at, parts),
        transcript=_transcript(flow, language, channel, cues, moments),
        waits=WAITS,
    )


def _played(
    flow: Flow, language: Language, channel: Channel, cues: list[str], now: datetime
) -> tuple[list[Moment], str]:
    moments: list[Moment] = []
    try:
        moments.extend(replay(flow, language, channel, cues, Circumstances(now)))
    except ValueError as wrong:
        return moments, said_by(wrong)
    return moments, ""


def _all_lines(at: Visit, flow: Flow, language: Language, moments: list[Moment]) -> tuple[list[Line], str]:
    lines: list[Line] = []
    try:
        for moment in moments:
            lines.extend(_lines(at, flow, language, moment))
    except KeyError as missing:  # a sentence asks for a fact that nobody has: the Problems say so, too
        return lines, str(missing.args[0])
    return lines, ""


def _lines(at: Visit, flow: Flow, language: Language, moment: Moment) -> Iterator[Line]:
    now = moment.scene.circumstances.now
    if moment.said is not None:
        yield Line("hers", moment.said or "—", now)
    yield from (Line("happens", text, now, level=level) for text, level in _beside(at, moment))
    if moment.scene.conversation.channel is Channel.SMS:
        if text := wording.sms(flow, language, moment.events, _facts(at)):
            yield Line("ours", text, now, wording.segments(text))
        return
    for spoken in wording.voice(flow, language, moment.events, _facts(at)):
        if isinstance(spoken, wording.Speak):
            yield Line("ours", spoken.text, now)
        elif isinstance(spoken, wording.HangUpNow):
            yield Line("happens", at.tongue.say(_("The call is over.")), now)


def _beside(at: Visit, moment: Moment) -> Iterator[tuple[str, str]]:
    """What the person on the phone does not see: cases, and what is left to people."""
    for event in moment.events:
        match event:
            case Breached(breach, level):
                yield at.tongue.say(_("A case opens: “%(limit)s”"), limit=_plain(breach)), level
            case RedFlagged(flag):
                yield at.tongue.say(_("A case opens: a danger sign, “%(limit)s”"), limit=_plain(flag)), "now"
            case SkippedAtGate(step):
                yield at.tongue.say(_("A case opens: unclear at “%(limit)s”"), limit=_plain(step)), "red"
    told = (HAPPENED[line] for line in shown(moment.events) if line in HAPPENED)
    yield from ((at.tongue.say(sentence), "") for sentence in told)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _price(at: Visit, parts: int) -> str:
    """Of so many parts; "" where nobody has said what one costs."""
    amount, _space, currency = at.house.settings.sms_price.partition(" ")
    return format_currency(Decimal(amount) * parts, currency, locale=at.tongue.code) if parts and currency else ""


def _facts(at: Visit) -> dict[str, str]:
    """Of an invented patient of Dr Baraka."""
    settings = at.house.settings
    return {
        "clinic": settings.clinic_name,
        "doctor": "Dr Baraka",
        "doctor_phone": "0700000001",
        "emergency_number": settings.emergency_number,
        "meeting": "…",
        "deadline": "10:30",
        "name": "Amina",
        "called": "Amina",
    }


def _transcript(flow: Flow, language: Language, channel: Channel, cues: list[str], moments: list[Moment]) -> str:
    """As a test that plays in every language; "" where what was typed means something in one language only."""
    if language.code != flow.written_in or channel is not Channel.SMS or not cues:
        return ""
    lines = list(shown(moments[0].events)) if moments else []
    meant, rest = _meant(flow, moments[0], {}) if moments else {}, iter(moments[1:])
    for cue in cues:
        said = cue.removeprefix("<").strip()
        if cue.startswith("@") or not IN_A_TEST.fullmatch(said):
            return ""
        moment = next(rest, None)
        if moment is None:
            break
        lines += [f"< {meant.get(said, said)}", *shown(moment.events)]
        meant = _meant(flow, moment, meant)
    return "\n".join(lines)


def _meant(flow: Flow, moment: Moment, before: dict[str, str]) -> dict[str, str]:
    """What the digits 1 and 2 stand for, where it is yes and no: on a call they may be asked one sign at a time."""
    for event in reversed(moment.events):
        if isinstance(event, Asked):
            return {"1": "yes", "2": "no"} if flow.questions()[event.step].yes_no else {}
        if isinstance(event, Greeted):
            return {"1": "now", "2": "later"}
    return before
