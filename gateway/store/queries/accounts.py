"""Which console accounts are there, what may each do where, and who is signed in?"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gateway.store.sealing import seal, unseal
from gateway.store.tables import Access, Case, Grant, Person, Post, SignIn, Site, Ticket, User


class Named(NamedTuple):
    login: str
    name: str


def users(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.id)))


def is_there_any(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is not None


def named(session: Session, user: User) -> Named:
    plain = unseal(session, user.name, table="users", column="name", row=user.id, person=None)
    return Named(**json.loads(plain))


def seal_user(session: Session, user_id: str, login: str, name: str) -> bytes:
    plain = json.dumps({"login": login, "name": name}, ensure_ascii=False)
    return seal(session, plain, table="users", column="name", row=user_id, person=None)


def user_by_login(session: Session, login: str) -> User | None:
    wanted = login.strip().casefold()
    return next((user for user in users(session) if named(session, user).login.casefold() == wanted), None)


def grants_of(session: Session, user_id: str) -> list[Grant]:
    return list(session.scalars(select(Grant).where(Grant.user_id == user_id).order_by(Grant.id)))


def grants(session: Session) -> list[Grant]:
    return list(session.scalars(select(Grant).order_by(Grant.id)))


def sites_beneath(session: Session, roots: Collection[str]) -> frozenset[str]:
    """These sites and all below them in the tree."""
    parents = {site: above for site, above in session.execute(select(Site.id, Site.parent_id))}  # noqa: C416 - rows
    found = set(roots) & set(parents)
    grew = True
    while grew:
        more = {site for site, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return frozenset(found)


def everywhere_administrators(session: Session) -> int:
    """Accounts that can let others in anywhere: the last one is neither blocked nor demoted."""
    able = select(func.count(func.distinct(User.id))).join(Grant, Grant.user_id == User.id)
    able = able.where(Grant.post == Post.ADMINISTRATOR, Grant.site_id.is_(None), User.blocked_at.is_(None))
    return session.scalar(able.where(User.password.is_not(None))) or 0


def sign_ins_of(session: Session, user_id: str, since: datetime) -> list[SignIn]:
    mine = select(SignIn).where(SignIn.user_id == user_id, SignIn.began_at > since, SignIn.ended_at.is_(None))
    return list(session.scalars(mine.order_by(SignIn.seen_at.desc())))


def ticket_with(session: Session, digest: str, now: datetime) -> Ticket | None:
    usable = (Ticket.digest == digest, Ticket.used_at.is_(None), Ticket.valid_until > now)
    return session.scalars(select(Ticket).where(*usable).with_for_update()).first()


class Seen(NamedTuple):
    access: Access
    person: Person | None
    case: Case | None


def accesses(session: Session, user_id: str | None, person_id: str | None, before: str, limit: int) -> list[Seen]:
    """Newest first; `before` is the id of the last one of the page before, or empty."""
    wanted: Select[Access, Person, Case] = (
        select(Access, Person, Case)
        .outerjoin(Person, Person.id == Access.person_id)
        .outerjoin(Case, Case.id == Access.case_id)
        .order_by(Access.id.desc())
        .limit(limit)
    )
    if user_id:
        wanted = wanted.where(Access.user_id == user_id)
    if person_id:
        wanted = wanted.where(Access.person_id == person_id)
    if before:
        wanted = wanted.where(Access.id < before)
    return [Seen(*row) for row in session.execute(wanted)]
