"""Which documents say what, and which keys do they send where?"""

import pytest

from gateway.simulator import twiml
from gateway.simulator.documents import BadDocument, verbs_in
from gateway.simulator.twiml import Fetches, HangsUp, Playback, Rejects, Step, Waits
from gateway.simulator.verbs import Paused, Played, Said, read

BASE = "https://clinic.example/twilio/voice/7"


def begin(inside: str) -> Step:
    return twiml.run(Playback(read(verbs_in(f"<Response>{inside}</Response>".encode()), BASE)))


def keyed(inside: str, keys: str) -> Fetches | None:
    playback = begin(inside).playback
    for key in keys:
        playback, fetches = twiml.press(playback, key)
        if fetches:
            return fetches
    return None


def digits_of(fetches: Fetches | None) -> str | None:
    return dict(fetches.parameters)["Digits"] if fetches else None


@pytest.mark.parametrize(
    ("inside", "prompts", "stop"),
    [
        ("", (), HangsUp()),
        ("<Say>Hello\n  there</Say>", (Said("Hello there"),), HangsUp()),
        ('<Say language="zh-CN" voice="Polly.Zhiyu">您好</Say>', (Said("您好", "zh-CN", "Polly.Zhiyu"),), HangsUp()),
        ('<Say loop="2">Hi</Say><Hangup/><Say>never</Say>', (Said("Hi"), Said("Hi")), HangsUp()),
        ("<Play>/q1.mp3</Play>", (Played("https://clinic.example/q1.mp3"),), HangsUp()),
        (
            '<Pause length="3"/><Redirect>/again</Redirect>',
            (Paused(3),),
            Fetches("https://clinic.example/again", "POST"),
        ),
        ('<Redirect method="GET"></Redirect>', (), Fetches(BASE, "GET")),
        ('<Reject reason="busy"/>', (), Rejects("busy")),
    ],
)
def test_a_document_is_spoken_up_to_where_it_stops(inside: str, prompts: tuple[object, ...], stop: object) -> None:
    step = begin(inside)
    assert (step.prompts, step.stop) == (prompts, stop)


def test_a_gather_speaks_what_it_holds_while_it_listens() -> None:
    step = begin('<Say>First.</Say><Gather numDigits="2"><Say>How bad?</Say><Play>a.mp3</Play></Gather><Say>Bye.</Say>')
    assert step.prompts == (Said("First."),)
    assert isinstance(step.stop, Waits)
    assert step.stop.prompts == (Said("How bad?"), Played("https://clinic.example/twilio/voice/a.mp3"))


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ('numDigits="1"', "8", "8"),
        ('numDigits="2"', "10", "10"),
        ('numDigits="2"', "1", None),
        ('numDigits="2"', "1#", "1"),
        ("", "123#", "123"),
        ("", "#", ""),
        ('finishOnKey=""', "7#", None),
        ('finishOnKey="" numDigits="1"', "#", "#"),
        ('finishOnKey="" numDigits="1"', "*", "*"),
        ('finishOnKey="*"', "12*", "12"),
    ],
)
def test_keys_are_sent_when_they_are_enough(attributes: str, keys: str, digits: str | None) -> None:
    assert digits_of(keyed(f"<Gather {attributes}/>", keys)) == digits


def test_the_action_is_relative_to_the_document_and_defaults_to_it() -> None:
    sent = keyed('<Gather action="../keys/7?turn=2" method="GET" numDigits="1"/>', "3")
    assert sent is not None
    assert (sent.url, sent.method) == ("https://clinic.example/twilio/keys/7?turn=2", "GET")
    other = keyed('<Gather numDigits="1"/>', "3")
    assert other is not None
    assert other.url == BASE


def test_silence_falls_through_to_the_next_verb() -> None:
    step = twiml.lapse(begin("<Gather/><Say>No key yet.</Say><Redirect>/again</Redirect>").playback)
    assert step.prompts == (Said("No key yet."),)
    assert step.stop == Fetches("https://clinic.example/again", "POST")


def test_silence_is_told_where_the_gather_wants_it_told() -> None:
    step = twiml.lapse(begin('<Gather actionOnEmptyResult="true"/><Say>never</Say>').playback)
    assert isinstance(step.stop, Fetches)
    assert dict(step.stop.parameters)["Digits"] == ""


def test_what_was_pressed_before_the_time_out_is_sent() -> None:
    playback, _ = twiml.press(begin('<Gather numDigits="2"/>').playback, "1")
    step = twiml.lapse(playback)
    assert isinstance(step.stop, Fetches)
    assert digits_of(step.stop) == "1"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Say>open", 12100),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>', 12100),
        ("<Response><Say>\x07bell</Say></Response>", 12100),
        ("<Answer/>", 12200),
        ("<Response><Sing/></Response>", 12200),
        ("<Response><Say/></Response>", 12200),
        ('<Response><Say lang="en">x</Say></Response>', 12200),
        ('<Response><Say language="Chinese">x</Say></Response>', 12200),
        ('<Response><Gather numDigits="0"/></Response>', 12200),
        ('<Response><Gather timeout="soon"/></Response>', 12200),
        ('<Response><Gather input="speech"/></Response>', 12200),
        ("<Response><Gather><Hangup/></Gather></Response>", 12200),
        ('<Response><Reject reason="tired"/></Response>', 12200),
        ("<Response><Say>" + "x" * 70_000 + "</Say></Response>", 12100),
    ],
)
def test_a_bad_document_is_refused_as_a_whole(document: str, code: int) -> None:
    with pytest.raises(BadDocument) as bad:
        read(verbs_in(document.encode()), BASE)
    assert bad.value.code == code


def test_json_is_no_document() -> None:
    with pytest.raises(BadDocument) as bad:
        verbs_in(b"<Response/>", "application/json")
    assert bad.value.code == 12300
