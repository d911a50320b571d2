"""What may stand round an answer, a keyword or a danger sign, and what makes it another thing?"""

import pytest

from gateway.core.understand import (
    AnswerHeard,
    ChoiceExpected,
    Nothing,
    RedFlagHeard,
    ScaleExpected,
    UnclearHeard,
    WordHeard,
    YesNoExpected,
    understand,
)
from tests.core.shipped import language

PAIN = ScaleExpected(0, 10)


@pytest.mark.parametrize(
    ("code", "said", "value"),
    [
        ("en", "8 it hurts so much", 8),
        ("en", "8 - my back hurts badly", 8),
        ("en", "7 (seven)", 7),
        ("en", "7-ish", 7),
        ("es", "ocho no aguanto el dolor", 8),
        ("fr", "9 la nuit surtout", 9),
        ("pt", "nove ta doendo demais", 9),
        ("sw", "8 naumia sana", 8),
    ],
)
def test_a_comment_behind_a_number_leaves_it_as_it_is(code: str, said: str, value: int) -> None:
    assert understand(said, PAIN, language(code)) == AnswerHeard(value, said)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "it hurts so bad 2"),
        ("en", "it hurts 2 much"),
        ("en", "7 - 8"),
        ("en", "7-"),
        ("en", "7 seven 8"),
        ("en", "7 every day"),
        ("es", "7 es mucho?"),
        ("es", "7 en la mañana"),
        ("fr", "7 sept"),
        ("fr", "7 le matin"),
        ("fr", "j'ai 2 mal"),
        ("pt", "7 a noite"),
        ("sw", "7 ni mbaya?"),
        ("sw", "nne usiku"),
    ],
)
def test_what_may_be_another_thing_is_no_number(code: str, said: str) -> None:
    assert isinstance(understand(said, PAIN, language(code)), UnclearHeard)


@pytest.mark.parametrize(
    ("code", "said", "number"),
    [
        ("en", "I think yes", "I think 7"),
        ("es", "creo que sí", "creo que 7"),
        ("fr", "je crois que oui", "je crois que 7"),
        ("pt", "acho que sim", "acho que 7"),
        ("sw", "nadhani ndiyo", "nadhani 7"),
    ],
)
def test_a_guess_is_a_number_and_neither_yes_nor_no(code: str, said: str, number: str) -> None:
    assert isinstance(understand(said, YesNoExpected(), language(code)), UnclearHeard)
    assert understand(number, PAIN, language(code)) == AnswerHeard(7, number)


@pytest.mark.parametrize(
    ("code", "denied", "sign"),
    [
        ("en", "no fever no chills", "no, fever and chills"),
        ("en", "I have no chest pain today", "no chest pain, but I cannot breathe"),
        ("es", "sin fiebre ni escalofríos", "sin dormir, fiebre y escalofríos"),
        ("es", "no tengo dolor de pecho", "ya tengo dolor de pecho"),
        ("fr", "pas de fièvre ni frissons", "pas dormi, fièvre et frissons"),
        ("fr", "je ne saigne pas", "je saigne plus qu'hier"),
        ("pt", "sem febre sem calafrio", "a febre não passa"),
        ("pt", "não tô sangrando", "não estou respirando bem"),
        ("sw", "sina homa wala baridi", "hapana, nina homa"),
        ("sw", "homa imeisha", "najisikia kama nina homa"),
    ],
)
def test_a_sign_is_denied_by_a_plain_sentence_only(code: str, denied: str, sign: str) -> None:
    assert not isinstance(understand(denied, Nothing(), language(code)), RedFlagHeard)
    assert isinstance(understand(sign, Nothing(), language(code)), RedFlagHeard)


@pytest.mark.parametrize("said", ["I am not suicidal", "no plans to kill myself"])
def test_wanting_to_die_is_heard_even_where_it_is_denied(said: str) -> None:
    assert understand(said, Nothing(), language("en")) == RedFlagHeard("self_harm", said)


@pytest.mark.parametrize(
    ("code", "said", "name"),
    [
        ("en", "Stop please", "stop"),
        ("en", "call me please doctor", "call_me"),
        ("es", "ayuda por favor", "help"),
        ("fr", "arrêter svp", "stop"),
        ("pt", "pare por favor", "stop"),
        ("sw", "acha tafadhali", "stop"),
    ],
)
def test_please_and_thanks_stand_round_a_keyword(code: str, said: str, name: str) -> None:
    assert understand(said, PAIN, language(code)) == WordHeard(name, said)


def test_the_second_one_answers_a_choice_and_nothing_else() -> None:
    assert understand("the second one", ChoiceExpected(4), language("en")) == AnswerHeard(2, "the second one")
    assert isinstance(understand("the second one", PAIN, language("en")), UnclearHeard)
    assert isinstance(understand("the fourth one", ChoiceExpected(3), language("en")), UnclearHeard)
