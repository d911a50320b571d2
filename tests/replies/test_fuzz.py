"""Can any body break the reading, or bring a value that the question doesn't have?"""

import random
import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.understand import (
    AnswerHeard,
    ChoiceExpected,
    Expected,
    GreetingExpected,
    Nothing,
    ReadBackExpected,
    RedFlagHeard,
    ScaleExpected,
    UnclearHeard,
    YesNoExpected,
    understand,
)
from gateway.core.words import Words
from tests.core.shipped import language
from tests.replies.corpus import LANGUAGES

SCALES = [ScaleExpected(low, high) for low, high in ((0, 10), (1, 5), (0, 3), (0, 100))]
QUESTIONS: list[Expected] = [*SCALES, YesNoExpected(), ChoiceExpected(4), GreetingExpected(), Nothing()]
VALUES: dict[Expected, set[object]] = {
    **{scale: set(range(scale.low, scale.high + 1)) for scale in SCALES},
    YesNoExpected(): {"yes", "no"}, GreetingExpected(): {"yes", "no"}, ChoiceExpected(4): {1, 2, 3, 4},
    Nothing(): set(), ReadBackExpected(): {1, 2},
}  # fmt: skip
SIGNS = "0123456789٠٧۷७৭７⑦²½十七五六两点分半.,:;/-–+~#*()<>=%°’'\u200b\u200d\ufe0f\u20e3\U0001f51f🙏\n\t\0\ud7ff"


@cache
def vocabulary(code: str) -> tuple[str, ...]:
    words: Words = language(code).words
    flags = [phrase for phrases in words.red_flags.values() for phrase in phrases[:3]]
    lists = (words.yes, words.no, words.skip, words.units, words.fillers, words.joiners, words.deniers, flags)
    return (*words.numbers, *words.alone, *(phrase for phrases in lists for phrase in phrases))


def body(dice: random.Random, code: str) -> str:
    """Half words that the language knows, in any order; half any signs at all."""
    said = []
    for _ in range(dice.randint(0, 6)):
        kind = dice.random()
        if kind < 0.5:
            said.append(dice.choice(vocabulary(code)))
        elif kind < 0.8:
            said.append("".join(dice.choices(SIGNS, k=dice.randint(1, 4))))
        else:
            said.append("".join(chr(dice.choice((dice.randint(0, 0x2FF), dice.randint(0, 0xFFFF)))) for _ in range(3)))
    return dice.choice(("", " ")).join(said)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("bodies", [5_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_no_body_breaks_it_and_no_value_is_out_of_range(bodies: int) -> None:
    dice, spent, answers = random.Random(bodies), 0.0, 0
    for number in range(bodies):
        code, expected = LANGUAGES[number % len(LANGUAGES)], dice.choice(QUESTIONS)
        said = body(dice, code)
        started = time.perf_counter()
        heard = understand(said, expected, language(code))
        spent += time.perf_counter() - started
        if isinstance(heard, AnswerHeard):
            answers += 1
            assert heard.value in VALUES[expected], (code, said, expected)
    found = f"{answers} answers, 0 exceptions, 0 values out of range"
    print(f"{bodies} bodies, {found}, {bodies / spent:.0f} bodies a second")


PAIN = ScaleExpected(0, 10)
CODES = st.sampled_from(LANGUAGES)
ANYTHING = st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet=SIGNS, max_size=8)


@given(ANYTHING, st.sampled_from([*QUESTIONS, ReadBackExpected()]), CODES, st.booleans())
def test_whatever_is_sent_is_read_as_something(text: str, expected: Expected, code: str, keys: bool) -> None:
    heard = understand(text, expected, language(code), keys=keys)
    assert not isinstance(heard, AnswerHeard) or heard.value in VALUES[expected]


@given(st.integers(min_value=-50, max_value=2000), CODES)
def test_an_integer_is_itself_or_unclear(number: int, code: str) -> None:
    heard = understand(str(number), PAIN, language(code))
    assert heard == AnswerHeard(number, str(number)) if 0 <= number <= 10 else isinstance(heard, UnclearHeard)


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from([" ", "-", " / ", ", ", "\n"]), CODES, st.data())
def test_two_numbers_are_never_chosen_from(one: int, two: int, gap: str, code: str, data: st.DataObject) -> None:
    numbers = language(code).words.numbers
    names = [[str(number), *(word for word, value in numbers.items() if value == number)] for number in (one, two)]
    said = gap.join(data.draw(st.sampled_from(known)) for known in names)
    heard = understand(said, PAIN, language(code))
    if one != two and not (two == 10 and gap.strip() == "/"):
        assert not isinstance(heard, AnswerHeard), said


@given(st.integers(0, 10), CODES, st.data())
def test_an_unknown_word_beside_a_number_makes_it_unclear(number: int, code: str, data: st.DataObject) -> None:
    stranger = data.draw(st.text(alphabet="qxzjwvk", min_size=4, max_size=9))
    for said in (f"{number} {stranger}", f"{stranger} {number}", f"{stranger}{number}"):
        assert isinstance(understand(said, PAIN, language(code)), UnclearHeard)


@given(st.sampled_from(["", "7 ", "?? ", "STOP "]), CODES, st.data())
def test_a_danger_sign_is_heard_whatever_stands_before_it(before: str, code: str, data: st.DataObject) -> None:
    phrases = [phrase for listed in language(code).words.red_flags.values() for phrase in listed]
    said = before + data.draw(st.sampled_from(phrases)).replace(" ... ", " ").replace("...", "").replace("*", "")
    assert isinstance(understand(said, PAIN, language(code)), RedFlagHeard), said
