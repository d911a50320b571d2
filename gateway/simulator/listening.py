"""What does a person of the story do when the phone rings and at each prompt, and how long does the prompt take?"""

from collections.abc import Mapping, Sequence

from gateway.simulator import ringing
from gateway.simulator.call_status import finish
from gateway.simulator.network import Network
from gateway.simulator.people import Person, Rule, Temper
from gateway.simulator.sounds import Sound
from gateway.simulator.talking import hang_up, is_talking, press
from gateway.simulator.verbs import Paused, Played, Prompt, Said

# A real person at the page needs the time that speaking takes; for the others the story would only become longer.
LETTERS_A_SECOND, SIGNS_A_SECOND = 14.0, 4.5
_ANSWERS = (Temper.SCRIPTED, Temper.SILENT, Temper.HANGS_UP, Temper.MACHINE)


class StoryPhone:
    """Every phone of the story, each with its person's temper and rules."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def ring(self, sid: str) -> None:
        network = self._network
        call = network.calls[sid]
        person = network.person(call.to)
        if person.kind is Temper.UNREACHABLE:
            finish(network, call, "failed")
        elif person.kind is Temper.BUSY or ringing.is_on_the_phone(network, call):
            finish(network, call, "busy")
        else:
            if person.kind in _ANSWERS:  # planned before the time-out, so that the last second still counts
                network.talk(sid).plan(network.soon(lambda: self._pick_up(sid), person.answers_after))
            ringing.rings(network, sid)

    def speak(self, sid: str, prompts: Sequence[Prompt]) -> float:
        network = self._network
        return _seconds_of(network.person(network.calls[sid].phone), prompts, network.sounds)

    def listen(self, sid: str) -> None:
        network = self._network
        talk, phone = network.talk(sid), network.calls[sid].phone
        network.people[phone], does = _answer(network.person(phone), talk.unanswered, talk.prompts)
        talk.unanswered = ""
        if does and does.hang_up:
            network.soon(lambda: self._if_talking(sid, None), does.after)
        elif does and does.press:
            digits = does.press
            network.soon(lambda: self._if_talking(sid, digits), does.after)

    def be_quiet(self, sid: str) -> None:
        """Nothing sounds here."""

    def put_down(self, sid: str) -> None:
        """Whatever was planned for the call is cancelled by whoever ends it."""

    def _pick_up(self, sid: str) -> None:
        ringing.answer(self._network, sid)

    def _if_talking(self, sid: str, digits: str | None) -> None:
        if not is_talking(self._network, sid):
            return
        if digits is None:
            hang_up(self._network, sid)
        else:
            press(self._network, sid, digits)


def _answer(person: Person, spoken: str, prompts: int) -> tuple[Person, Rule | None]:
    """The person with the use of a rule spent, and what happens: keys or a hang-up, some seconds later."""
    if person.kind is Temper.HANGS_UP and prompts >= person.prompts:
        return person, Rule(when="", hang_up=True)
    if person.kind not in (Temper.SCRIPTED, Temper.HANGS_UP):
        return person, None
    return person.answer_to(spoken, is_call=True)


def _seconds_of(person: Person, prompts: Sequence[Prompt], sounds: Mapping[str, Sound]) -> float:
    seconds = 0.0
    for prompt in prompts:
        if isinstance(prompt, Paused):
            seconds += prompt.seconds
        elif isinstance(prompt, Said) and person.kind is Temper.BY_HAND:
            seconds += _spoken_seconds(prompt.text)
        elif isinstance(prompt, Played) and prompt.url in sounds and person.kind is Temper.BY_HAND:
            seconds += sounds[prompt.url].seconds
    return seconds


def _spoken_seconds(text: str) -> float:
    signs = sum("\u3000" <= letter <= "\u9fff" for letter in text)
    return signs / SIGNS_A_SECOND + (len(text) - signs) / LETTERS_A_SECOND
