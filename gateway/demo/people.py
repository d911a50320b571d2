"""Who lives in the village: what each person says to which words, and how long it takes them."""

import re
from typing import Any

Rule = dict[str, Any]
Person = dict[str, Any]

MINUTE = 60
UNHURRIED = 65  # seconds: the same digit twice within a minute would count as sent twice
AMINA, MEI, JUMA = "+61491570110", "+61491570313", "+61491570737"
WEN, SAM = "+61491571266", "+61491571491"
BARAKA, ZHAO, LINDIWE, CHANDRA = "+61491570156", "+61491570157", "+61491570158", "+61491570159"

NAMES = {
    AMINA: "Amina", MEI: "Mei", JUMA: "Juma", WEN: "Wen", SAM: "Sam",
    BARAKA: "Dr Baraka", ZHAO: "Dr Zhao", LINDIWE: "Dr Lindiwe", CHANDRA: "Chandra",
}  # fmt: skip


def rule(when: str, answer: str, after: int = UNHURRIED, times: int | None = None) -> Rule:
    """One reply, typed into an SMS or, where it is made of keys, pressed in a call."""
    said: Rule = {"when": when, "say": answer, "after": after}
    if re.fullmatch(r"[0-9*#]+", answer, re.ASCII):
        said["press"] = answer
    return said if times is None else {**said, "times": times}


def by_hand() -> list[Person]:
    """Everybody waits for the visitor, except the county: somebody should be there when nobody presses a key."""
    shown = (AMINA, BARAKA, JUMA, MEI, ZHAO, CHANDRA)
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
        rule("bad is your pain now", "3", times=1),
        rule("bad is your pain now", "2"),
        rule("bad was your pain", "8"),
        rule("that bad now", "1"),
        rule("Where is the pain", "3"),
        rule("how tired", "about 4"),
        rule("short of breath", "2"),
        rule("your appetite", "three"),
        rule("you sleep", "4/10"),
        rule("feeling sick", "0"),
        rule("phone or visit you", "1"),
    ]


def _mei() -> list[Rule]:
    """Asks for later, answers in Chinese, is once understood only at the second try; on Friday she writes unasked."""
    return [
        rule("方便吗", "2", times=1),
        rule("方便吗", "好"),
        rule("是不是有", "没有"),
        rule("疼得最厉害", "五六分", times=1),
        rule("疼", "三分"),
        rule("有多累", "２"),
        rule("有多喘", "1"),
        rule("胃口", "二"),
        rule("睡得", "3"),
        rule("恶心", "0"),
        rule("联系上您", "1"),
    ]


def _juma() -> list[Rule]:
    """A lone 1 that becomes ten when it is read back: a case, and Dr Baraka is silent about this one."""
    return [
        rule("If you are", "1", after=2),
        rule("Today:|Now:", "2", after=2),
        rule("For ten, press 0", "0", after=3, times=1),
        rule("You pressed|You chose", "1", after=3),
        rule("bad was your pain", "1", after=4, times=1),
        rule("that bad now", "1", after=3),
        rule("Where is the pain", "4", after=6),
        rule("bad is your pain now", "2", after=4),
        rule("how tired|How tired", "5", after=3),
        rule("short of breath", "2", after=3),
        rule("your appetite", "3", after=3),
        rule("you sleep", "2", after=3),
        rule("feeling sick", "2", after=3),
        rule("phone or visit you", "1", after=3),
    ]


def _wen() -> list[Rule]:
    return [
        rule("您是.*请按1", "1", after=2),
        rule("是不是有", "2", after=2),
        rule("您按了", "1", after=3),
        rule("疼", "2", after=3),
        rule("有多累", "3", after=3),
        rule("有多喘", "2", after=3),
        rule("胃口", "2", after=3),
        rule("睡得", "2", after=3),
        rule("恶心", "0", after=3),
    ]


def _baraka() -> list[Rule]:
    return [
        rule("URGENT.*patient (12|5),", "1", after=4 * MINUTE + 30),
        rule("yours. Phone", "46", after=30 * MINUTE),
    ]


def _doctor() -> list[Rule]:
    return [
        rule("1 = I call|1打电话|1我打电话", "2", after=5 * MINUTE),
        rule("yours|归您", "6", after=45 * MINUTE),
    ]
