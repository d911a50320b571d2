"""Who lives in the village: what each person says to which words, and how long it takes them."""

from typing import Any

Rule = dict[str, Any]
Person = dict[str, Any]

MINUTE = 60
AMINA, MEI, JUMA = "+61491570110", "+61491570313", "+61491570737"
WEN, SAM = "+61491571266", "+61491571491"
BARAKA, ZHAO, LINDIWE, CHANDRA = "+61491570156", "+61491570157", "+61491570158", "+61491570159"

NAMES = {
    AMINA: "Amina", MEI: "Mei", JUMA: "Juma", WEN: "Wen", SAM: "Sam",
    BARAKA: "Dr Baraka", ZHAO: "Dr Zhao", LINDIWE: "Dr Lindiwe", CHANDRA: "Chandra",
}  # fmt: skip


def rule(when: str, answer: str, after: int = MINUTE, times: int | None = None) -> Rule:
    """One reply, typed into an SMS or pressed in a call."""
    said = {"when": when, "say": answer, "press": answer, "after": after}
    return said if times is None else {**said, "times": times}


def by_hand() -> list[Person]:
    """Everybody waits for the visitor, except the county: somebody should be there when nobody presses a key."""
    shown = (AMINA, JUMA, MEI, BARAKA, ZHAO, CHANDRA)
    return [_person(number, "by_hand", []) for number in shown] + [_person(LINDIWE, "scripted", _doctor())]


def for_the_week() -> list[Person]:
    """Dr Baraka answers for his first patient and then falls silent: the next case must climb."""
    return [
        _person(AMINA, "scripted", _amina()),
        _person(MEI, "scripted", _mei()),
        _person(JUMA, "scripted", _juma()),
        _person(WEN, "scripted", _wen()),
        _person(SAM, "scripted", []),
        _person(BARAKA, "scripted", _baraka()),
        _person(ZHAO, "scripted", _doctor()),
        _person(LINDIWE, "scripted", []),
        _person(CHANDRA, "scripted", []),
    ]


def _person(number: str, kind: str, rules: list[Rule]) -> Person:
    names = {MEI: "梅", WEN: "文", ZHAO: "赵医生"}
    role = "patient" if number in (AMINA, MEI, JUMA, WEN, SAM) else "coordinator" if number == CHANDRA else "doctor"
    return {
        "number": number,
        "name": {"en": NAMES[number], "zh": names.get(number, NAMES[number])},
        "roles": [role],
        "language": "zh-CN" if number in (MEI, WEN, ZHAO) else "en-US",
        "kind": kind,
        "answers_after": 8,
        "rules": rules,
    }


def _amina() -> list[Rule]:
    """Pain 8 on Monday; better the day after and two days later."""
    return [
        rule("good time", "1"),
        rule("any of these", "2"),
        rule("You said pain", "3", times=1),
        rule("How is it|You said", "2"),
        rule("bad was your pain", "8"),
        rule("that bad now", "1"),
        rule("Where is the pain", "3"),
        rule("tired", "about 4"),
        rule("breath", "2"),
        rule("appetite", "three"),
        rule("sleep", "4/10"),
        rule("sick", "0"),
        rule("reach you|phone or visit you", "1"),
    ]


def _mei() -> list[Rule]:
    """Asks for later, answers in Chinese, is understood only at the second try once; on Friday she cannot breathe."""
    return [
        rule("方便吗", "2", times=1),
        rule("方便吗", "好"),
        rule("有没有", "没有"),
        rule("疼得最厉害", "五六分", times=1),
        rule("疼", "三分"),
        rule("累|乏", "２"),
        rule("气", "1"),
        rule("胃口|吃饭", "二"),
        rule("睡", "3"),
        rule("恶心|想吐", "0"),
    ]


def _juma() -> list[Rule]:
    """A lone 1 that becomes ten when it is read back: the case is Juma's, and Dr Baraka is silent."""
    return [
        rule("press 1", "1", after=2, times=1),
        rule("bad was your pain|how bad", "1", after=4, times=1),
        rule("You pressed", "0", after=3, times=1),
        rule("You pressed|Right: 1", "1", after=3),
        rule("that bad now", "1", after=3),
        rule("Where is the pain", "4", after=3),
        rule("You said", "2", after=4),
        rule("tired", "5", after=3),
        rule("breath at|short of breath", "2", after=3),
        rule("appetite", "3", after=3),
        rule("sleep", "2", after=3),
        rule("feel sick|sick", "2", after=3),
        rule("reach you|phone or visit you", "1", after=3),
        rule("press 1|Do you have|1 for yes", "2", after=2),
    ]


def _wen() -> list[Rule]:
    return [
        rule("请按1", "1", after=2, times=1),
        rule("疼", "2", after=3),
        rule("您按的是|按了", "1", after=3),
        rule("累|乏", "3", after=3),
        rule("喘|气", "2", after=3),
        rule("胃口|吃饭", "2", after=3),
        rule("睡", "2", after=3),
        rule("恶心|想吐", "0", after=3),
        rule("有按1|按1", "2", after=2),
    ]


def _baraka() -> list[Rule]:
    return [
        rule("URGENT.*patient 12", "1", after=4 * MINUTE),
        rule("When done, reply", "46", after=30 * MINUTE, times=1),
    ]


def _doctor() -> list[Rule]:
    return [
        rule("1 = I call|1我打电话", "2", after=5 * MINUTE),
        rule("When done, reply|处理|办完", "6", after=45 * MINUTE),
    ]
