"""Are Chinese, Hindi, Vietnamese and Arabic understood as farmers, sons and neighbours text them on plain phones?"""

import pytest

from gateway.core.understand import AnswerHeard, ChoiceExpected, RedFlagHeard, ScaleExpected, understand
from tests.core.shipped import language
from tests.replies.corpus import red_flags, replies
from tests.replies.table import flag_of, read

CODES = ("zh_CN", "hi", "vi", "ar")
PAIN = ScaleExpected(0, 10)


@pytest.mark.parametrize("code", CODES)
def test_no_number_is_read_that_nobody_meant(code: str) -> None:
    said = replies(f"plain_phones/{code}")
    got = {one: read(one, code) for one in said}
    assert [one for one in said if got[one][0] == "answer" and got[one] != (one.outcome, one.value)] == []
    missed = [one for one in said if got[one] != (one.outcome, one.value)]
    assert len(missed) <= 0.02 * len(said), missed


@pytest.mark.parametrize("code", CODES)
def test_danger_signs_in_their_words_are_found(code: str) -> None:
    said = red_flags(f"plain_phones/{code}")
    signs, everyday = ([text for flag, text in said if flag == want] for want in ("any", "none"))
    unheard = [text for text in signs if flag_of(text, code) == "none"]
    assert len(unheard) <= 0.02 * len(signs), unheard
    alarms = [text for text in everyday if flag_of(text, code) != "none"]
    assert len(alarms) <= len(everyday) / 8, alarms


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("zh_CN", "两腿疼"),  # a number before a part of the body counts it
        ("zh_CN", "2腿疼"),
        ("hi", "2 pair me dard"),
        ("vi", "2 chân đau"),
        ("vi", "đau 3 hôm nay"),  # these three days
        ("zh_CN", "轻了2分"),  # by how much it changed
        ("zh_CN", "比昨天多2分"),
        ("hi", "2 pehle se kam"),
        ("vi", "bớt 2 điểm"),
        ("ar", "زاد 2"),
        ("zh_CN", "十分难受"),  # very
        ("zh_CN", "疼痛有3处"),
        ("vi", "hai điểm đau"),  # two painful points
        ("ar", "ما نمت 3"),  # nights
        ("zh_CN", "7分？"),  # asks
        ("hi", "7?"),
        ("vi", "7?"),
        ("ar", "7؟"),
    ],
)
def test_a_number_that_counts_or_compares_or_asks_is_none(code: str, said: str) -> None:
    assert not isinstance(understand(said, PAIN, language(code)), AnswerHeard)


@pytest.mark.parametrize(
    ("code", "said", "place"),
    [("zh_CN", "第二个", 2), ("hi", "तीसरा वाला", 3), ("vi", "cái thứ hai", 2), ("ar", "الرابع", 4)],
)
def test_which_of_a_list_answers_a_choice_and_no_scale(code: str, said: str, place: int) -> None:
    assert understand(said, ChoiceExpected(4), language(code)) == AnswerHeard(place, said)
    assert not isinstance(understand(said, PAIN, language(code)), AnswerHeard)


@pytest.mark.parametrize(
    ("code", "denied", "sign"),
    [
        ("zh_CN", "没有发烧", "没有睡觉，发烧了"),
        ("hi", "bukhar nahi hai", "bukhar nahi utar raha"),
        ("vi", "không khó thở", "không ngủ được vì khó thở"),
        ("ar", "ما عندي حرارة", "ما عم تنزل الحرارة"),
    ],
)
def test_a_plain_no_is_no_sign_and_what_is_not_plain_is_one(code: str, denied: str, sign: str) -> None:
    assert flag_of(denied, code) == "none"
    assert isinstance(understand(sign, PAIN, language(code)), RedFlagHeard)


@pytest.mark.parametrize("said", ["صعوبة بالتنفس", "وبالصدر وجع", "البراز لونه اسود"])
def test_what_arabic_writes_as_one_word_with_a_sign_does_not_hide_it(said: str) -> None:
    assert flag_of(said, "ar") != "none"
