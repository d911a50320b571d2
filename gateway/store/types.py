"""Column types: aware UTC times everywhere, words of a list, and plain JSON."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def as_stored(moment: datetime) -> datetime:
    """Cut to milliseconds, as every column does: what is kept as JSON must not fall due later than its column says."""
    return EPOCH + (moment - EPOCH) // MILLISECOND * MILLISECOND


class UtcTime(TypeDecorator[datetime]):
    """`timestamptz` in PostgreSQL, whole milliseconds in SQLite, cut to milliseconds in both. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        milliseconds = (value - EPOCH) // MILLISECOND
        return milliseconds if dialect.name == "sqlite" else EPOCH + timedelta(milliseconds=milliseconds)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return EPOCH + timedelta(milliseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC)


Choice = TypeVar("Choice", bound=StrEnum)


class OneOf(TypeDecorator[Choice]):
    """A StrEnum as plain text; read back as its member, so that `is` means what it says."""

    impl = String
    cache_ok = True

    def __init__(self, choices: type[Choice], length: int) -> None:
        super().__init__(length)
        self.choices = choices

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.choices(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        return None if value is None else self.choices(value)


Json = JSON().with_variant(JSONB(), "postgresql")
