"""How does an account begin, what is it allowed, and how does it end?"""

import re
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gateway.accounts import signing
from gateway.store.database import lock
from gateway.store.ids import new_id
from gateway.store.queries.accounts import everywhere_administrators, seal_user, user_by_login
from gateway.store.tables import Grant, Person, Post, User

LOGIN = re.compile(r"[\w.@+-]{2,40}")
LONGEST_NAME = 60


class LastAdministrator(Exception):
    """Nobody could let anybody in any more."""


def is_login(text: str) -> bool:
    return LOGIN.fullmatch(text) is not None


def is_free(session: Session, login: str) -> bool:
    return user_by_login(session, login) is None


def begin_user(
    session: Session, login: str, name: str, language: str, now: datetime, person: Person | None = None
) -> User:
    """Without a password: nobody signs in with it before its owner has chosen one."""
    user_id = new_id(now)
    user = User(
        id=user_id,
        name=seal_user(session, user_id, login, name[:LONGEST_NAME]),
        person_id=person.id if person else None,
        language=language,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def grant(session: Session, user: User, post: Post, site_id: str | None, now: datetime) -> None:
    same = select(Grant.id).where(
        Grant.user_id == user.id, Grant.post == post, Grant.site_id.is_not_distinct_from(site_id)
    )
    if session.scalar(same) is None:
        session.add(Grant(id=new_id(now), user_id=user.id, post=post, site_id=site_id, created_at=now))
        session.flush()


def take_back(session: Session, user: User, grant_id: str) -> None:
    """Raises LastAdministrator."""
    session.execute(delete(Grant).where(Grant.id == grant_id, Grant.user_id == user.id))
    _check(session)


def block(session: Session, user: User, now: datetime) -> None:
    """Every browser of theirs is shut out at once. Raises LastAdministrator."""
    lock(session, User, user.id).blocked_at = now
    signing.sign_out_everywhere(session, user, now)
    session.flush()
    _check(session)


def unblock(user: User) -> None:
    user.blocked_at = None


def _check(session: Session) -> None:
    """Two administrators who demote each other at once must not both succeed."""
    for user_id in session.scalars(select(User.id).order_by(User.id)).all():
        lock(session, User, user_id)
    if not everywhere_administrators(session):
        raise LastAdministrator
