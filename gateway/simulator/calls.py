"""A call's life, from the request or the dialling to its end."""

from dataclasses import dataclass
from datetime import datetime

from gateway.simulator.network import Network
from gateway.simulator.parameters import Given
from gateway.simulator.refusals import Refusal


@dataclass(frozen=True)
class Call:
    sid: str
    caller: str
    to: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    started: datetime | None = None
    ended: datetime | None = None
    duration: int = 0
    answered_by: str | None = None


def create(network: Network, given: Given) -> Call:
    raise Refusal(20004, "Calls are not connected yet")


def update(network: Network, call: Call, given: Given) -> Call:
    raise Refusal(20004, "Calls are not connected yet")


def delete(network: Network, call: Call) -> None:
    raise Refusal(20004, "Calls are not connected yet")
