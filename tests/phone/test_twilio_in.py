"""Is only what Twilio signed for our account read, and is what it says read exactly?"""

import subprocess
import sys

import pytest

from gateway.phone import twilio_in
from gateway.phone.twilio_in import OVERRIDES, Refused, addresses, is_signed, single_values
from tests.network import ACCOUNT
from tests.signing import signature

OURS = "https://clinic.example"
TARGET = "/twilio/sms"
MESSAGE = "SM" + "0" * 31 + "1"
CALL = "CA" + "0" * 31 + "1"
ROW = "0" * 31 + "a"
FORM = {
    "AccountSid": ACCOUNT,
    "MessageSid": MESSAGE,
    "From": "+254711000001",
    "To": "+15005550006",
    "Body": "7 分 🙂\r\n",
}


def headers(token: str, address: str, form: dict[str, str] | None = None) -> dict[str, str]:
    return {"X-Twilio-Signature": signature(token, address, FORM if form is None else form)}


@pytest.mark.parametrize(
    "signed",
    [OURS + TARGET, OURS + ":443" + TARGET, OURS + TARGET + OVERRIDES, OURS + ":443" + TARGET + OVERRIDES],
)
def test_every_form_in_which_twilio_signs_our_address_is_taken(signed: str) -> None:
    assert is_signed(["new", "old"], addresses(OURS, TARGET), FORM, headers("new", signed))


def test_while_a_token_is_changed_both_are_taken() -> None:
    for token in ("new", "old"):
        assert is_signed(["new", "old"], addresses(OURS, TARGET), FORM, headers(token, OURS + TARGET))


def test_a_port_and_a_query_stay_as_they_are() -> None:
    target = "/twilio/sms?x=%2F%e4&y="
    signed = headers("t", "http://127.0.0.1:8000" + target)
    assert is_signed(["t"], addresses("http://127.0.0.1:8000", target), FORM, signed)


@pytest.mark.parametrize(
    "signed",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "é"},
        headers("a stranger's", OURS + TARGET),
        headers("new", "http://clinic.example" + TARGET),
        headers("new", OURS + TARGET + "?"),
        headers("new", OURS + TARGET, FORM | {"Body": "8"}),
        headers("new", OURS + TARGET) | {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_MD5"},
    ],
)
def test_anything_else_is_no_signature(signed: dict[str, str]) -> None:
    assert not is_signed(["new", "old"], addresses(OURS, TARGET), FORM, signed)


def test_without_a_token_nothing_is_signed() -> None:
    assert not is_signed([], addresses(OURS, TARGET), FORM, headers("", OURS + TARGET))


def test_the_newer_signature_of_shared_keys_is_taken() -> None:
    signed = {
        "X-Twilio-Signature": signature("new", OURS + TARGET, FORM, "sha256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
    }
    assert is_signed(["new"], addresses(OURS, TARGET), FORM, signed)


def test_a_parameter_that_comes_twice_is_refused() -> None:
    with pytest.raises(Refused, match="more than once"):
        single_values([("AccountSid", [ACCOUNT]), ("Body", ["3", "4"])], ACCOUNT)


@pytest.mark.parametrize("pairs", [[], [("AccountSid", ["AC" + "9" * 32])], [("accountsid", [ACCOUNT])]])
def test_another_account_is_refused(pairs: list[tuple[str, list[str]]]) -> None:
    with pytest.raises(Refused, match="not ours"):
        single_values(pairs, ACCOUNT)


def test_an_sms_is_read_as_it_came() -> None:
    heard = twilio_in.read_sms(FORM)
    assert (heard.sender, heard.body, heard.cut) == ("+254711000001", "7 分 🙂\r\n", False)
    assert heard.key == f"sms:{ACCOUNT}:{MESSAGE}"


def test_of_a_very_long_sms_the_first_1600_characters_are_kept() -> None:
    heard = twilio_in.read_sms(FORM | {"Body": "疼" * 10_000})
    assert (len(heard.body), heard.cut) == (1600, True)


def test_control_characters_in_a_body_stay() -> None:
    assert twilio_in.read_sms(FORM | {"Body": "\x00\x07 3"}).body == "\x00\x07 3"


@pytest.mark.parametrize("sender", ["MPESA", "22141", "+254711000001", "whatsapp:+254711000001", "Dr. Wang 1"])
def test_whoever_may_send_is_heard(sender: str) -> None:
    assert twilio_in.read_sms(FORM | {"From": sender}).sender == sender


@pytest.mark.parametrize(
    "sender", ["", "+2547\x0011", "+254711FromCityNAIROBI", "+" + "9" * 100, "MPESAFromCity", None]
)
def test_an_address_of_another_shape_is_refused(sender: str | None) -> None:
    """Behind a number the next parameter might hide, and a patient would be nobody."""
    form = {name: value for name, value in (FORM | {"From": sender}).items() if value is not None}
    with pytest.raises(Refused):
        twilio_in.read_sms(form)


def test_a_caller_who_hides_is_heard() -> None:
    assert twilio_in.read_answered({"CallSid": CALL, "From": "", "To": "+15005550006"}, None).caller == ""


@pytest.mark.parametrize(
    "moved",
    [
        {"Body": "3 ", "Catch": "it"},
        {"ApiVersion": "2010-04-01Body3"},
        {"CalledZip": "Digits1"},
        {"Digit": "s1"},
        {"ErrorCodes": ""},
    ],
)
def test_a_name_that_hides_in_its_neighbour_is_refused(moved: dict[str, str]) -> None:
    pairs = [(name, [value]) for name, value in (FORM | moved).items()]
    with pytest.raises(Refused, match=r"hides|could be taken"):
        single_values(pairs, ACCOUNT)


@pytest.mark.parametrize("body", [b"Body=%ff", b"Body=\xc3\xa9", b"Body=%ED%A0%80", b"&".join([b"a=1"] * 101)])
def test_a_form_that_can_be_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="encoded"):
        twilio_in.pairs(body)


