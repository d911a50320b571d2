"""What does a person do on hearing a prompt, and how long does the prompt take?"""

from collections.abc import Sequence

from gateway.simulator.people import Person, Rule, Temper
from gateway.simulator.verbs import Paused, Prompt, Said

# A real person at the page needs the time that speaking takes; for the others the story would only become longer.
LETTERS_A_SECOND, SIGNS_A_SECOND = 14.0, 4.5


def listen(person: Person, spoken: str, prompts: int) -> tuple[Person, Rule | None]:
    """The person with the use of a rule spent, and what happens: keys or a hang-up, some seconds later."""
    if person.kind is Temper.HANGS_UP and prompts >= person.prompts:
        return person, Rule(when="", hang_up=True)
    if person.kind not in (Temper.SCRIPTED, Temper.HANGS_UP):
        return person, None
    return person.answer_to(spoken, is_call=True)


def seconds_of(person: Person, prompts: Sequence[Prompt]) -> float:
    seconds = 0.0
    for prompt in prompts:
        if isinstance(prompt, Paused):
            seconds += prompt.seconds
        elif isinstance(prompt, Said) and person.kind is Temper.BY_HAND:
            seconds += _spoken_seconds(prompt.text)
    return seconds


def _spoken_seconds(text: str) -> float:
    signs = sum("\u3000" <= letter <= "\u9fff" for letter in text)
    return signs / SIGNS_A_SECOND + (len(text) - signs) / LETTERS_A_SECOND
