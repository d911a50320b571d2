"""Is every reply read as what it is, and nothing else as a number?"""
# ruff: noqa: E501 - a table of replies reads best unbroken

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.events import Why
from gateway.core.understand import (
    AnswerHeard,
    ChoiceExpected,
    Expected,
    GreetingExpected,
    Label,
    MenuExpected,
    MenuPressed,
    Nothing,
    ReadBackExpected,
    RedFlagHeard,
    RepeatPressed,
    ScaleExpected,
    SkipHeard,
    UnclearHeard,
    WordHeard,
    YesNoExpected,
    understand,
)
from tests.core.shipped import LANGUAGES, ROOT, WORDED, flow, language

SHIPPED = sorted(file.stem for file in (ROOT / "flows").glob("*.yaml") if file.stem != "shared")
PAIN = ScaleExpected(0, 10, (Label(0, "no pain"), Label(5, "medium"), Label(10, "the worst pain")))
PAIN_IN_CHINESE = ScaleExpected(0, 10, (Label(0, "一点不疼"), Label(5, "中等"), Label(10, "疼得受不了")))
PLACES = ChoiceExpected(3, (Label(1, "head or neck"), Label(2, "chest"), Label(3, "belly")))

NUMBERS = {
    7: [
        "7",
        " 7 ",
        "７",
        "7.",
        "7!",
        "(7)",
        "07",
        "7\n",
        "7️⃣",
        "٧",
        "۷",
        "७",
        "৭",
        "⑦",
        "𝟕",
        "七",
        "柒",
        "7/10",
        "7 / 10",
    ],
    10: ["10", "１０", "🔟", "十", "拾", "10/10", "一〇"],
    3: ["3", "三", "叁", "參", "3️⃣"],
    2: ["2", "二", "两", "兩", "贰"],
    0: ["0", "零", "〇", "０"],
}
ENGLISH = {
    7: [
        "seven", "Seven", "about 7", "about seven", "7 out of 10", "7 of 10", "7 thanks doctor", "Thank you doctor, 7",
        "7 points", "my pain is 7", "its a 7", "it's 7", "i think 7", "7 or so", "7 🙏", "maybe 7",
    ],
    10: ["ten", "the worst pain", "The Worst Pain!", "10 out of 10"],
    5: ["medium", "5 = medium"],
    0: ["no pain", "zero", "0 = no pain"],
}  # fmt: skip
CHINESE = {
    7: ["七分", "7分", "7 分", "7分左右", "大概七分", "七分吧", "有7分", "7分，谢谢医生", "医生您好，7分", "疼痛是7分"],
    10: ["十分", "10分", "疼得受不了", "十"],
    5: ["中等"],
    2: ["两分"],
    0: ["一点不疼", "零分", "0分"],
}
NEVER_A_NUMBER = [
    "", " ", "?", "²", "7²", "½", "7½", "1_0", "1e1", "0x7", "-7", "+7", "7.5", ".7", "7,5", "#7", "7%", "$7", ">7", "<7",
    "7+", "~7", "7:30", "O", "o", "l", "I", "1O", "l0", "7o", "VII", "Ⅶ", "13912345678", "139 1234 5678", "2026-01-05",
    "5/1/2026", "05.01.2026", "5 or 6", "5-6", "5–6", "5/6", "3 5", "3,5", "7 7", "7 8 9", "三三", "五六", "七八分", "百",
    "10 20", "7\x00\x007", "1 0",
]  # fmt: skip
NEVER_IN_ENGLISH = [
    "not 7", "no 7", "more than 7", "less than 7", "over 7", "at least 7", "up to 7", "nearly 7", "7 or more", "3 days",
    "for 3 days", "2 tablets", "took 2 pills", "7pm", "7 am", "twenty seven", "between 5 and 6", "from 5 to 6",
    "five or six", "7 yesterday", "7 last week 4 now", "sevn", "sevenish days", "no one", "one of my legs", "none", "yes",
    "5 to", "and 5", "points 7", "7 out of 9", "to 7", "half",
]  # fmt: skip
NEVER_IN_CHINESE = [
    "十分疼", "十分痛", "十分感谢", "一点", "一点点", "一直疼", "一般", "一样", "一些", "三天没睡", "三天", "3天", "两片",
    "五六分", "5到6", "5或者6", "七点", "七点五", "7点5", "八分半", "第七", "7号", "三月", "万一", "不是7", "超过7",
    "不到7", "7以上", "满分", "七上八下", "有一点", "一会儿", "十一点", "半", "二十七分之一",
]  # fmt: skip
RED_FLAGS = {
    "en": {
        "breathlessness": [
            "I can't breathe", "i cant breath", "CANNOT BREATHE", "cannot really breathe", "I can’t get enough air",
            "very short of breath", "breathless since morning", "hard to breathe", "7 hard to breathe", "no air",
            "difficulty in breathing", "struggling to breathe", "gasping",
        ],
        "chest_pain": ["chest pain", "pain in my chest", "my chest hurts", "tight chest", "no, chest pain"],
        "bleeding": ["bleeding", "vomiting blood", "lots of blood", "bleeds a lot", "black stools"],
        "fever": ["fever", "I am shivering", "chills since last night", "high temperature", "temperature is 39"],
        "vomiting": ["cannot keep water down", "can't drink anything", "vomiting everything", "nothing stays down"],
        "no_urine": ["cannot pass water", "can't pee", "cannot pass any urine"],
        "weak_legs": ["my legs are weak", "weak legs", "cannot walk", "legs feel numb", "can't move my left leg"],
        "confusion": ["she is confused", "had a fit", "seizure", "he passed out", "fainted"],
        "self_harm": ["I want to die", "i wanna die", "want to kill myself", "suicide", "better off dead", "end it all"],
    },
    "zh_CN": {
        "breathlessness": ["喘不上气", "我喘 不 上 气", "气喘得厉害", "呼吸很困难", "憋气", "透不过气来", "气短", "上不来气"],
        "chest_pain": ["胸痛", "胸口很疼", "心口疼", "胸闷"],
        "bleeding": ["出血了", "吐血", "便血", "大便有血", "咳血", "流了很多血"],
        "fever": ["发烧39度", "发热", "发冷", "打寒战", "浑身发抖", "烧到三十九度"],
        "vomiting": ["喝水就吐", "吃什么都吐，喝...就吐", "水也喝不下", "不停地呕吐"],
        "no_urine": ["尿不出来", "解不出小便", "小便不通"],
        "weak_legs": ["腿没力气", "两条腿发软", "腿突然没力", "走不了路", "左腿动不了", "腿麻"],
        "confusion": ["人糊涂了", "抽搐", "昏倒了", "说胡话", "叫不醒"],
        "self_harm": ["不想活了", "想死", "活着没意思", "自杀", "死了算了", "活不下去了"],
    },
}  # fmt: skip


