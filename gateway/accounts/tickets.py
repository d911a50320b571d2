"""How does somebody without a password come in: by a code for one use, as the first administrator or as an account?"""

import base64
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.accounts import signing, steps
from gateway.accounts.log import note_access
from gateway.accounts.users import begin_user, grant
from gateway.store.ids import new_id
from gateway.store.queries.accounts import is_there_any, ticket_with
from gateway.store.tables import Post, Ticket, User

FIRST_VALID = timedelta(hours=2)
VALID = timedelta(days=3)
BYTES = 10  # 80 bits: sixteen signs that can be read over the telephone


class Unusable(StrEnum):
    """Why a ticket opens nothing."""

    WRONG = "wrong"
    TAKEN = "taken"


def first_run(session: Session, now: datetime) -> str | None:
    """A new code for the first administrator; older ones end. None once there is any account.

    Whoever reads it stood at the machine, or may read its terminal: nobody else may be the first.
    """
    if is_there_any(session):
        return None
    session.execute(update(Ticket).where(Ticket.user_id.is_(None), Ticket.used_at.is_(None)).values(used_at=now))
    return _write(session, None, now, FIRST_VALID)


def invite(session: Session, user: User, now: datetime) -> str:
    """A code by which this account's owner chooses a password, the first or a new one; older ones end."""
    session.execute(update(Ticket).where(Ticket.user_id == user.id, Ticket.used_at.is_(None)).values(used_at=now))
    return _write(session, user.id, now, VALID)


def begin_first(
    session: Session, code: str, login: str, name: str, password: str, language: str, now: datetime
) -> User | Unusable:
    """The first administrator, who coordinates everywhere too until there are others. Only while there is nobody."""
    ticket = ticket_with(session, _digest(code), now)
    if ticket is None or ticket.user_id is not None:
        return Unusable.WRONG
    if is_there_any(session):
        return Unusable.TAKEN
    ticket.used_at = now
    user = begin_user(session, login, name, language, now)
    user.password = password
    for post in (Post.ADMINISTRATOR, Post.COORDINATOR):
        grant(session, user, post, None, now)
    note_access(session, now, user, "first administrator")
    return user


def choose(session: Session, code: str, password: str, now: datetime) -> User | Unusable:
    """A password for the account of this code. Whoever was signed in as it is no more; the second step begins anew."""
    ticket = ticket_with(session, _digest(code), now)
    if ticket is None or ticket.user_id is None:
        return Unusable.WRONG
    user = session.get_one(User, ticket.user_id)
    if user.blocked_at:
        return Unusable.WRONG
    ticket.used_at, user.password = now, password
    steps.take_away(user)
    signing.sign_out_everywhere(session, user, now)
    note_access(session, now, user, "password by code")
    return user


def _write(session: Session, user_id: str | None, now: datetime, valid: timedelta) -> str:
    code = base64.b32encode(secrets.token_bytes(BYTES)).decode()
    session.add(Ticket(id=new_id(now), digest=_digest(code), user_id=user_id, valid_until=now + valid))
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def _digest(code: str) -> str:
    """However it was typed: small letters, other dashes, a 0 for an O."""
    typed = "".join(sign for sign in code.upper() if sign.isalnum()).translate(str.maketrans("018", "OIB"))
    return signing.digest(f"ticket {typed}")
