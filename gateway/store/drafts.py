"""What is being written: a flow that nobody is asked by yet, an advice that no doctor is sent yet."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Plain, Table, named_id, to
from gateway.store.types import Json


class FlowDraft(Table):
    """One at most of each flow, whoever works at it. `revision` grows with each change: an older page changes nothing.

    `base_id`: the version that it began from, none for a flow that is new.
    """

    __tablename__ = "flow_drafts"
    id: Mapped[str] = named_id()
    flow: Mapped[str] = mapped_column(String(40), unique=True)
    base_id: Mapped[str | None] = to("flow_versions.id", index=False)
    source: Mapped[str] = mapped_column(deferred=True)
    shared: Mapped[str] = mapped_column(deferred=True)
    # {code: [[place, written, said], ...]}: only what was translated here; the rest is the base's
    translations: Mapped[Plain] = mapped_column(Json, deferred=True)
    tests: Mapped[Plain] = mapped_column(Json)  # {name: transcript}
    authors: Mapped[Plain] = mapped_column(Json)  # {account: revision of its last change}; none of them approves it
    approvals: Mapped[Plain] = mapped_column(Json)  # {"limits": {"by": account, "name": ..., "at": ...}}
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = to("users.id", index=False)
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class AdviceDraft(Table):
    """One at most of each advice, as of a flow. The approval is a clinician's, of exactly this revision's words."""

    __tablename__ = "advice_drafts"
    id: Mapped[str] = named_id()
    name: Mapped[str] = mapped_column(String(40), unique=True)
    source: Mapped[str]
    authors: Mapped[Plain] = mapped_column(Json)  # {account: revision of its last change}; none of them approves it
    approval: Mapped[Plain] = mapped_column(Json)  # {"by": account, "name": ..., "at": ...}, or {}
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = to("users.id", index=False)
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
