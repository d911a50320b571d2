"""A document dials another phone: who is connected with whom, and how does the first call go on afterwards?"""

import math

from gateway.simulator.call_status import Call, finish, parameters_of
from gateway.simulator.ledger import Kind
from gateway.simulator.network import Network
from gateway.simulator.people import Temper
from gateway.simulator.ringing import dial as ring
from gateway.simulator.talk import Utterance
from gateway.simulator.talking import fetch, go_on
from gateway.simulator.verbs import Dial

TALKS = 60  # seconds that two people of the story speak, unless a rule of one of them puts down earlier


def connect(network: Network, sid: str, dial: Dial) -> None:
    """The other phone rings, and shows `callerId`."""
    first, now = network.calls[sid], network.now()
    leg = Call(
        sid=network.new_sid("CA"),
        caller=dial.caller_id or first.caller,
        to=dial.number,
        direction="outbound-dial",
        status="queued",
        created=now,
        updated=now,
        timeout=dial.timeout,
        time_limit=dial.time_limit,
        parent=sid,
    )
    network.calls[leg.sid] = leg
    network.person(leg.to)
    network.soon(lambda: ring(network, leg.sid))


def connected(network: Network, leg: Call) -> None:
    """Both hear that the other is there; what they say to each other is their own affair."""
    first = network.calls[str(leg.parent)]
    network.ledger.add(Kind.CONNECTED, sid=first.sid, leg=leg.sid, **{"from": first.phone, "to": leg.to})
    for call, other in ((first, leg.to), (leg, first.phone)):
        talk = network.talk(call.sid)
        talk.unanswered = f"(connected with {other})"
        talk.utterances.append(Utterance(talk.unanswered, network.now(), "und"))
        network.far_end(call.phone).listen(call.sid)
    if Temper.BY_HAND not in (network.person(first.phone).kind, network.person(leg.to).kind):
        sid = leg.sid
        network.talk(sid).plan(network.soon(lambda: _put_down(network, sid), min(TALKS, leg.time_limit)))


def call_over(network: Network, call: Call) -> None:
    """Of two that are connected the other goes on, or ends as well."""
    if call.parent is not None:
        _after(network, network.calls[call.parent], call)
        return
    for leg in [network.calls[sid] for sid in network.open_calls if network.calls[sid].parent == call.sid]:
        finish(network, leg, "completed" if leg.status == "in-progress" else "canceled")


def _put_down(network: Network, sid: str) -> None:
    finish(network, network.calls[sid], "completed")


def _after(network: Network, first: Call, leg: Call) -> None:
    """The account is told also when the first one has put down; then nobody hears what it answers."""
    talk = network.talk(first.sid)
    dial, talk.dials = talk.dials, None
    if dial is None:
        return
    if dial.action is None:
        if not first.is_over:
            go_on(network, first.sid)
        return
    told = {"DialCallSid": leg.sid, "DialCallStatus": leg.status, "DialBridged": "true" if leg.answered else "false"}
    if leg.answered:
        told["DialCallDuration"] = str(math.ceil(leg.duration))
    if first.is_over:
        network.post("voice", first.sid, dial.action, parameters_of(network, first) | told, method=dial.method)
    else:
        fetch(network, first.sid, dial.action, dial.method, told)
