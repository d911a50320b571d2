"""Does what is said on a call become TwiML that every provider's parser reads and no key is lost?"""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.wording import HangUpNow, Listen, Speak, Spoken
from gateway.phone.twiml import Manner, Place, render

OURS = "https://clinic.example"
CONVERSATION = "0" * 31 + "a"
HERE = Place(CONVERSATION, "pain", None, 3)


def told(*spoken: Spoken, language: str = "en", place: Place = HERE) -> ET.Element:
    return ET.fromstring(render(spoken, language, place, OURS))


def shape(element: ET.Element) -> str:
    """Response(Gather(Say) Say) and so on."""
    inside = " ".join(shape(child) for child in element)
    return f"{element.tag}({inside})" if inside else element.tag


def test_a_question_may_be_cut_short_by_a_key() -> None:
    assert shape(told(Speak("How bad was your pain?"), Listen("scale", 2))) == "Response(Gather(Say))"


def test_the_key_comes_back_with_its_place_and_without_an_end_key() -> None:
    gather = told(Speak("How bad was your pain?"), Listen("scale", 2))[0]
    assert gather.attrib == {
        "input": "dtmf",
        "action": f"{OURS}/twilio/keys/{CONVERSATION}/pain/none/3#rc=5&rp=ct,5xx,rt&ct=2000&rt=4000&tt=15000",
        "method": "POST",
        "numDigits": "2",
        "finishOnKey": "",
        "timeout": "6",
        "actionOnEmptyResult": "true",
    }


def test_a_question_with_one_key_gives_more_time() -> None:
    gather = told(Speak("Is it that bad now?"), Listen("yes_no", 1))[0]
    assert (gather.get("numDigits"), gather.get("timeout")) == ("1", "8")


def test_a_call_without_a_conversation_says_so_in_the_address() -> None:
    gather = told(Speak("Hello."), Listen("greeting", 1), place=Place(None, None, None, 0))[0]
    assert (gather.get("action") or "").startswith(f"{OURS}/twilio/keys/none/none/none/0#")


def test_what_must_be_heard_stands_before_the_keys() -> None:
    spoken = [Speak("Call 999 now.", uninterrupted=True), Speak("To hear it again, press star."), Listen("yes_no", 1)]
    assert shape(told(*spoken)) == "Response(Say Gather(Say))"


def test_the_safety_text_is_slow_then_the_line_is_free_to_dial() -> None:
    twiml = told(Speak("Call 999 now. Do not wait.", slow=True, uninterrupted=True), HangUpNow())
    assert shape(twiml) == "Response(Say Pause Say Pause Hangup)"


def test_slow_chinese_breathes_after_each_sentence() -> None:
    twiml = told(Speak("请马上打120。不要等我们。", slow=True), HangUpNow(), language="zh_CN")
    assert [say.text for say in twiml.iter("Say")] == ["请马上打120。", "不要等我们。"]
    assert {say.get("language") for say in twiml.iter("Say")} == {"zh-CN"}


def test_nothing_said_ends_the_call() -> None:
    assert shape(told()) == "Response(Hangup)"


@pytest.mark.parametrize("evil", ["\x07", "\x00", "\ufffe", "\uffff", "\ud800", "\x1b[31m"])
def test_what_no_xml_can_hold_is_left_out(evil: str) -> None:
    """Edge case 48."""
    assert "".join(told(Speak(f"Amina{evil}!"), HangUpNow()).itertext()).startswith("Amina")


def test_marks_of_xml_are_only_text() -> None:
    (say, _) = told(Speak("<Dial>+1</Dial> & co"), HangUpNow())
    assert (say.text, len(say)) == ("<Dial>+1</Dial> & co", 0)


@given(st.text(max_size=40), st.booleans(), st.booleans())
def test_whatever_is_said_can_be_parsed(text: str, slow: bool, uninterrupted: bool) -> None:
    assert told(Speak(text, slow, uninterrupted), Listen("scale", 2)).tag == "Response"


def test_whoever_wishes_it_hears_slowly_and_has_twice_the_time() -> None:
    said = (Speak("How bad was it? Take your time."), Listen("scale", 2))
    usual, slow = render(said, "en", HERE, OURS), render(said, "en", HERE, OURS, Manner(slow=True))
    assert ('timeout="6"' in usual, 'timeout="12"' in slow) == (True, True)
    assert (usual.count("<Pause"), slow.count("<Pause")) == (0, 2)