@pytest.mark.parametrize("message", [None, "", "SM1", MESSAGE.lower(), MESSAGE + "\n", CALL, MESSAGE[:-1] + "g"])
def test_a_message_id_of_another_shape_is_refused(message: str | None) -> None:
    form = {name: value for name, value in (FORM | {"MessageSid": message}).items() if value is not None}
    with pytest.raises(Refused):
        twilio_in.read_sms(form)


def test_a_key_is_read_with_the_place_it_was_pressed_at() -> None:
    heard = twilio_in.read_keys({"CallSid": CALL, "Digits": "10"}, ROW, "pain", "none", "3")
    assert (heard.conversation_id, heard.step, heard.part, heard.turn, heard.digits) == (ROW, "pain", None, 3, "10")
    assert heard.key == f"keys:{CALL}:3"


def test_silence_is_heard_as_no_digits() -> None:
    assert twilio_in.read_keys({"CallSid": CALL}, "none", "none", "2", "0").digits == ""


@pytest.mark.parametrize(
    "place", [("x", "pain", "0", "1"), (ROW, "Pain", "0", "1"), (ROW, "pain", "x", "1"), (ROW, "pain", "0", "-1")]
)
def test_a_place_of_another_shape_is_refused(place: tuple[str, str, str, str]) -> None:
    with pytest.raises(Refused):
        twilio_in.read_keys({"CallSid": CALL, "Digits": "1"}, *place)


def test_digits_that_no_keypad_has_are_refused() -> None:
    with pytest.raises(Refused):
        twilio_in.read_keys({"CallSid": CALL, "Digits": "1a"}, ROW, "pain", "0", "1")


def test_a_receipt_has_our_row_and_the_providers_word() -> None:
    receipt = twilio_in.read_message_receipt(
        {"MessageSid": MESSAGE, "MessageStatus": "undelivered", "ErrorCode": "30003"}, ROW
    )
    assert (receipt.outbox_id, receipt.status, receipt.error) == (ROW, "undelivered", 30003)
    assert receipt.key == f"receipt:{MESSAGE}:undelivered"


def test_a_call_that_still_rings_has_not_ended() -> None:
    assert twilio_in.read_ended({"CallSid": CALL, "CallStatus": "ringing"}, ROW) is None
    ended = twilio_in.read_ended({"CallSid": CALL, "CallStatus": "completed", "CallDuration": "42"}, ROW)
    assert ended
    assert (ended.status, ended.seconds) == ("completed", 42)


def test_reading_and_answering_never_load_the_providers_client() -> None:
    """It costs 0.4 s and 60 MB in every web process, and what cannot be imported cannot send."""
    script = "import sys, gateway.phone.twilio_in; sys.exit('twilio.rest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
