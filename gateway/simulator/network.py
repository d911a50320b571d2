"""What does the whole network know at this moment?"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any

from gateway.simulator.clock import StoryClock
from gateway.simulator.ledger import Kind, Ledger
from gateway.simulator.people import Person, changed
from gateway.simulator.posting import Posts
from gateway.simulator.schedule import Due, Schedule
from gateway.simulator.segments import Segments, count
from gateway.simulator.talk import Talk
from gateway.simulator.webhooks import Outcome, Webhook

if TYPE_CHECKING:
    from gateway.simulator.call_status import Call
    from gateway.simulator.messages import Message

API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class WebhookAddresses:
    """Where the account wants to hear what happens on its number."""

    sms: str | None = None
    sms_fallback: str | None = None
    voice: str | None = None
    voice_fallback: str | None = None
    call_status: str | None = None


@dataclass(frozen=True)
class Line:
    """One SMS as a phone shows it. `sid` is None for the network's own texts."""

    sid: str | None
    is_to_phone: bool
    body: str
    at: datetime
    size: Segments


@dataclass
class Network:
    """State and the machinery that moves it. One lock for all of it; nothing waits for HTTP while holding it."""

    account: str
    auth_token: str
    number: str
    addresses: WebhookAddresses = WebhookAddresses()
    lock: RLock = field(default_factory=RLock)
    messages: dict[str, "Message"] = field(default_factory=dict)
    calls: dict[str, "Call"] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)
    open_calls: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    threads: dict[str, list[Line]] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    actions: list[dict[str, str]] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = StoryClock()
        self.ledger = Ledger(self.clock, self.lock)
        self.posts = Posts(self.auth_token, self.ledger, self.lock)
        self.schedule = Schedule(self.clock, self.lock, self.posts.when_quiet)
        self.posts.look_again = self.schedule.look_again
        # What a phone's owner does with an SMS: (phone, sender, body). Set when the parts are put together.
        self.sms_arrived: Callable[[str, str, str], None] = lambda phone, sender, body: None

    def now(self) -> datetime:
        return self.clock.now()

    def soon(self, action: Callable[[], None], seconds: float = 0) -> Due:
        return self.schedule.at(self.now() + timedelta(seconds=seconds), action)

    def person(self, number: str) -> Person:
        """Whoever has this number; a number that nobody set up is listed from its first use on."""
        return self.people.setdefault(number, Person(number))

    def change_person(self, said: Mapping[str, Any]) -> Person:
        person = changed(self.people.get(said.get("number", "")) or Person(str(said.get("number"))), said)
        self.people[person.number] = person
        return person

    def talk(self, sid: str) -> Talk:
        return self.talks.setdefault(sid, Talk())

    def show(self, phone: str, sid: str | None, body: str, is_to_phone: bool) -> None:
        self.threads.setdefault(phone, []).append(Line(sid, is_to_phone, body, self.now(), count(body)))

    def post(
        self,
        purpose: str,
        sid: str,
        url: str,
        parameters: Mapping[str, str],
        done: Callable[[Outcome], None] = lambda outcome: None,
        method: str = "POST",
    ) -> None:
        self.posts.send(Webhook(purpose, sid, url, dict(parameters), secrets.token_hex(16), method), done)

    def is_idle(self) -> bool:
        return self.posts.unfinished == 0 and not self.schedule.is_anything_due()

    def violation(self, code: int, why: str, where: str) -> None:
        self.ledger.add(Kind.VIOLATION, code=code, why=why, where=where)

    def move_time(self, offset: timedelta) -> None:
        self.clock.move_to(offset)
        self.schedule.look_again()

    def reset(self, offset: timedelta) -> None:
        """As just started, with the same webhooks. What is in flight lands first, so that it cannot land afterwards."""
        self.schedule.clear()
        self.posts.clear()
        self.ledger.changed.wait_for(lambda: self.posts.unfinished == 0, timeout=20)
        self._forget()
        self.schedule.clear()
        self.posts.behave(replace(self.posts.badness, duplicate=1, shuffle=False))
        self.clock.offset = offset
        self.ledger.clear()

    def _forget(self) -> None:
        for room in (self.messages, self.calls, self.talks, self.open_calls, self.people, self.threads):
            room.clear()
        for list_ in (self.opted_out, self.actions, self.pressed):
            list_.clear()


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