def spread(table: dict[int, list[str]]) -> list[tuple[int, str]]:
    return [(value, text) for value, texts in table.items() for text in texts]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("value", "text"), spread(NUMBERS))
def test_a_number_in_any_script_is_read_in_every_language(code: str, value: int, text: str) -> None:
    """Edge case 9."""
    assert understand(text, PAIN, language(code)) == AnswerHeard(value, text)


@pytest.mark.parametrize(("value", "text"), spread(ENGLISH))
def test_words_round_an_english_number_do_not_hide_it(value: int, text: str) -> None:
    assert understand(text, PAIN, language("en")) == AnswerHeard(value, text)


@pytest.mark.parametrize(("value", "text"), spread(CHINESE))
def test_words_round_a_chinese_number_do_not_hide_it(value: int, text: str) -> None:
    assert understand(text, PAIN_IN_CHINESE, language("zh_CN")) == AnswerHeard(value, text)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("text", NEVER_A_NUMBER)
def test_what_only_looks_like_a_number_is_asked_again(code: str, text: str) -> None:
    """Edge cases 9 and 10."""
    assert isinstance(understand(text, PAIN, language(code)), UnclearHeard)


@pytest.mark.parametrize("text", NEVER_IN_ENGLISH)
def test_english_that_changes_a_number_is_asked_again(text: str) -> None:
    assert isinstance(understand(text, PAIN, language("en")), UnclearHeard)


@pytest.mark.parametrize("text", NEVER_IN_CHINESE)
def test_chinese_that_holds_a_numeral_by_chance_is_asked_again(text: str) -> None:
    assert isinstance(understand(text, PAIN_IN_CHINESE, language("zh_CN")), UnclearHeard)


@pytest.mark.parametrize(("code", "text"), [("en", "5 or 6"), ("en", "between 5 and 6"), ("en", "5-6"), ("en", "5 6"),
                                            ("zh_CN", "五六分"), ("zh_CN", "5到6"), ("zh_CN", "五、六")])  # fmt: skip
