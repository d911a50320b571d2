"""What every table has in common: how columns are typed, named and tied to each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String, TextClause, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gateway.store.types import Json, UtcTime

Plain = dict[str, Any]
OPEN = text("state = 'open'")
CURRENT = text("superseded_at IS NULL")
# Small indexes of what the console's first page looks for among all rows.
STILL_OPEN = text("closed_at IS NULL")
UNANSWERED = text("outcome = 'given up'")
BY_TELEPHONE = text("taken_by IS NOT NULL")
FAILS = text("(bad_since IS NOT NULL OR opted_out_at IS NOT NULL)")
# A migration can only change what has a name.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcTime, Plain: Json, bytes: LargeBinary}  # noqa: RUF012 - SQLAlchemy's own name


def only(where: TextClause) -> dict[str, Any]:
    """Of an index: these rows alone, in either database."""
    return {"postgresql_where": where, "sqlite_where": where}


def named_id() -> Mapped[str]:
    return mapped_column(String(32), primary_key=True)


def reference(target: str, *, closes_ring: bool = False) -> ForeignKey:
    """Checked at the commit: rows of one transaction may be written in any order, and tables may point in a ring."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED", use_alter=closes_ring)


def to(target: str, *, index: bool = True, closes_ring: bool = False) -> Mapped[Any]:
    return mapped_column(String(32), reference(target, closes_ring=closes_ring), index=index)
