"""What may the account ask for with a call?"""

from collections.abc import Mapping

from gateway.simulator.call_status import EVENTS, Call, finish
from gateway.simulator.network import Network
from gateway.simulator.parameters import E164, Given
from gateway.simulator.refusals import Refusal, missing
from gateway.simulator.ringing import dial
from gateway.simulator.talking import fetch, obey

LONGEST_TIMEOUT, LONGEST_TWIML = 600, 4000
NOT_IN_PROGRESS = 21220


def create(network: Network, given: Given) -> Call:
    """Raises Refusal where Twilio answers 400; else the phone is about to ring."""
    one = {name: values[0] for name, values in given.items()}
    _check(network, one)
    now = network.now()
    is_asynchronous = one.get("AsyncAmd", "").lower() == "true"
    call = Call(
        sid=network.new_sid("CA"),
        caller=one["From"],
        to=one["To"],
        direction="outbound-api",
        status="queued",
        created=now,
        updated=now,
        url=one.get("Url"),
        method=one.get("Method", "POST"),
        twiml=one.get("Twiml"),
        fallback_url=one.get("FallbackUrl"),
        fallback_method=one.get("FallbackMethod", "POST"),
        callback=one.get("StatusCallback"),
        callback_method=one.get("StatusCallbackMethod", "POST"),
        callback_events=_events(given),
        timeout=int(one.get("Timeout", 60)),
        time_limit=int(one.get("TimeLimit", 14_400)),
        detection=one.get("MachineDetection"),
        detection_callback=one.get("AsyncAmdStatusCallback") if is_asynchronous else None,
    )
    network.calls[call.sid] = call
    network.person(call.to)
    network.soon(lambda: dial(network, call.sid))
    return call


def update(network: Network, call: Call, given: Given) -> Call:
    one = {name: values[0] for name, values in given.items()}
    if call.is_over:
        raise Refusal(NOT_IN_PROGRESS, f"Call {call.sid} is {call.status}. Cannot redirect.")
    if "Status" in one:
        return _end(network, call, one["Status"])
    if call.status != "in-progress":
        raise Refusal(NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
    network.talk(call.sid).forget_plans()
    if "Twiml" in one:
        obey(network, call.sid, one["Twiml"].encode(), "text/xml", call.url or "")
    elif "Url" in one:
        fetch(network, call.sid, one["Url"], one.get("Method", "POST"), {})
    return network.calls[call.sid]


def delete(network: Network, call: Call) -> None:
    if not call.is_over:
        raise Refusal(20009, f"Call {call.sid} is {call.status}, it has not been completed")
    del network.calls[call.sid]
    network.deleted[call.sid] = call.made


def _end(network: Network, call: Call, status: str) -> Call:
    """`canceled` leaves a call alone that was answered; `completed` ends any."""
    if call.status == "in-progress":
        return finish(network, call, "completed") if status == "completed" else call
    return finish(network, call, "canceled")


def _check(network: Network, one: Mapping[str, str]) -> None:
    if not E164.fullmatch(one["To"]):
        raise Refusal(21211, f"The phone number you are attempting to call, {one['To']}, is not valid.")
    if not E164.fullmatch(one["From"]):
        raise Refusal(21212, f"The source phone number provided, {one['From']}, is not valid.")
    if not one.get("Url") and not one.get("Twiml"):
        raise missing(21205, "Url parameter is required.")
    if len(one.get("Twiml", "")) > LONGEST_TWIML:
        raise missing(20001, f"Twiml has more than {LONGEST_TWIML} characters.")
    if not 1 <= int(one.get("Timeout", 60)) <= LONGEST_TIMEOUT:
        raise missing(20001, f"Timeout is not between 1 and {LONGEST_TIMEOUT}.")
    if one.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd"):
        raise missing(20001, "MachineDetection is neither Enable nor DetectMessageEnd.")


def _events(given: Given) -> tuple[str, ...]:
    events = tuple(given.get("StatusCallbackEvent", ("completed",)))
    for event in events:
        if event not in EVENTS:
            raise missing(21626, f"'{event}' is not a status callback event.")
    return events
