"""Twilio's side: which resource does a request ask for, and may it?"""

import base64
import binascii
import hmac
import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from json import dumps
from urllib.parse import parse_qsl

from gateway.simulator import calls, messages
from gateway.simulator.call_status import Call
from gateway.simulator.faults import Fault, Mishap
from gateway.simulator.ledger import Kind
from gateway.simulator.messages import Message
from gateway.simulator.network import API_VERSION, Network
from gateway.simulator.parameters import Given, check, moment
from gateway.simulator.refusals import Refusal, not_found
from gateway.simulator.resources import call_json, message_json, page_json
from gateway.simulator.wire import Answered, Asked

ROOT = re.compile(rf"/{API_VERSION}/Accounts/(?P<account>[^/]+)/(?P<rest>.+)")
_RESOURCE = re.compile(r"(Messages|Calls)(?:/((?:SM|MM|CA)[0-9a-f]{32}))?\.json")
_OPERATIONS = {
    ("POST", False): "Create",
    ("GET", False): "List",
    ("GET", True): "Fetch",
    ("POST", True): "Update",
    ("DELETE", True): "Delete",
}


def answer(network: Network, asked: Asked) -> tuple[Answered, Fault | None]:
    """With the fault that befalls it. Every request stands in the ledger, and so does each that no correct program
    would send."""
    form = asked.query if asked.method == "GET" else asked.body.decode("utf-8", "replace")
    pairs = parse_qsl(form, keep_blank_values=True)
    with network.lock:
        fault = _fault(network, asked)
        status, body, code = _spoilt(fault) if fault and not fault.do.is_carried_out else _done(network, asked, pairs)
        if fault and fault.do is Mishap.FAILED:
            status, body, code = _spoilt(fault)
        told = {"fault": fault.do.value} if fault else {}
        network.ledger.add(
            Kind.REQUEST, method=asked.method, path=asked.path, parameters=pairs, status=status, code=code, **told
        )
    return _answered(status, body, fault), fault


def _fault(network: Network, asked: Asked) -> Fault | None:
    found = _RESOURCE.search(asked.path)
    verb = found and _OPERATIONS.get((asked.method, found[2] is not None))
    return network.faults.hitting(verb, found[1]) if found and verb else None


def _spoilt(fault: Fault) -> tuple[int, object, int | None]:
    """Twilio's own body for 429, and for 5xx the JSON that its front answers; silence and the like have no status."""
    if fault.do not in (Mishap.TOO_MANY, Mishap.REFUSED, Mishap.FAILED):
        return 0, None, None
    code = {429: 20429, 503: 20503}.get(fault.answers, 20500)
    return fault.answers, Refusal(code, "the network has a bad day").as_json() | {"status": fault.answers}, code


def _answered(status: int, body: object, fault: Fault | None) -> Answered:
    headers = {"Content-Type": "application/json"}
    if status == 429 and fault:
        headers["Retry-After"] = str(fault.retry_after)
    return Answered(status, b"" if body is None else dumps(body, ensure_ascii=False).encode(), headers)


def _done(network: Network, asked: Asked, pairs: Iterable[tuple[str, str]]) -> tuple[int, object, int | None]:
    try:
        return *_do(network, asked, pairs), None
    except Refusal as refusal:
        if refusal.is_violation:
            network.violation(refusal.code, refusal.message, f"{asked.method} {asked.path}")
        return refusal.status, refusal.as_json(), refusal.code


def _do(network: Network, asked: Asked, pairs: Iterable[tuple[str, str]]) -> tuple[int, object]:
    if not _is_account(network, asked.headers.get("authorization", "")):
        raise Refusal(20003, "Authenticate")
    found = ROOT.fullmatch(asked.path)
    resource = found and found["account"] == network.account and _RESOURCE.fullmatch(found["rest"])
    if not resource:
        raise not_found(asked.path)
    kind, sid = resource[1], resource[2]
    verb = _OPERATIONS.get((asked.method, sid is not None))
    if verb is None:
        raise Refusal(20004, "Method not allowed")
    given = check(f"{verb}{kind[:-1]}", pairs)
    one = (_MESSAGE_VERBS if kind == "Messages" else _CALL_VERBS)[verb]
    return one(network, sid or "", given)