def test_two_numbers_are_named_when_asked_again(code: str, text: str) -> None:
    """Edge case 3."""
    assert understand(text, PAIN, language(code)) == UnclearHeard(Why.TWO_NUMBERS, ("5", "6"), text)


@pytest.mark.parametrize("text", ["11", "100", "十一", "二十", "11 thanks"])
def test_a_number_off_the_scale_says_so(text: str) -> None:
    heard = understand(text, PAIN, language("en"))
    assert isinstance(heard, UnclearHeard)
    assert heard.why is Why.OUT_OF_RANGE


@pytest.mark.parametrize(("code", "text", "value"), [
    ("en", "1", "yes"), ("en", "2", "no"), ("en", "Yes", "yes"), ("en", "no thanks", "no"), ("en", "1 yes", "yes"),
    ("en", "y", "yes"), ("en", "none of them", "no"), ("zh_CN", "1", "yes"), ("zh_CN", "没有", "no"), ("zh_CN", "有", "yes"),
    ("zh_CN", "是的", "yes"), ("zh_CN", "不是", "no"), ("zh_CN", "二", "no"), ("zh_CN", "都没有", "no"),
])  # fmt: skip
def test_yes_and_no_are_words_or_1_and_2(code: str, text: str, value: str) -> None:
    assert understand(text, YesNoExpected(), language(code)) == AnswerHeard(value, text)  # type: ignore[arg-type] # a literal


@pytest.mark.parametrize(("code", "text"), [("en", "ok"), ("en", "yes and no"), ("en", "1 no"), ("en", "3"), ("en", "0"),
                                            ("en", "1 2"), ("zh_CN", "有没有"), ("zh_CN", "好的")])  # fmt: skip
def test_neither_yes_nor_no_is_asked_again(code: str, text: str) -> None:
    assert isinstance(understand(text, YesNoExpected(), language(code)), UnclearHeard)


def test_ok_is_a_yes_to_the_greeting_only() -> None:
    assert understand("ok", GreetingExpected(), language("en")) == AnswerHeard("yes", "ok")
    assert understand("晚点", GreetingExpected(), language("zh_CN")) == AnswerHeard("no", "晚点")


@pytest.mark.parametrize("text", ["2", "chest", "Chest", "2 chest", "二"])
def test_a_choice_is_its_number_or_its_words(text: str) -> None:
    assert understand(text, PLACES, language("en")) == AnswerHeard(2, text)


@pytest.mark.parametrize("text", ["4", "neck", "2 belly", "chest belly"])
def test_half_a_choice_is_none(text: str) -> None:
    assert isinstance(understand(text, PLACES, language("en")), UnclearHeard)


@pytest.mark.parametrize(("code", "text"), [("en", "don't know"), ("en", "I don’t know"), ("en", "pass"),
                                            ("zh_CN", "不知道"), ("zh_CN", "跳过")])  # fmt: skip
def test_dont_know_is_an_answer_of_its_own(code: str, text: str) -> None:
    assert understand(text, PAIN, language(code)) == SkipHeard(text)


@pytest.mark.parametrize(
    ("code", "flag", "text"),
    [(code, flag, text) for code, flags in RED_FLAGS.items() for flag, texts in flags.items() for text in texts],
)
def test_a_danger_sign_is_heard_before_anything_else(code: str, flag: str, text: str) -> None:
    """Edge case 15."""
    assert understand(text, PAIN, language(code)) == RedFlagHeard(flag, text)


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", text) for text in ("I slept well", "cant sleep", "my legs hurt a bit", "want to diet", "tired today", "no problem",
                               "it hurts when I stand", "the pain is better", "call you later", "short walk today")]
    + [("zh_CN", text) for text in ("今天好多了", "睡得不好", "有点累", "吃得少", "腿疼", "谢谢医生", "血压正常", "不喘", "还好")],
)  # fmt: skip
def test_everyday_replies_raise_no_alarm(code: str, text: str) -> None:
    assert not isinstance(understand(text, PAIN, language(code)), RedFlagHeard)


@pytest.mark.parametrize("expected", [PAIN, YesNoExpected(), Nothing(), GreetingExpected()])
def test_a_danger_sign_is_heard_whatever_is_expected(expected: Expected) -> None:
    assert understand("喘不上气", expected, language("zh_CN")) == RedFlagHeard("breathlessness", "喘不上气")


@pytest.mark.parametrize(("code", "text", "name"), [("en", "STOP", "stop"), ("en", "Stop.", "stop"), ("en", "help", "help"),
                                                    ("en", "call me", "call_me"), ("zh_CN", "退订", "stop"),
                                                    ("zh_CN", "打错了", "wrong_number"), ("zh_CN", "STOP", "stop")])  # fmt: skip
