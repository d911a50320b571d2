"""Is this request really Twilio's, and what does it say was heard?"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator, get_signature_algorithm

MESSAGE_ID = re.compile(r"(SM|MM)[0-9a-f]{32}")
CALL_ID = re.compile(r"CA[0-9a-f]{32}")
ROW_ID = re.compile(r"[0-9a-f]{32}")
ADDRESS = re.compile(r"\+[0-9]{1,20}|[0-9]{1,11}|[^+\x00-\x1f\x7f]{0,11}|(client|rcs|sip|sips|whatsapp):[!-~]{1,200}")
TURN = re.compile(r"[0-9]{1,4}")
STEP = re.compile(r"[a-z][a-z0-9_]{0,39}")

# Twilio reads this behind the `#` of a webhook's address and does not send it: five tries inside its 15 seconds.
# Whether it signs the address with or without it must be checked on a live account, so both are taken.
OVERRIDES = "#rc=5&rp=ct,5xx,rt&ct=2000&rt=4000&tt=15000"
HIDDEN = ("Body", "Digits", "AnsweredBy", "CallDuration", "ErrorCode")
HOLDS_ONE = ("DialCallDuration",)
OTHER_CHANNELS = ("rcs:", "whatsapp:")  # only their texts come with a parameter that sorts between Body and From
MOST_FIELDS = 100
LONGEST_BODY = 1600  # Twilio joins the parts of one SMS up to here
NOTHING = "none"  # stands in an address where there is no conversation or no step
CALL_IS_OVER = ("completed", "busy", "no-answer", "failed", "canceled")

Form = Mapping[str, str]


class Headers(Protocol):
    """What both a dict and the web framework's headers can do."""

    def get(self, key: str, default: str, /) -> str: ...


class Refused(Exception):
    """The request is not Twilio's, or not about our account. Its text is for the log and names no one."""


@dataclass(frozen=True)
class SmsHeard:
    """`body` holds at most 1600 characters; `cut` when more came. Twilio tells no time: only a gap fill knows it."""

    account: str
    message_id: str
    sender: str
    recipient: str
    body: str
    cut: bool = False
    provider_time: datetime | None = None

    @property
    def key(self) -> str:
        return f"sms:{self.account}:{self.message_id}"


@dataclass(frozen=True)
class CallAnswered:
    """A call has begun: ours was answered (`call_row_id`), or `caller` rings us (None)."""

    call_id: str
    call_row_id: str | None
    answered_by: str | None
    caller: str
    called: str

    @property
    def key(self) -> str:
        return f"answered:{self.call_id}"


@dataclass(frozen=True)
class KeysHeard:
    """`digits` is empty when no key came in time. `turn` is the nonce of the question that was put."""

    call_id: str
    turn: int
    conversation_id: str | None
    step: str | None
    part: int | None
    digits: str

    @property
    def key(self) -> str:
        return f"keys:{self.call_id}:{self.turn}"


@dataclass(frozen=True)
class Dialled:
    """Whoever was to be connected has put down, or was not reached: `completed`, busy, no-answer, failed, canceled."""

    call_id: str
    turn: int
    status: str
    seconds: int | None

    @property
    def key(self) -> str:
        return f"dialled:{self.call_id}:{self.turn}"


@dataclass(frozen=True)
class CallEnded:
    call_id: str
    call_row_id: str | None
    status: str
    seconds: int | None
    answered_by: str | None

    @property
    def key(self) -> str:
        return f"ended:{self.call_id}"


@dataclass(frozen=True)
class Receipt:
    """What the provider says became of an SMS or a call. `outbox_id`: our row; None for a call that came in."""

    provider_id: str
    outbox_id: str | None
    status: str
    error: int | None = None
    seconds: int | None = None
    answered_by: str | None = None

    @property
    def key(self) -> str:
        return f"receipt:{self.provider_id}:{self.status}"


Heard = SmsHeard | CallAnswered | KeysHeard | Dialled | CallEnded


def is_signed(tokens: Iterable[str], addresses: Iterable[str], form: Form, headers: Headers) -> bool:
    """Whether one of the tokens signed one of these forms of the address with these values. No token: never."""
    signature = headers.get("X-Twilio-Signature", "").encode()
    algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings", ""))
    if algorithm.upper() not in ("HMAC_SHA1", "HMAC_SHA256"):
        return False
    candidates = [
        RequestValidator(token).compute_signature(address, form, algorithm).encode()
        for token in tokens
        for address in addresses
    ]
    return any(hmac.compare_digest(candidate, signature) for candidate in candidates)


def addresses(public_url: str, raw_target: str) -> tuple[str, ...]:
    """The forms in which Twilio may have signed it. `raw_target` is path and query as they came over the wire."""
    plain = public_url + raw_target
    ported = _with_port(public_url) + raw_target
    return tuple(dict.fromkeys([plain, plain + OVERRIDES, ported, ported + OVERRIDES]))


def _with_port(public_url: str) -> str:
    """Twilio's own validator takes both forms, because its signer has not always agreed with itself (#392, #402)."""
    scheme, _, rest = public_url.partition("://")
    host, slash, path = rest.partition("/")
    if re.search(r":[0-9]+$", host):
        return public_url
    return f"{scheme}://{host}:{443 if scheme == 'https' else 80}{slash}{path}"


