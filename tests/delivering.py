"""What the tests of delivery share: a village, a row put, a round sent, a look taken, and what the network saw."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway import delivery
from gateway.clock import Clock
from gateway.delivery import Windows
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.outbox import Rates
from gateway.store.tables import Call, Kind, Message
from tests.network import Network, settings_for
from tests.village import Village, settle

FAST = Rates("+15005550006", 1000, 1000)
HOUR = timedelta(hours=1)
NONE = timedelta(0)
AT_ONCE = Windows(settles=NONE, between_looks=NONE, one_looks=NONE, refused=NONE, receipt=NONE, receipt_urgent=NONE)


class Later(Clock):
    """Real time that has gone on by `by`, so that a lease has run out."""

    def __init__(self, by: timedelta, story: bool = False) -> None:
        super().__init__(story)
        self.by = by

    def real(self) -> datetime:
        return super().real() + self.by


@dataclass
class Post:
    """A village with a post office on one database and one network."""

    database: Database
    network: Network
    village: Village
    clock: Clock

    def put(self, kind: Kind = Kind.PROMPT, body: str = "Hello", **more: Any) -> str:
        told = {"to": self.village.amina, "subject": self.village.amina, "valid_for": HOUR} | more
        with self.database.write() as session:
            return outbox.put_sms(session, self.clock.now(session), body=body, kind=kind, **told).id

    def ring(self, kind: Kind = Kind.PROMPT) -> str:
        with self.database.write() as session:
            to = self.village.baraka
            return outbox.put_call(session, self.clock.now(session), to=to, subject=None, kind=kind).id

    def drain(self) -> int:
        return delivery.drain(self.database, self.telephone(), self.clock, FAST)

    def look(self, windows: Windows = AT_ONCE, clock: Clock | None = None) -> int:
        return delivery.settle_doubts(self.database, self.telephone(), clock or self.clock, windows)

    def ask_after(self, windows: Windows = AT_ONCE) -> int:
        return delivery.ask_after(self.database, self.telephone(), self.clock, windows)

    def telephone(self) -> Telephone:
        return Telephone(settings_for(self.network.url))

    def message(self, row: str) -> Message:
        with self.database.read() as session:
            return session.get_one(Message, row)

    def call(self, row: str) -> Call:
        with self.database.read() as session:
            return session.get_one(Call, row)

    def sent(self) -> list[str]:
        return [entry["body"] for entry in self.network.ledger("sms_out")]

    def fault(self, do: str, on: str = "create", **more: Any) -> None:
        self.network.control("badness", {"faults": [{"do": do, "on": on, **more}]})

    def lists(self, **badness: Any) -> None:
        self.network.control("badness", {"lists": badness})


def post(database: Database, network: Network, clock: Clock | None = None) -> Post:
    network.control("reset", {})
    network.control("badness", {"callbacks": {"lose": 1}})  # what is not tested here must not knock at a closed door
    clock = clock or Clock()
    with database.write() as session:
        village = settle(session, clock.real())
    return Post(database, network, village, clock)
