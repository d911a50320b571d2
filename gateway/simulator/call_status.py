"""Which state is a call in, and who is told when it changes?"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.simulator.clock import rfc2822
from gateway.simulator.ledger import Kind
from gateway.simulator.network import API_VERSION, Network

FINAL = ("completed", "busy", "no-answer", "failed", "canceled")
EVENTS = ("initiated", "ringing", "answered", "completed")
# Under which event a change is told, and as which CallStatus.
_TOLD_AS = {
    "initiated": ("initiated", "initiated"),
    "ringing": ("ringing", "ringing"),
    "answered": ("answered", "in-progress"),
} | {status: ("completed", status) for status in FINAL}


@dataclass(frozen=True)
class Call:
    """`started` is when dialling began, `answered` from when the duration counts. Addresses are where its TwiML is."""

    sid: str
    caller: str
    to: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str = "POST"
    callback: str | None = None
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)
    timeout: int = 60
    time_limit: int = 14_400
    detection: str | None = None
    detection_callback: str | None = None
    started: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None
    told: int = 0
    parent: str | None = None  # the call whose document dialled this one
    made: float = field(default_factory=time.monotonic)

    @property
    def phone(self) -> str:
        """The person's side of it."""
        return self.to if self.is_outbound else self.caller

    @property
    def is_outbound(self) -> bool:
        return self.direction.startswith("outbound")

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    @property
    def duration(self) -> int:
        """Whole seconds of talking, begun ones counted."""
        if self.answered is None or self.ended is None:
            return 0
        return math.ceil((self.ended - self.answered).total_seconds())


def parameters_of(network: Network, call: Call) -> dict[str, str]:
    return {
        "CallSid": call.sid,
        "AccountSid": network.account,
        "From": call.caller,
        "To": call.to,
        "Caller": call.caller,
        "Called": call.to,
        "CallStatus": call.status,
        "Direction": call.direction,
        "ApiVersion": API_VERSION,
    }


def change(network: Network, call: Call, event: str) -> Call:
    """`event` is initiated, ringing, answered or a final status; the call as told to the account from now on."""
    now = network.now()
    name, status = _TOLD_AS[event]
    is_over = event in FINAL
    call = replace(
        call,
        status="queued" if event == "initiated" else status,
        updated=now,
        started=call.started or (now if event in ("ringing", "answered") else None),
        answered=now if event == "answered" else call.answered,
        ended=now if is_over else None,
        told=call.told + 1,
    )
    network.calls[call.sid] = call
    (network.open_calls.discard if is_over else network.open_calls.add)(call.sid)
    facts = {"from": call.caller, "to": call.to, "direction": call.direction}
    network.ledger.add(Kind.CALL, sid=call.sid, event=event, **facts, duration=call.duration if is_over else None)
    if call.callback and name in call.callback_events:
        told = _told(network, call, status)
        network.post("call_status", call.sid, call.callback, told, method=call.callback_method)
    return call


def finish(network: Network, call: Call, status: str) -> Call:
    """Once: a call that is over stays as it ended. Nothing planned for it happens any more."""
    if call.is_over:
        return call
    network.talk(call.sid).stop()
    network.far_end(call.phone).put_down(call.sid)
    call = change(network, call, status)
    network.call_over(call)
    return call


def _told(network: Network, call: Call, status: str) -> Mapping[str, str]:
    told = parameters_of(network, call) | {
        "CallStatus": status,
        "SequenceNumber": str(call.told - 1),
        "CallbackSource": "call-progress-events",
        "Timestamp": rfc2822(call.updated) or "",
    }
    if call.is_over:
        told |= {"CallDuration": str(call.duration), "Duration": str(math.ceil(call.duration / 60))}
        told["SipResponseCode"] = {"busy": "486", "failed": "404", "no-answer": "487", "canceled": "487"}.get(
            status, "200"
        )
    if call.answered_by:
        told["AnsweredBy"] = call.answered_by
    return told
