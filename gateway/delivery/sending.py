"""What leaves now: claim, commit, a last look, and all of one claim to the provider at once."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gateway.clock import Clock
from gateway.delivery.fates import Fate, Left, Settled, TooLate, Unwanted, channel, written
from gateway.phone.outcome import Taken
from gateway.store import marks, outbox
from gateway.store.beats import PROVIDER, beat
from gateway.store.database import Database
from gateway.store.queries.messages import Claimed, claimed
from gateway.store.queries.people import CONSENT_ASKED, number_of
from gateway.store.tables import Call, Kind, Message, Person, Standing

if TYPE_CHECKING:  # a web process takes receipts and never loads what can send
    from gateway.phone.twilio_out import Telephone

AT_ONCE = 10  # rows under one lease and on their way together; the provider's client keeps as many connections
SECONDS_FOR_A_ROUND = 5.0
SECONDS_OF_A_SEND = timedelta(seconds=15)  # connect 3 s, read 10 s, and some: the lease must hold until then
SILENT = (Standing.PAUSED, Standing.STOPPED, Standing.ENDED)


@dataclass(frozen=True)
class Leaving:
    """One claimed row with all that its POST needs, read just before it. `body` is None for a call."""

    row: Message | Call
    number: str
    body: str | None
    seconds_valid: int


@dataclass(frozen=True)
class Office:
    database: Database
    telephone: "Telephone"
    clock: Clock


def drain(
    database: Database,
    telephone: "Telephone",
    clock: Clock,
    rates: outbox.Rates,
    *,
    overdue_by: timedelta = timedelta(0),
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Sends what has been due for at least `overdue_by`, until nothing is or 5 s have passed. How many were taken.

    Cases go before prompts, because the claim hands them out in that order. Raises DatabaseAway.
    """
    office = Office(database, telephone, clock)
    ends, taken, sent = time.monotonic() + SECONDS_FOR_A_ROUND, 0, set[str]()
    while time.monotonic() < ends and not is_ending():
        rows = database.again(
            lambda session: outbox.claim(session, clock.real(), clock.now(session) - overdue_by, AT_ONCE, rates)
        )
        left = _send_all(office, rows, is_ending)
        taken += len(left)
        sent |= {channel(row) for row, fate in left if fate is Left.SENT}
        if not rows or len(left) < len(rows):
            break
    if sent:
        _note_success(database, clock, sent)
    return taken


def _send_all(
    office: Office, rows: list[Message | Call], is_ending: Callable[[], bool]
) -> list[tuple[Message | Call, Left]]:
    """What cannot wait, then the rest, as far as it goes; what stays waits as if it had never been claimed."""
    left: list[tuple[Message | Call, Left]] = []
    for _, together in groupby(rows, key=lambda row: row.kind in outbox.URGENT):
        wave = list(together)
        if is_ending() or any(fate is Left.STOP for _, fate in left) or not _is_time_for(office, wave):
            _put_back(office.database, wave)
        else:
            left += _send(office, wave)
    return [(row, fate) for row, fate in left if fate is not Left.STOP]


def _is_time_for(office: Office, rows: list[Message | Call]) -> bool:
    """Somebody else may soon think them lost: then better not to begin."""
    return all(row.lease_until and row.lease_until - office.clock.real() >= SECONDS_OF_A_SEND for row in rows)


def _send(office: Office, rows: list[Message | Call]) -> list[tuple[Message | Call, Left]]:
    """All at once, each to a phone of its own. The fate of the quick ones is written while the slow are under way."""
    ready = _read(office, rows)
    left = _write(office, [one for one in ready if isinstance(one, Fate)])
    leaving = [one for one in ready if isinstance(one, Leaving)]
    if not leaving:
        return left
    with ThreadPoolExecutor(len(leaving), thread_name_prefix="sending") as lines:
        under_way = {lines.submit(_post, office.telephone, one): one.row for one in leaving}
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            came = [(under_way.pop(one), one) for one in done]
            left += _write(office, [Fate(row, one.exception() or one.result(), posted=True) for row, one in came])
    return left


def _read(office: Office, rows: list[Message | Call]) -> list[Leaving | Fate]:
    """In one look, just before the POSTs."""
    with office.database.read() as session:
        now, found = office.clock.now(session), claimed(session, rows)
        return [_made_ready(session, now, row, found.get(row.id)) for row in rows]


def _made_ready(session: Session, now: datetime, row: Message | Call, found: Claimed | None) -> Leaving | Fate:
    try:
        return _leaving(session, now, row, found)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - its own fault, and not sent: the others must not wait behind it
        return Fate(row, error, posted=False)


def _leaving(session: Session, now: datetime, row: Message | Call, found: Claimed | None) -> Leaving:
    """Raises Unwanted, TooLate, Settled, Erased and CannotOpen."""
    if found is None or found.attempt != row.attempt:
        raise Settled
    if found.to and row.kind == Kind.PROMPT and _is_silent(found.to):
        raise Unwanted
    seconds = int((row.valid_until - now).total_seconds())
    if seconds <= 0:
        raise TooLate
    body = outbox.body_of(session, row) if isinstance(row, Message) else None
    return Leaving(row, number_of(session, found.phone), body, seconds)


def _is_silent(person: Person) -> bool:
    """Whoever sent START after a stop waits for one question, whether she consents again."""
    return person.standing in SILENT and person.standing_why != CONSENT_ASKED


def _post(telephone: "Telephone", leaving: Leaving) -> Taken:
    if leaving.body is None:
        return telephone.call(leaving.row.id, leaving.number)
    return telephone.send(leaving.row.id, leaving.number, leaving.body, leaving.seconds_valid)


def _write(office: Office, fates: Iterable[Fate]) -> list[tuple[Message | Call, Left]]:
    """Each write is fenced, so that together they cannot undo what a receipt knew better."""
    fates = list(fates)
    if not fates:
        return []

    def write(session: Session) -> list[tuple[Message | Call, Left]]:
        now = office.clock.now(session)
        return [(fate.row, written(session, office.clock, now, fate)) for fate in fates]

    return office.database.again(write)


def _note_success(database: Database, clock: Clock, channels: set[str]) -> None:
    with database.write() as session:
        beat(session, PROVIDER, clock.real())
        for stopped in channels & marks.stopped_channels(session).keys():
            marks.open_channel(session, stopped)


def _put_back(database: Database, rows: list[Message | Call]) -> None:
    """What was claimed and surely not sent waits as if it had never been claimed; what has its fate keeps it."""
    with database.write() as session:
        for row in rows:
            outbox.retry_later(session, row, row.attempt, row.not_before)
