"""How does what is said on a call become TwiML?"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from twilio.twiml.voice_response import Gather, VoiceResponse

from gateway.core.wording import Connect, HangUpNow, Listen, Speak, Spoken, TurnAway
from gateway.core.words import Voice
from gateway.phone import voices
from gateway.phone.twilio_in import NOTHING, OVERRIDES

SECONDS_FOR_ONE_KEY = 8
SECONDS_OF_RINGING = 40  # a patient who is to be connected; longer meets the voicemail
LONGEST_TALK = 30 * 60  # seconds of a doctor with a patient: a line left open must not hold two phones for hours
# Twilio has one time for the first key and the next: old hands need it before the first, a lone 1 waits it for its 0.
SECONDS_FOR_TWO_KEYS = 6
CANNOT_STAND_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
Mouth = Voice | Mapping[str, str]  # who says a turn: a synthetic voice, or a person's recordings of all of it
NOTHING_TO_DO = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manner:
    """How somebody is spoken to. `slow`: with a breath after each sentence, and more time for each key.

    `voice`: the one that her version chose, else the provider's usual one for the language. `recorded`: texts that a
    person has recorded, and where they are heard.
    """

    slow: bool = False
    voice: Voice | None = None
    recorded: Mapping[str, str] = field(default_factory=dict)

    def seconds(self, digits: int) -> int:
        usual = SECONDS_FOR_ONE_KEY if digits == 1 else SECONDS_FOR_TWO_KEYS
        return usual * 2 if self.slow else usual


USUAL = Manner()


@dataclass(frozen=True)
class Place:
    """Which question of which conversation is open on the call, and the nonce of this turn."""

    conversation_id: str | None
    step: str | None
    part: int | None
    turn: int

    def address(self, public_url: str) -> str:
        part = NOTHING if self.part is None else str(self.part)
        where = f"{self.conversation_id or NOTHING}/{self.step or NOTHING}/{part}/{self.turn}"
        return f"{public_url}/twilio/keys/{where}{OVERRIDES}"

    def afterwards(self, public_url: str) -> str:
        """Where the call goes on when whoever it was connected to has put down, or was not reached."""
        return f"{public_url}/twilio/dialled/{self.turn}{OVERRIDES}"


def render(
    spoken: Iterable[Spoken],
    language: str,
    place: Place,
    public_url: str,
    manner: Manner = USUAL,
    ours: str | None = None,
) -> str:
    """TwiML for one turn. What stands before a Listen may be cut short by a key, unless it is uninterrupted.

    It is heard in recordings when all of it was recorded, else in the synthetic voice: never in two voices.
    `ours`: the number that a phone shows which somebody is connected to.
    """
    response = VoiceResponse()
    said: list[Speak] = []
    spoken = tuple(spoken)
    mouth = _mouth(spoken, language, manner)
    if mouth is None:  # better nothing than another language
        log.error("nothing can be said in %s: it has no voice, and not all of this turn is recorded", language)
        return str(_hung_up(response))
    for line in spoken:
        match line:
            case Speak():
                said.append(replace(line, slow=line.slow or manner.slow))
            case Listen():
                _listen(response, said, line, mouth, place.address(public_url), manner)
                return str(response)  # Gather asks its action even without a key: nothing behind it is reached
            case Connect(number):
                _speak(response, said, mouth)
                _connect(response, number, ours, place.afterwards(public_url))
                return str(response)
            case TurnAway():
                response.reject(reason="busy")
                return str(response)
            case HangUpNow():
                break
    _speak(response, said, mouth)
    return str(_hung_up(response))


def _mouth(spoken: Iterable[Spoken], language: str, manner: Manner) -> Mouth | None:
    """Recordings for all that is said, else a voice; None where there is neither."""
    texts = [line.text for line in spoken if isinstance(line, Speak)]
    if all(text in manner.recorded for text in texts):
        return manner.recorded
    return voices.of(language, manner.voice)


def _hung_up(response: VoiceResponse) -> VoiceResponse:
    response.hangup()
    return response


def _listen(
    response: VoiceResponse, said: list[Speak], listen: Listen, mouth: Mouth, address: str, manner: Manner
) -> None:
    """`finishOnKey` is off so that `#` reaches us."""
    first = max((i + 1 for i, line in enumerate(said) if line.uninterrupted), default=0)
    _speak(response, said[:first], mouth)
    gather = response.gather(
        input="dtmf",
        action=address,
        method="POST",
        num_digits=listen.digits,
        finish_on_key="",
        timeout=manner.seconds(listen.digits),
        action_on_empty_result=True,
    )
    _speak(gather, said[first:], mouth)


def _connect(response: VoiceResponse, number: str, ours: str | None, afterwards: str) -> None:
    """Our own number is shown: neither learns the other's from the screen."""
    shown = {"caller_id": ours} if ours else {}
    dial = response.dial(action=afterwards, method="POST", timeout=SECONDS_OF_RINGING, time_limit=LONGEST_TALK, **shown)
    dial.number(number)


def _speak(verb: VoiceResponse | Gather, said: Iterable[Speak], mouth: Mouth) -> None:
    """Slowly means a breath after every sentence: it works with every voice, `<prosody>` with some only."""
    for line in said:
        if not isinstance(mouth, Voice):
            verb.play(mouth[line.text])
            if line.slow:
                verb.pause(length=1)
            continue
        for sentence in END_OF_SENTENCE.split(line.text) if line.slow else [line.text]:
            _say(verb, sentence, mouth, line.slow)


def _say(verb: VoiceResponse | Gather, text: str, voice: Voice, is_slow: bool) -> None:
    speakable = CANNOT_STAND_IN_XML.sub("", text).strip()
    if not speakable:
        return
    chosen = {"voice": voice.voice} if voice.voice else {}
    verb.say(speakable, language=voice.language, **chosen)
    if is_slow:
        verb.pause(length=1)
