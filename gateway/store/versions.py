"""What has been published, and never changes again: flows and advice."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Plain, Table, named_id
from gateway.store.types import Json


class FlowVersion(Table):
    """A draft, or a published version that never changes: file, shared words, catalogs and words of each language.

    Those three are long and are fetched only where somebody asks for them; what was read from a published one is kept.
    Catalogs and words stand in `texts`, since nearly all versions share them; those of before 0019 hold them here.
    """

    __tablename__ = "flow_versions"
    __table_args__ = (UniqueConstraint("flow", "number"), Index("newest_flow_version", "published_at", "id"))
    id: Mapped[str] = named_id()
    flow: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int]
    source: Mapped[str] = mapped_column(deferred=True)
    shared: Mapped[str] = mapped_column(deferred=True)
    # {code: {"catalog": digest of [[place, written, said], ...], "words": digest of {...}, "voice": {...}}}
    languages: Mapped[Plain] = mapped_column(Json, deferred=True)
    tests: Mapped[Plain | None] = mapped_column(Json, deferred=True)  # {name: transcript}; none: not known
    approved_by: Mapped[Plain] = mapped_column(Json)  # {"limits": name, ...}
    published_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AdviceVersion(Table):
    """What a clinician is told to do about a symptom, as its file said it; a version never changes."""

    __tablename__ = "advice_versions"
    __table_args__ = (UniqueConstraint("name", "number"),)
    id: Mapped[str] = named_id()
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    source: Mapped[str]
    published_at: Mapped[datetime]
    created_at: Mapped[datetime]
