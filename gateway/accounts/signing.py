"""Who is this browser: signing in, being known on the next page, signing out?"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.accounts import guesses, passwords, steps
from gateway.accounts.log import note_access
from gateway.store.database import Database, lock
from gateway.store.queries.accounts import user_by_login
from gateway.store.tables import SignIn, User

LONGEST = timedelta(hours=12)  # a working day
IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Refused:
    """`wait`: how long no guess is heard; nothing means that name, password or digits were wrong."""

    wait: timedelta = timedelta(0)


def sign_in(
    database: Database, login: str, password: str, digits: str, address: str, now: datetime
) -> tuple[User, str] | Refused:
    """The account and the token for its cookie. The slow part is done while no transaction waits for it. Real time."""
    limits = (guesses.of_login(login), guesses.from_address(address))
    wait = database.again(lambda session: guesses.take(session, now, *limits))
    if wait:
        return Refused(wait)
    with database.read() as session:
        user = user_by_login(session, login)
    if not passwords.matches(user.password if user else None, password) or user is None:
        database.again(lambda session: note_access(session, now, user, "sign-in refused"))
        return Refused()
    user_id = user.id
    done = database.again(lambda session: _second(session, user_id, digits, limits, now))
    return done or Refused()


def _second(
    session: Session, user_id: str, digits: str, limits: tuple[guesses.Secret, ...], now: datetime
) -> tuple[User, str] | None:
    """Under the row's lock, so that the same digits sent twice at once open one door."""
    user = lock(session, User, user_id)
    if user.blocked_at or not _is_second_step(session, user, digits, now):
        note_access(session, now, user, "sign-in refused")
        return None
    guesses.forgive(session, *limits)
    note_access(session, now, user, "signed in")
    return user, begin(session, user, now)


def _is_second_step(session: Session, user: User, digits: str, now: datetime) -> bool:
    secret = steps.secret_of(session, user)
    if secret is None:
        return True
    step = steps.step_of(secret, digits, now)
    if step is None or step <= (user.second_step_at or 0):
        return False
    user.second_step_at = step
    return True


def begin(session: Session, user: User, now: datetime) -> str:
    """A token that was never anybody's: what a browser held before signing in opens nothing afterwards."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(id=digest(token), user_id=user.id, began_at=now, seen_at=now))
    return token


def known(session: Session, token: str, now: datetime) -> tuple[SignIn, User] | None:
    """Whoever signed in with it, unless that has ended, is too long ago or too long unused."""
    row = session.get(SignIn, digest(token)) if token else None
    if row is None or row.ended_at or now - row.began_at > LONGEST or now - row.seen_at > IDLE:
        return None
    user = session.get_one(User, row.user_id)
    return None if user.blocked_at else (row, user)


def sign_out(session: Session, row_id: str, user: User, now: datetime) -> None:
    session.execute(
        update(SignIn)
        .where(SignIn.id == row_id, SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def sign_out_everywhere(session: Session, user: User, now: datetime, but: str = "") -> None:
    """Every browser of this account, but perhaps the one it is said from."""
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.id != but)
        .values(ended_at=now)
    )


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
