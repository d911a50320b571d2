"""From dialling to the first word: who rings, who answers, who does not?"""

from dataclasses import replace

from gateway.simulator.call_status import Call, change, finish
from gateway.simulator.network import Network
from gateway.simulator.people import Temper
from gateway.simulator.talking import fetch, hang_up, obey

VOICEMAIL_SECONDS = 120
_DETECTED = {"Enable": "machine_start", "DetectMessageEnd": "machine_end_beep"}


def dial(network: Network, sid: str) -> None:
    call = network.calls.get(sid)
    if call is None or call.is_over:
        return
    change(network, call, "initiated")
    network.far_end(call.to).ring(sid)


def rings(network: Network, sid: str) -> None:
    """The bell sounds. Whoever does not answer in time has not answered."""
    call = change(network, network.calls[sid], "ringing")
    network.talk(sid).plan(network.soon(lambda: _give_up(network, sid), call.timeout))


def answer(network: Network, sid: str) -> Call:
    """The phone is picked up. A call that does not ring stays as it is."""
    call = network.calls[sid]
    if call.status != "ringing" or not call.is_outbound:
        return call
    network.talk(sid).forget_plans()
    is_machine = network.person(call.to).kind is Temper.MACHINE
    if call.detection:
        call = replace(call, answered_by=_DETECTED[call.detection] if is_machine else "human")
    call = change(network, call, "answered")
    network.talk(sid).limit = network.soon(lambda: _cut(network, sid), _longest(call, is_machine))
    _begin(network, call)
    return network.calls[sid]


def call_in(network: Network, phone: str, to: str) -> Call:
    """A person rings the account's number."""
    now = network.now()
    network.person(phone)
    where = network.addresses
    call = Call(network.new_sid("CA"), phone, to, "inbound", "queued", now, now, url=where.voice)
    call = replace(call, fallback_url=where.voice_fallback, callback=where.call_status)
    network.calls[call.sid] = call
    if is_on_the_phone(network, call):
        return finish(network, call, "busy")
    call = change(network, call, "ringing")
    if call.url is None:
        return finish(network, call, "failed")
    network.talk(call.sid).limit = network.soon(lambda: _cut(network, call.sid), call.time_limit)
    fetch(network, call.sid, call.url, "POST", {})
    return network.calls[call.sid]


def is_on_the_phone(network: Network, call: Call) -> bool:
    """One line a phone: the second call finds it busy."""
    others = (network.calls[sid] for sid in network.open_calls if sid != call.sid)
    return any(other.phone == call.phone and other.status in ("ringing", "in-progress") for other in others)


def _give_up(network: Network, sid: str) -> None:
    finish(network, network.calls[sid], "no-answer")


def _cut(network: Network, sid: str) -> None:
    hang_up(network, sid)


def _longest(call: Call, is_machine: bool) -> int:
    return min(call.time_limit, VOICEMAIL_SECONDS) if is_machine else call.time_limit


def _begin(network: Network, call: Call) -> None:
    told = {"AnsweredBy": call.answered_by} if call.answered_by and not call.detection_callback else {}
    if call.detection_callback and call.answered_by:
        detected = {"CallSid": call.sid, "AccountSid": network.account, "AnsweredBy": call.answered_by}
        network.post("amd", call.sid, call.detection_callback, detected | {"MachineDetectionDuration": "3000"})
    if call.parent is not None:
        network.connected(call)
    elif call.twiml is not None:
        obey(network, call.sid, call.twiml.encode(), "text/xml", call.url or "")
    else:
        fetch(network, call.sid, call.url or "", call.method, told)
