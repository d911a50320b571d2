"""What does each phone show at this moment?"""

from gateway.simulator.clock import iso
from gateway.simulator.network import Line, Network
from gateway.simulator.people import Person


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
        "call": None,
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