def test_a_keyword_is_the_whole_reply(code: str, text: str, name: str) -> None:
    assert understand(text, PAIN, language(code)) == WordHeard(name, text)


def test_a_keyword_inside_a_sentence_is_none() -> None:
    """Edge case 18."""
    assert isinstance(understand("please stop the pain", PAIN, language("en")), UnclearHeard)


@pytest.mark.parametrize("code", WORDED)
def test_no_keyword_of_a_language_means_two_things(code: str) -> None:
    """In the middle of any question, too: none is an answer to it. What sounds like danger comes first."""
    for name, phrases in language(code).words.keywords.items():
        for phrase in phrases:
            for expected in (PAIN, YesNoExpected(), Nothing()):
                heard = understand(phrase, expected, language(code))
                assert heard == WordHeard(name, phrase) or isinstance(heard, RedFlagHeard), phrase


@pytest.mark.parametrize(("keys", "value"), [("7", 7), ("10", 10), ("7#", 7), ("0", 0), ("1", 1)])
def test_every_digit_belongs_to_the_scale(keys: str, value: int) -> None:
    assert understand(keys, PAIN, language("en"), keys=True) == AnswerHeard(value, keys)


def test_star_repeats_and_hash_alone_is_the_menu() -> None:
    assert isinstance(understand("*", PAIN, language("en"), keys=True), RepeatPressed)
    assert isinstance(understand("#", PAIN, language("en"), keys=True), MenuPressed)


@pytest.mark.parametrize(("keys", "why"), [("", Why.NO_KEY), ("99", Why.WRONG_KEY), ("11", Why.WRONG_KEY)])
def test_no_key_and_a_wrong_key_are_different_things(keys: str, why: Why) -> None:
    heard = understand(keys, PAIN, language("en"), keys=True)
    assert isinstance(heard, UnclearHeard)
    assert heard.why is why


def test_ten_can_be_finished_during_the_read_back() -> None:
    assert understand("0", ReadBackExpected(perhaps_ten=True), language("en"), keys=True) == AnswerHeard(0, "0")
    assert isinstance(understand("0", ReadBackExpected(), language("en"), keys=True), UnclearHeard)
    assert understand("3", MenuExpected(), language("en"), keys=True) == AnswerHeard(3, "3")


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "can " * 2_500, "7 " * 5_000, "喘 " * 5_000, "腿" * 10_000, "want to " * 1_250]
)
def test_a_very_long_body_is_read_fast(text: str) -> None:
    """Of the processor's time: what else the machine does is none of its doing."""
    started = time.process_time()
    for code in LANGUAGES:
        understand(text, PAIN, language(code))
    assert time.process_time() - started < 0.5


ANYTHING = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet="0123456789十七五六分两点天/-.., #*²½๓٣", max_size=8
)
EXPECTED = st.sampled_from(
    [PAIN, YesNoExpected(), PLACES, GreetingExpected(), Nothing(), ReadBackExpected(True), MenuExpected()]
)


@given(ANYTHING, EXPECTED, st.sampled_from(LANGUAGES), st.booleans())
def test_no_reply_can_break_it(text: str, expected: Expected, code: str, keys: bool) -> None:
    understand(text, expected, language(code), keys=keys)


@given(st.integers(), st.sampled_from(LANGUAGES))
def test_every_integer_is_itself_or_unclear(number: int, code: str) -> None:
    heard = understand(str(number), PAIN, language(code))
    assert heard == AnswerHeard(number, str(number)) if 0 <= number <= 10 else isinstance(heard, UnclearHeard)


@pytest.mark.parametrize(("code", "said"), [("en", "ok"), ("zh_CN", "好"), ("zh_CN", "行"), ("zh_CN", "同意")])
def test_an_ok_is_a_yes_only_where_she_is_asked_to_agree(code: str, said: str) -> None:
    """At the danger gate "ok" may as well mean that all is well."""
    assert understand(said, YesNoExpected(agreement=True), language(code)) == AnswerHeard("yes", said)
    assert isinstance(understand(said, YesNoExpected(), language(code)), UnclearHeard)


def test_no_question_about_a_symptom_asks_to_agree() -> None:
    asking = {(name, step.id) for name in SHIPPED for step in flow(name).questions().values() if step.agreement}
    assert {name for name, _ in asking} == {"consent"}
    assert len(asking) == len(flow("consent").questions())
