"""How Twilio signs, written from its description and not with its library."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(token: str, address: str, form: Mapping[str, str], algorithm: str = "sha1") -> str:
    text = address + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), getattr(hashlib, algorithm)).digest()).decode()
