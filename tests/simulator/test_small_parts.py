"""Do the small tables count, read and refuse as their sources say?"""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as some
from smsutil import split

from gateway.simulator.keywords import Keyword, keyword_in
from gateway.simulator.parameters import check, permitted
from gateway.simulator.people import Person, Rule, Temper, changed
from gateway.simulator.refusals import Refusal
from gateway.simulator.resources import fields_of
from gateway.simulator.segments import GSM_7, GSM_7_EXTENSION, count
from gateway.simulator.webhooks import Outcome, Overrides, overrides_of, signature


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("x" * 160, "GSM-7", 160, 1),
        ("x" * 161, "GSM-7", 161, 2),
        ("x" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("x" * 152 + "€" + "x" * 10, "GSM-7", 164, 2),
        ("疼" * 70, "UCS-2", 70, 1),
        ("疼" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("x" * 66 + "😀" + "x" * 10, "UCS-2", 78, 2),
        ("“quoted”", "UCS-2", 8, 1),
    ],
)
def test_segments_are_counted_as_a_carrier_does(text: str, encoding: str, units: int, segments: int) -> None:
    size = count(text)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)


@given(some.text(some.sampled_from([*sorted(GSM_7 | GSM_7_EXTENSION), "疼", "ó", "😀"]), max_size=400))
def test_segments_agree_with_a_second_opinion(text: str) -> None:
    assert count(text).segments == max(1, len(split(text).parts))


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP),
        (" optout\n", Keyword.STOP),
        ("Yes", Keyword.START),
        ("info", Keyword.HELP),
        ("STOP please", None),
        ("stopp", None),
        ("", None),
    ],
)
def test_only_the_whole_word_is_a_keyword(text: str, keyword: Keyword | None) -> None:
    assert keyword_in(text) is keyword


def test_the_tables_are_twilios() -> None:
    assert len(permitted("CreateMessage")) == 25
    assert len(permitted("CreateCall")) == 36
    assert permitted("UpdateMessage").keys() == {"Body", "Status"}
    assert (len(fields_of("message")), len(fields_of("call"))) == (20, 26)


def refusal_of(operation: str, pairs: Iterable[tuple[str, str]]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        check(operation, pairs)
    return refusal.value


def test_a_parameter_is_judged_by_name_type_and_number() -> None:
    for pairs in ([("Tone", "kind")], [("Page", "two")], [("DateSent", "today")], [("To", "+1"), ("To", "+2")]):
        assert refusal_of("ListMessage", pairs).is_violation
    events = [("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "completed")]
    call = [("To", "+8613900000001"), ("From", "+15005550006"), *events]
    assert check("CreateCall", call)["StatusCallbackEvent"] == ["ringing", "completed"]


def test_the_fragment_is_read_within_its_bounds() -> None:
    found = overrides_of("https://x.example/sms?a=1#rc=9&ct=5&rt=99999&rp=5xx,rt&tt=bad")
    assert found == Overrides(0.1, 15.0, 15.0, 5, frozenset({"5xx", "rt"}))
    assert overrides_of("https://x.example/sms") == Overrides()
    assert Overrides().wants_retry(Outcome(None, "connect"))
    assert not Overrides().wants_retry(Outcome(None, "read"))
    assert not Overrides().wants_retry(Outcome(500))


def test_the_signature_is_the_documented_example() -> None:
    """From Twilio's page on security: URL, parameters, token and the signature that they give."""
    parameters = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, parameters | {"To": "+18005551212"}) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_rule_serves_the_channel_that_it_has_words_for() -> None:
    person = Person("+8613900000001", kind=Temper.SCRIPTED)
    rules = [{"when": "pain", "press": "8", "times": 1}, {"when": "pain", "say": "7"}, {"when": "silence"}]
    person = changed(person, {"rules": rules})
    person, by_phone = person.answer_to("Your pain?", is_call=True)
    person, again = person.answer_to("Your pain?", is_call=True)
    person, by_sms = person.answer_to("Your PAIN?", is_call=False)
    assert (by_phone and by_phone.press, again, by_sms and by_sms.say) == ("8", None, "7")
    assert person.answer_to("silence", is_call=True)[1] == Rule("silence")
