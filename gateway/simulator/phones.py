"""What does each phone show at this moment?"""

from urllib.parse import quote

from gateway.simulator.call_status import Call
from gateway.simulator.clock import iso
from gateway.simulator.network import Line, Network
from gateway.simulator.people import Person
from gateway.simulator.talk import Talk, Utterance

_STATES = {"ringing": "ringing", "in-progress": "in_call"}


def phones(network: Network, since: int) -> dict[str, object]:
    """`phones` is None where nothing has changed since that version."""
    version, due = network.ledger.version, network.schedule.next_due()
    return {
        "seq": version,
        "now": iso(network.now()),
        "offset_seconds": network.clock.offset.total_seconds(),
        "idle": network.is_idle(),
        "next_due": due and iso(due),
        "actions": network.actions,
        "number": network.number,
        "phones": None if version == since else [_phone(network, person) for person in network.people.values()],
    }


def _phone(network: Network, person: Person) -> dict[str, object]:
    return {
        "number": person.number,
        "name": dict(person.name),
        "roles": list(person.roles),
        "language": person.language,
        "kind": person.kind.value,
        "opted_out": (network.number, person.number) in network.opted_out,
        "thread": [_line(network, line) for line in network.threads.get(person.number, [])],
        "call": _open_call(network, person),
        "calls": [_call(network, call) for call in _calls_of(network, person) if call.is_over],
    }


def _calls_of(network: Network, person: Person) -> list[Call]:
    calls = (network.calls[sid] for sid in network.talks if sid in network.calls)
    return [call for call in calls if call.phone == person.number]


def _open_call(network: Network, person: Person) -> dict[str, object] | None:
    for sid in network.open_calls:
        call = network.calls[sid]
        if call.phone == person.number and call.status in ("ringing", "in-progress"):
            return _call(network, call) | {"waiting": _waiting(network.talk(sid))}
    return None


def _call(network: Network, call: Call) -> dict[str, object]:
    """`lines` holds what was said and what was pressed, in order; `spoken` only what was said."""
    lines = [_utterance(one) for one in network.talk(call.sid).utterances]
    return {
        "sid": call.sid,
        "direction": "to_phone" if call.is_outbound else "from_phone",
        "state": _STATES.get(call.status, "over"),
        "status": call.status,
        "with": call.caller if call.is_outbound else call.to,
        "since": iso(call.answered or call.started or call.created),
        "duration": call.duration,
        "spoken": [line for line in lines if "text" in line],
        "lines": lines,
    }


def _utterance(one: Utterance) -> dict[str, object]:
    if one.is_keys:
        return {"pressed": one.text, "heard": one.is_heard, "at": iso(one.at)}
    sound = {"sound": f"/control/sound?url={quote(one.sound, safe='')}"} if one.sound else {}
    return {"text": one.text, "language": one.language, "at": iso(one.at), **sound}


def _waiting(talk: Talk) -> dict[str, object] | None:
    gather = talk.playback.waiting
    if gather is None:
        return None
    return {
        "digits": talk.playback.digits,
        "num_digits": gather.num_digits,
        "finish_on_key": gather.finish_on_key,
        "until": talk.waits_until and iso(talk.waits_until),
    }


def _line(network: Network, line: Line) -> dict[str, object]:
    message = network.messages.get(line.sid or "")
    return {
        "sid": line.sid,
        "direction": "to_phone" if line.is_to_phone else "from_phone",
        "body": line.body,
        "at": iso(line.at),
        "status": message.status if message else None,
        "segments": line.size.segments,
        "characters": line.size.characters,
        "units": line.size.units,
        "encoding": line.size.encoding,
    }
