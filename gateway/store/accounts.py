"""Who may use the console, as what and where; who is signed in; who saw or changed what; and what people wrote."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Table, named_id, to
from gateway.store.types import OneOf


class Post(StrEnum):
    """What somebody is at the console. Each is held at one site and all beneath it, or everywhere."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    CLINICIAN = "clinician"
    SUPERVISOR = "supervisor"  # sees everything there, touches no patient and no case
    EDITOR = "flow editor"


class User(Table):
    """A console account. Names are sealed under the data key: there are few, so one is found by opening them all."""

    __tablename__ = "users"
    id: Mapped[str] = named_id()
    name: Mapped[bytes]  # sealed JSON {"login": ..., "name": ...}
    password: Mapped[str | None]  # argon2id; null until its owner has chosen one
    second_step: Mapped[bytes | None]  # sealed: the secret behind the six digits
    second_step_at: Mapped[int | None]  # the last time step whose digits were taken: none counts twice
    person_id: Mapped[str | None] = to("people.id")  # the clinician or coordinator as whom this account acts
    language: Mapped[str] = mapped_column(String(20))
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Grant(Table):
    """`site_id` null: everywhere."""

    __tablename__ = "grants"
    id: Mapped[str] = named_id()
    user_id: Mapped[str] = to("users.id")
    post: Mapped[Post] = mapped_column(OneOf(Post, 20))
    site_id: Mapped[str | None] = to("sites.id")
    created_at: Mapped[datetime]


class SignIn(Table):
    """One browser of one person (real times). `id` is the digest of what its cookie says: the row opens nothing."""

    __tablename__ = "sign_ins"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = to("users.id")
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Ticket(Table):
    """A code for one use, by which somebody chooses a password; without a user the first administrator (real times)."""

    __tablename__ = "tickets"
    id: Mapped[str] = named_id()
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str | None] = to("users.id")
    valid_until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Guess(Table):
    """How often something secret was guessed wrong in a row, and from when on the next guess is heard (real time)."""

    __tablename__ = "guesses"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # keyed index of the account or address
    wrong: Mapped[int]
    last_at: Mapped[datetime]
    free_at: Mapped[datetime]


class Access(Table):
    """Who saw or changed what; append-only."""

    __tablename__ = "access_log"
    __table_args__ = (Index("access_log_at", "at"),)
    id: Mapped[str] = named_id()
    at: Mapped[datetime]
    user_id: Mapped[str | None] = to("users.id")
    what: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str | None] = to("people.id")
    case_id: Mapped[str | None] = to("cases.id", index=False)


class Note(Table):
    """What somebody wrote at the console about a patient: a reason, a plan. Sealed under the patient's key."""

    __tablename__ = "notes"
    __table_args__ = (Index("notes_of_case", "case_id"),)
    id: Mapped[str] = named_id()
    person_id: Mapped[str] = to("people.id")
    case_id: Mapped[str | None] = to("cases.id", index=False)
    user_id: Mapped[str] = to("users.id", index=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))  # close, hand over, plan, pause, ...
    words: Mapped[bytes]
