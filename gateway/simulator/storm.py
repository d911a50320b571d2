"""How do many people send an SMS at nearly the same time?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.simulator.inbound import send_from_phone
from gateway.simulator.network import Network
from gateway.simulator.parameters import E164

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")


@dataclass(frozen=True)
class Text:
    phone: str
    to: str
    body: str
    sid: str | None

    def __post_init__(self) -> None:
        if not E164.fullmatch(self.phone) or not E164.fullmatch(self.to):
            raise ValueError(f"{self.phone!r} or {self.to!r} is not a number in E.164")
        if self.sid is not None and not _SID.fullmatch(self.sid):
            raise ValueError(f"{self.sid!r} is not SM or MM and 32 hexadecimal digits")


def announce(network: Network, said: Mapping[str, Any]) -> dict[str, object]:
    """All of them or none, `per_second` of story time; the answer does not wait for them."""
    texts, rate = _texts(network, said["messages"]), float(said.get("per_second", 100))
    if rate <= 0:
        raise ValueError("per_second is more than 0")
    network.coming += len(texts)
    for place, text in enumerate(texts):
        _plan(network, text, place / rate)
    return {"announced": len(texts), "seconds": len(texts) / rate}


def _texts(network: Network, said: Sequence[Mapping[str, Any]]) -> list[Text]:
    return [
        Text(str(one["from"]), str(one.get("to") or network.number), str(one["body"]), one.get("sid")) for one in said
    ]


def _plan(network: Network, text: Text, seconds: float) -> None:
    def send() -> None:
        network.coming -= 1
        send_from_phone(network, text.phone, text.to, text.body, text.sid)

    network.soon(send, seconds)