def pairs(body: bytes) -> list[tuple[str, list[str]]]:
    """The form as it came. Raises Refused for what no client encodes so: one text must not be written in two ways."""
    try:
        each = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:  # not ASCII, not UTF-8 behind the percent signs, or too many fields
        raise Refused("the form is not encoded as the provider does it") from None
    form: dict[str, list[str]] = {}
    for name, value in each:
        form.setdefault(name, []).append(value)
    return list(form.items())


def single_values(pairs: Iterable[tuple[str, list[str]]], account: str) -> dict[str, str]:
    """Each parameter once, for our account. Raises Refused: the signature cannot tell {'ab': 'c'} from {'a': 'bc'}."""
    form = {}
    for name, values in pairs:
        if len(values) != 1:
            raise Refused("a parameter came more than once")
        form[name] = values[0]
    if form.get("AccountSid") != account:
        raise Refused("the account is not ours")
    _refuse_moved_boundaries(form)
    return form


def _refuse_moved_boundaries(form: Form) -> None:
    """What is signed is names and values in one string, so a name that we read may hide in its neighbour.

    Names that a request must have are missed where they are read; here are those that may be absent, and Body, whose
    end anybody who writes to us can make look like a parameter.
    """
    for name, value in form.items():
        written = "" if name == "Body" else name + value
        if any(hidden in written for hidden in HIDDEN if name not in (hidden, *HOLDS_ONE)):
            raise Refused("a parameter's name hides in another parameter")
        if "Body" in form and "Body" < name < "From" and not form.get("From", "").startswith(OTHER_CHANNELS):
            raise Refused("a parameter stands where the end of a text could be taken for one")


def read_sms(form: Form) -> SmsHeard:
    body = _present(form, "Body")
    if not form.get("From"):
        raise Refused("a text comes from nobody")
    return SmsHeard(
        account=form["AccountSid"],
        message_id=_fit(MESSAGE_ID, form.get("MessageSid")),
        sender=_address(_present(form, "From")),
        recipient=_address(_present(form, "To")),
        body=body[:LONGEST_BODY],
        cut=len(body) > LONGEST_BODY,
    )


def read_answered(form: Form, call_row_id: str | None) -> CallAnswered:
    return CallAnswered(
        call_id=_fit(CALL_ID, form.get("CallSid")),
        call_row_id=_fit(ROW_ID, call_row_id) if call_row_id else None,
        answered_by=_word(form.get("AnsweredBy")),
        caller=_address(_present(form, "From")),
        called=_address(_present(form, "To")),
    )


def read_keys(form: Form, conversation: str, step: str, part: str, turn: str) -> KeysHeard:
    return KeysHeard(
        call_id=_fit(CALL_ID, form.get("CallSid")),
        turn=int(_fit(TURN, turn)),
        conversation_id=None if conversation == NOTHING else _fit(ROW_ID, conversation),
        step=None if step == NOTHING else _fit(STEP, step),
        part=None if part == NOTHING else int(_fit(re.compile(r"[0-9]{1,2}"), part)),
        digits=_fit(re.compile(r"[0-9*#]{0,20}"), form.get("Digits", "")),
    )


def read_dialled(form: Form, turn: str) -> Dialled:
    return Dialled(
        call_id=_fit(CALL_ID, form.get("CallSid")),
        turn=int(_fit(TURN, turn)),
        status=_status(form.get("DialCallStatus")),
        seconds=_number(form.get("DialCallDuration")),
    )


def read_message_receipt(form: Form, outbox_id: str) -> Receipt:
    return Receipt(
        provider_id=_fit(MESSAGE_ID, form.get("MessageSid")),
        outbox_id=_fit(ROW_ID, outbox_id),
        status=_status(form.get("MessageStatus")),
        error=_number(form.get("ErrorCode")),
    )


def read_call_receipt(form: Form, outbox_id: str | None) -> Receipt:
    return Receipt(
        provider_id=_fit(CALL_ID, form.get("CallSid")),
        outbox_id=_fit(ROW_ID, outbox_id) if outbox_id else None,
        status=_status(form.get("CallStatus")),
        error=_number(form.get("ErrorCode")),
        seconds=_number(form.get("CallDuration")),
        answered_by=_word(form.get("AnsweredBy")),
    )


def read_ended(form: Form, call_row_id: str | None) -> CallEnded | None:
    """None while the call still rings or runs."""
    status = _status(form.get("CallStatus"))
    if status not in CALL_IS_OVER:
        return None
    return CallEnded(
        call_id=_fit(CALL_ID, form.get("CallSid")),
        call_row_id=call_row_id,
        status=status,
        seconds=_number(form.get("CallDuration")),
        answered_by=_word(form.get("AnsweredBy")),
    )


def _present(form: Form, name: str) -> str:
    if name not in form:
        raise Refused("a parameter is missing that the provider always sends")
    return form[name]


def _fit(pattern: re.Pattern[str], text: str | None) -> str:
    if text is None or not pattern.fullmatch(text):
        raise Refused("an id or a value has a shape that Twilio never sends")
    return text


def _status(text: str | None) -> str:
    return _fit(re.compile(r"[a-z][a-z_-]{1,23}"), text)


def _word(text: str | None) -> str | None:
    return _fit(re.compile(r"[a-z_]{1,24}"), text) if text else None


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


def _address(text: str) -> str:
    """A number, a short code, a sender's name or another channel's address; "" for a caller who hides. Nothing longer:
    behind a number the next parameter might hide.
    """
    return _fit(ADDRESS, text)
