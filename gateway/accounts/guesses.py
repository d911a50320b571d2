"""How is guessing made slow, without shutting out whoever only mistypes?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gateway.store.sealing import keys_of
from gateway.store.tables import Guess

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Secret:
    """What is guessed at, or from where; after `free` wrong guesses each one more doubles the wait."""

    name: str
    free: int


def of_login(login: str) -> Secret:
    return Secret(f"login {login.casefold()}", free=5)


def from_address(address: str) -> Secret:
    """A whole clinic, and behind a proxy everybody, may share one."""
    return Secret(f"from {address}", free=60)


def of_ticket() -> Secret:
    """Codes of 80 bits cannot be guessed; this keeps the database from being asked all day."""
    return Secret("ticket", free=200)


def take(session: Session, now: datetime, *secrets: Secret) -> timedelta:
    """How long to wait; nothing means that a guess is heard, and counted as wrong until `forgive`. Real time."""
    session.execute(delete(Guess).where(Guess.last_at < now - FORGOTTEN_AFTER))
    rows = [_row(session, secret, now) for secret in secrets]
    wait = max(row.free_at - now for row in rows)
    if wait > timedelta(0):
        return wait
    for secret, row in zip(secrets, rows, strict=True):
        row.wrong, row.last_at = row.wrong + 1, now
        row.free_at = now + _pause(row.wrong - secret.free)
    session.flush()
    return timedelta(0)


def forgive(session: Session, *secrets: Secret) -> None:
    names = [_name(session, secret) for secret in secrets]
    session.execute(delete(Guess).where(Guess.name.in_(names)))


def _row(session: Session, secret: Secret, now: datetime) -> Guess:
    name = _name(session, secret)
    row = session.get(Guess, name, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        row = Guess(name=name, wrong=0, last_at=now, free_at=now)
        session.add(row)
        session.flush()
    return row


def _pause(over: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta(0)


def _name(session: Session, secret: Secret) -> str:
    """Keyed: what somebody typed as a login, or an address, is not kept in clear."""
    return keys_of(session).index(secret.name)
