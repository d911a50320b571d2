"""In which ways can a signed request be bent? Each gives one that must be refused, though it was signed once."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote_plus, urlencode

from tests.signing import signature

FORM = "application/x-www-form-urlencoded"
Fields = list[tuple[str, str]]
READ = {
    "sms": {"AccountSid", "MessageSid", "From", "To", "Body"},
    "message-status": {"AccountSid", "MessageSid", "MessageStatus", "ErrorCode"},
    "voice": {"AccountSid", "CallSid", "From", "To", "AnsweredBy"},
    "keys": {"AccountSid", "CallSid", "Digits"},
    "call-status": {"AccountSid", "CallSid", "CallStatus", "ErrorCode", "CallDuration", "AnsweredBy"},
}


@dataclass(frozen=True)
class Asked:
    """One request as a server hands it on. `length` None: chunked, and the stream says where it ends."""

    target: str
    body: bytes
    signature: str | None
    method: str = "POST"
    content_type: str | None = FORM
    length: str | None = "right"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> Fields:
        return parse_qsl(self.body.decode("latin-1"), keep_blank_values=True, errors="surrogateescape")

    @property
    def read(self) -> Fields:
        """What the door goes by."""
        names = READ.get(self.target.split("/")[2], set())
        return sorted(field for field in self.fields if field[0] in names)

    def says_the_same(self, other: "Asked") -> bool:
        """Then it is no mutation: `%2b` is `%2B`, and where nothing is read a boundary may lie as it likes."""
        mine, theirs = (replace(each, body=b"", length=each.length or "right") for each in (self, other))
        return mine == theirs and self.read == other.read


@dataclass(frozen=True)
class Signer:
    token: str
    address: str

    def asked(self, target: str, form: dict[str, str]) -> Asked:
        return Asked(target, urlencode(form).encode(), signature(self.token, self.address + target, form))


Bend = Callable[[random.Random, Asked, Signer], Asked]


def mutated(dice: random.Random, asked: Asked, signer: Signer) -> tuple[str, Asked]:
    """The name of the bend, and a request that does not say the same as the one that was signed."""
    while True:
        bend = dice.choice(BENDS)
        bent = bend(dice, asked, signer)
        if not bent.says_the_same(asked):
            return bend.__name__, bent


def flipped_signature(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    return replace(asked, signature=_flipped(dice, str(asked.signature).encode()).decode("latin-1"))


def flipped_body(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    return replace(asked, body=_flipped(dice, asked.body))


def flipped_path(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    return replace(asked, target="/twilio/" + _flipped(dice, asked.target[8:].encode()).decode("latin-1"))


def other_query(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    moved, *rest = sorted(asked.fields)
    return dice.choice(
        [
            replace(asked, target=asked.target + dice.choice(["?", "?a=1", "?%00", "#", "?AccountSid=AC1"])),
            replace(asked, target=f"{asked.target}?{moved[0]}{moved[1]}", body=_encoded(rest)),
            replace(asked, target=f"{asked.target}{moved[0]}{moved[1]}", body=_encoded(rest)),
        ]
    )


def doubled_parameter(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    name, value = dice.choice(asked.fields)
    again = (name, dice.choice([value, "", value + "1"]))
    return replace(asked, body=_encoded(dice.sample([*asked.fields, again], len(asked.fields) + 1)))


def moved_boundary(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    """The string that was signed stays the same wherever the order allows: {'ab': 'c'} is {'a': 'bc'}."""
    fields = sorted(asked.fields)
    at = dice.randrange(len(fields))
    name, value = fields[at]
    whole = name + value
    cut = dice.randrange(len(whole) + 1)
    fields[at] = (whole[:cut], whole[cut:])
    return replace(asked, body=_encoded(fields))


def merged_neighbours(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    fields = sorted(asked.fields)
    at = dice.randrange(len(fields) - 1)
    (name, value), (hidden, tail) = fields[at : at + 2]
    return replace(asked, body=_encoded([*fields[:at], (name, value + hidden + tail), *fields[at + 2 :]]))


def split_value(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    """A new parameter out of the tail of a value, its name cut anywhere."""
    fields = sorted(asked.fields)
    at = dice.randrange(len(fields))
    name, value = fields[at]
    if not value:
        return asked
    first = dice.randrange(len(value))
    second = dice.randrange(first, len(value) + 1)
    parts = [(name, value[:first]), (value[first:second], value[second:])]
    return replace(asked, body=_encoded([*fields[:at], *parts, *fields[at + 1 :]]))


def dropped_parameter(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    fields = asked.fields
    fields.remove(dice.choice(fields))
    return replace(asked, body=_encoded(fields))


def other_account(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    """Signed with our own token, and yet about somebody else's account, a sub-account's or none."""
    other = dice.choice([f"AC{dice.getrandbits(128):032x}", "", "AC", dict(asked.fields)["AccountSid"].lower()])
    return signer.asked(asked.target, dict(asked.fields) | {"AccountSid": other})


def other_token(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    token = dice.choice(["", signer.token[:-1], signer.token + " ", signer.token.upper(), f"{dice.getrandbits(128):x}"])
    return replace(signer, token=token).asked(asked.target, dict(asked.fields))


def other_address(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    address = dice.choice(
        ["https://127.0.0.1:8000", "http://127.0.0.1", "http://localhost:8000", "http://evil.example"]
    )
    return replace(signer, address=address).asked(asked.target, dict(asked.fields))


def wrong_id(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    """Signed by us, with an id that the provider never gives."""
    name = "MessageSid" if "MessageSid" in dict(asked.fields) else "CallSid"
    right = dict(asked.fields)[name]
    wrong = dice.choice([right[:-1], right + "0", right[2:], right.upper() + "\n", "' OR 1=1 --", "", "..", "\x00"])
    return signer.asked(asked.target, dict(asked.fields) | {name: wrong})


def foreign_row(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    """Signed by us, for a row or a conversation that we never had."""
    door = asked.target.split("/")[2]
    if door == "sms":
        return wrong_id(dice, asked, signer)
    row = f"{dice.getrandbits(128):032x}"
    target = f"/twilio/keys/{row}/pain/none/1" if door == "keys" else f"/twilio/{door}/{row}"
    return signer.asked(target, dict(asked.fields))


def other_door(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    doors = ["sms", "voice", "call-status", "message-status/x", "keys/none/none/none/0", "", "..", "sms/", "/sms"]
    return replace(asked, target="/twilio/" + dice.choice(doors))


def other_charset(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    name, value = dice.choice(asked.fields)
    return dice.choice(
        [
            replace(asked, body=asked.body.decode().encode("utf-16"), content_type=f"{FORM}; charset=utf-16"),
            replace(asked, body=asked.body + f"&{name}x=é".encode("latin-1")),
            replace(asked, body=asked.body.replace(quote_plus(value).encode(), quote_plus(value).encode() + b"%ff", 1)),
            replace(asked, body=asked.body.replace(b"=", b"=%C0%80", 1)),
            replace(asked, body=asked.body.replace(b"=", b"=%ED%A0%80", 1)),
            replace(asked, body=asked.body.replace(b"&", b";")),
        ]
    )


def other_header(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    right, settings = str(asked.signature), "HTTP_X_TWILIO_WEBHOOKS_SIGNATURE_SETTINGS"
    algorithm = dice.choice(["HMAC_SHA256", "HMAC_MD5", "none", "", "HMAC_SHA512", "\x00"])
    return dice.choice(
        [
            replace(asked, signature=None),
            replace(asked, signature=dice.choice(["", right.swapcase(), f"{right},{right}", f" {right}", right[:-1]])),
            replace(asked, signature=dice.choice([right.rstrip("="), right + "=", "A" * 10_000, "é" * 28, "None"])),
            replace(asked, signature=right[:-1] + "A", headers={settings: f"key=k,algorithm={algorithm}"}),
            replace(asked, signature=None, headers={"HTTP_X_FORWARDED_SIGNATURE": right}),
        ]
    )


def huge(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    return dice.choice(
        [
            replace(asked, body=asked.body + b"&Extra=" + b"x" * 300_000),
            replace(asked, body=asked.body + b"".join(b"&A%d=" % number for number in range(3_000))),
            replace(asked, length="99999999999"),
            replace(asked, body=b"&" * 200_000, length=None),
        ]
    )


def nul(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    at = dice.randrange(len(asked.body))
    return replace(asked, body=asked.body[:at] + dice.choice([b"%00", b"\x00", b"%0a", b"\r\n\r\n"]) + asked.body[at:])


def chunked(dice: random.Random, asked: Asked, signer: Signer) -> Asked:
    endless = replace(asked, body=asked.body + b"&More=" + b"x" * 400_000, length=None)
    return dice.choice([endless, replace(flipped_body(dice, asked, signer), length=None)])


def other_length(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    shorter = str(dice.randrange(len(asked.body) - 1))
    return replace(asked, length=dice.choice([shorter, "-1", "many", "0"]))


def other_content_type(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    types = ["multipart/form-data; boundary=x", "application/json", "text/plain", "", f"x-{FORM}", f"{FORM}x", None]
    return replace(asked, content_type=dice.choice(types))


def other_method(dice: random.Random, asked: Asked, _: Signer) -> Asked:
    bent = replace(asked, method=dice.choice(["GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE"]))
    return dice.choice([bent, replace(bent, target=f"{asked.target}?{asked.body.decode()}", body=b"")])


BENDS: tuple[Bend, ...] = (
    flipped_signature, flipped_body, flipped_path, other_query, doubled_parameter, moved_boundary, merged_neighbours,
    split_value, dropped_parameter, other_account, other_token, other_address, wrong_id, foreign_row, other_door,
    other_charset, other_header, huge, nul, chunked, other_length, other_content_type, other_method,
)  # fmt: skip


def _flipped(dice: random.Random, text: bytes) -> bytes:
    at = dice.randrange(len(text))
    return text[:at] + bytes([text[at] ^ 1 << dice.randrange(8)]) + text[at + 1 :]


def _encoded(fields: Fields) -> bytes:
    return urlencode(fields, errors="surrogateescape").encode()
