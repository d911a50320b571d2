"""How does what is said on a call become TwiML?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from twilio.twiml.voice_response import Gather, VoiceResponse

from gateway.core.wording import Connect, HangUpNow, Listen, Speak, Spoken, TurnAway
from gateway.phone.twilio_in import NOTHING, OVERRIDES

# Which of Twilio's languages speaks ours: twilio.com/docs/voice/twiml/say. No `voice` is named, so that the account's
# own choice for the language is used: a wrong pair of voice and language makes the whole verb fail. Swahili is spoken
# by Google's voices only: the account has to choose one for sw-KE before anyone is called in it.
SPOKEN_AS = {
    "en": "en-US",
    "zh_CN": "zh-CN",
    "es": "es-MX",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "vi": "vi-VN",
    "hi": "hi-IN",
    "ar": "arb",
    "sw": "sw-KE",
}

SECONDS_FOR_ONE_KEY = 8
SECONDS_OF_RINGING = 40  # a patient who is to be connected; longer meets the voicemail
LONGEST_TALK = 30 * 60  # seconds of a doctor with a patient: a line left open must not hold two phones for hours
# Twilio has one time for the first key and the next: old hands need it before the first, a lone 1 waits it for its 0.
SECONDS_FOR_TWO_KEYS = 6
CANNOT_STAND_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
NOTHING_TO_DO = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@dataclass(frozen=True)
class Manner:
    """How somebody wishes to be spoken to: with a breath after each sentence, and more time for each key."""

    slow: bool = False

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

    `ours`: the number that a phone shows which somebody is connected to.
    """
    response = VoiceResponse()
    said: list[Speak] = []
    for line in spoken:
        match line:
            case Speak():
                said.append(replace(line, slow=line.slow or manner.slow))
            case Listen():
                _listen(response, said, line, language, place.address(public_url), manner)
                return str(response)  # Gather asks its action even without a key: nothing behind it is reached
            case Connect(number):
                _speak(response, said, language)
                _connect(response, number, ours, place.afterwards(public_url))
                return str(response)
            case TurnAway():
                response.reject(reason="busy")
                return str(response)
            case HangUpNow():
                break
    _speak(response, said, language)
    response.hangup()
    return str(response)


def _listen(
    response: VoiceResponse, said: list[Speak], listen: Listen, language: str, address: str, manner: Manner
) -> None:
    """`finishOnKey` is off so that `#` reaches us."""
    first = max((i + 1 for i, line in enumerate(said) if line.uninterrupted), default=0)
    _speak(response, said[:first], language)
    gather = response.gather(
        input="dtmf",
        action=address,
        method="POST",
        num_digits=listen.digits,
        finish_on_key="",
        timeout=manner.seconds(listen.digits),
        action_on_empty_result=True,
    )
    _speak(gather, said[first:], language)


def _connect(response: VoiceResponse, number: str, ours: str | None, afterwards: str) -> None:
    """Our own number is shown: neither learns the other's from the screen."""
    shown = {"caller_id": ours} if ours else {}
    dial = response.dial(action=afterwards, method="POST", timeout=SECONDS_OF_RINGING, time_limit=LONGEST_TALK, **shown)
    dial.number(number)


def _speak(verb: VoiceResponse | Gather, said: Iterable[Speak], language: str) -> None:
    """Slowly means a breath after every sentence: it works with every voice, `<prosody>` with some only."""
    for line in said:
        for sentence in END_OF_SENTENCE.split(line.text) if line.slow else [line.text]:
            _say(verb, sentence, language, line.slow)


def _say(verb: VoiceResponse | Gather, text: str, language: str, is_slow: bool) -> None:
    speakable = CANNOT_STAND_IN_XML.sub("", text).strip()
    if not speakable:
        return
    verb.say(speakable, language=SPOKEN_AS[language])
    if is_slow:
        verb.pause(length=1)