def _is_account(network: Network, header: str) -> bool:
    scheme, _, encoded = header.partition(" ")
    try:
        told = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    wanted = f"{network.account}:{network.auth_token}".encode()
    return scheme.lower() == "basic" and hmac.compare_digest(told, wanted)


def _message(network: Network, sid: str) -> Message:
    if sid not in network.messages:
        raise not_found(f"/{API_VERSION}/Accounts/{network.account}/Messages/{sid}.json")
    return network.messages[sid]


def _call(network: Network, sid: str) -> Call:
    if sid not in network.calls:
        raise not_found(f"/{API_VERSION}/Accounts/{network.account}/Calls/{sid}.json")
    return network.calls[sid]


def _delete_message(network: Network, sid: str, given: Given) -> tuple[int, object]:
    messages.delete(network, _message(network, sid))
    return 204, None


def _delete_call(network: Network, sid: str, given: Given) -> tuple[int, object]:
    calls.delete(network, _call(network, sid))
    return 204, None


def _list_messages(network: Network, sid: str, given: Given) -> tuple[int, object]:
    sids = network.messages_to.get(given["To"][0], []) if "To" in given else list(network.messages)
    candidates = (network.messages[sid] for sid in reversed(sids) if sid in network.messages)
    listed_until = time.monotonic() - network.lists.lag
    found = [
        message
        for message in candidates
        if message.made <= listed_until
        and _is_among(given, "From", message.sender or "")
        and _is_within(given, "DateSent", message.sent)
    ]
    return 200, page_json(network, "messages", found, given)


def _list_calls(network: Network, sid: str, given: Given) -> tuple[int, object]:
    listed_until = time.monotonic() - network.lists.lag
    found = [
        call
        for call in reversed(network.calls.values())
        if call.made <= listed_until
        and _is_among(given, "To", call.to)
        and _is_among(given, "From", call.caller)
        and _is_among(given, "Status", call.status)
        and _is_among(given, "ParentCallSid", "")
        and _is_within(given, "StartTime", call.started)
        and _is_within(given, "EndTime", call.ended)
    ]
    return 200, page_json(network, "calls", found, given)


def _is_among(given: Given, name: str, value: str) -> bool:
    return name not in given or given[name] == [value]


def _is_within(given: Given, name: str, value: datetime | None) -> bool:
    """`DateSent` alone is that day; `DateSent>` is on or after, `DateSent<` on or before."""
    for sign in ("", "<", ">"):
        if name + sign in given and (value is None or not _holds(sign, value, given[name + sign][0])):
            return False
    return True


def _holds(sign: str, value: datetime, text: str) -> bool:
    limit = moment(text)
    if sign == ">":
        return value >= limit
    if sign == "<":
        return value <= limit
    return value.date() == limit.date()


Verb = Callable[[Network, str, Given], tuple[int, object]]
_MESSAGE_VERBS: dict[str, Verb] = {
    "Create": lambda network, sid, given: (201, message_json(network, messages.create(network, given))),
    "List": _list_messages,
    "Fetch": lambda network, sid, given: (200, message_json(network, _message(network, sid))),
    "Update": lambda network, sid, given: (
        200,
        message_json(network, messages.update(network, _message(network, sid), given)),
    ),
    "Delete": _delete_message,
}
_CALL_VERBS: dict[str, Verb] = {
    "Create": lambda network, sid, given: (201, call_json(network, calls.create(network, given))),
    "List": _list_calls,
    "Fetch": lambda network, sid, given: (200, call_json(network, _call(network, sid))),
    "Update": lambda network, sid, given: (200, call_json(network, calls.update(network, _call(network, sid), given))),
    "Delete": _delete_call,
}
