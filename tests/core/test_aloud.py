"""Are all sentences of a call known beforehand, each by one name, so that a person can record them?"""

import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import aloud, fivewords, recheck
from gateway.core.answers import Channel, Check, Speaker
from gateway.core.conversation import Circumstances, Conversation, begin, carry_on, expected, hear, silence
from gateway.core.events import Event
from gateway.core.flow import Flow
from gateway.core.understand import AnswerHeard, PinHeard, Understood, understand
from gateway.core.wording import Speak, voice
from tests.core.shipped import FACTS, MONDAY, WORDED, flow, language

WEEKLY = flow("weekly-check")
FLOWS = ("weekly-check", "re-check", "practice", "mood", "look-back", "consent", "medicine", "education", "baseline")
KEYS = st.lists(st.sampled_from(["", "0", "1", "2", "2", "2", "3", "7", "8", "10", "*", "#", "99"]), max_size=25)
SOME = FACTS | {"called": "Amina", "people": "1 = Amina"}


@cache
def lines(name: str, code: str = "en") -> tuple[aloud.Line, ...]:
    return aloud.lines(flow(name), language(code), ["112"], _with_cases(flow(name)))


def _with_cases(asked: Flow) -> list[Flow]:
    return [recheck.insert(asked, WEEKLY, ("pain", "breath", "sleep"))] if asked.asks else []


def spoken(asked: Flow, events: tuple[Event, ...]) -> list[str]:
    return [line.text for line in voice(asked, language("en"), events, SOME) if isinstance(line, Speak)]


@pytest.mark.parametrize("name", FLOWS)
@given(keys=KEYS, check=st.sampled_from(list(Check)), in_words=st.booleans(), helped=st.booleans())
def test_whatever_is_pressed_nothing_else_is_said(
    name: str, keys: list[str], check: Check, in_words: bool, helped: bool
) -> None:
    asked = (_with_cases(flow(name)) or [flow(name)])[0]
    asked = fivewords.put(asked) if in_words else asked
    speakers = (Speaker.HERSELF, Speaker.HELPER) if helped else ()
    around = Circumstances(MONDAY, in_words=in_words, speakers=speakers, check=check)
    conversation, events = begin(asked, Channel.VOICE, around)
    said = spoken(asked, events)
    for key in keys:
        if not conversation.ended:
            conversation, events = _pressed(asked, conversation, key, around)
            said += spoken(asked, events)
    known = {line.text for line in lines(name) if not line.is_personal}
    shapes = [_shape(line.text) for line in lines(name) if line.is_personal]
    assert [text for text in said if text not in known and not any(shape.fullmatch(text) for shape in shapes)] == []


def _pressed(
    asked: Flow, conversation: Conversation, key: str, around: Circumstances
) -> tuple[Conversation, tuple[Event, ...]]:
    if not key:
        return silence(asked, conversation, around)
    understood: Understood = understand(key, expected(asked, conversation), language("en"), keys=True)
    if isinstance(understood, PinHeard):
        understood = AnswerHeard("yes" if key == "10" else "no", key)
    conversation, events = hear(asked, conversation, understood, around)
    if conversation.state == "suspended":
        conversation, more = carry_on(asked, conversation, Channel.VOICE, around)
        events += more
    return conversation, events


def _shape(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in aloud.PLACEHOLDER.split(text)[::2]))


@pytest.mark.parametrize("code", WORDED)
@pytest.mark.parametrize("name", FLOWS)
def test_a_place_names_one_sentence(name: str, code: str) -> None:
    if name == "mood" and not all(language(code).catalog.get(one) or code == "en" for one in _questions(name)):
        pytest.skip("has no published wording in this language")
    found = lines(name, code)
    assert [place for place, times in Counter(line.place for line in found).items() if times > 1] == []
    assert all(line.place and line.text for line in found)


def _questions(name: str) -> list[tuple[str, str]]:
    return [(f"{name}/{step.id}", step.text) for step, _ in flow(name).every_step()]


def test_a_name_or_a_time_is_personal_and_an_emergency_number_is_not() -> None:
    by_place = {line.place: line for line in lines("weekly-check")}
    assert by_place["shared/call_greeting"].is_personal
    assert by_place["shared/close"].is_personal
    assert by_place["shared/call_emergency"].text.startswith("In an emergency call 1 1 2 now")
    assert not by_place["shared/call_emergency"].is_personal


def test_two_emergency_numbers_are_two_sentences() -> None:
    found = aloud.lines(WEEKLY, language("en"), ["112", "999"])
    called = [line.place for line in found if line.place.startswith("shared/call_emergency")]
    assert called == ["shared/call_emergency.112", "shared/call_emergency.999"]
    assert sum(line.place.startswith("shared/call_silence") for line in found) == 1


def test_what_only_staff_hear_keeps_no_patients_flow_back() -> None:
    needed = {line.place for line in lines("weekly-check") if line.needed}
    others = {line.place for line in lines("weekly-check") if not line.needed}
    assert "shared/call_doctor_code" in others
    assert {place for place in needed if "doctor_" in place or "coordinator_" in place} == set()


def test_a_changed_word_is_another_text() -> None:
    assert aloud.digest("Is it that bad now?") != aloud.digest("Is it so bad now?")
