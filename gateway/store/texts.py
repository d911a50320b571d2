"""Long texts that many versions share: kept once each, under a digest of what they say."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from gateway.store.base import Table
from gateway.store.types import Json

Given = TypeVar("Given")
KEPT_AT_MOST = 200


class Text(Table):
    """It never changes: another wording is another row."""

    __tablename__ = "texts"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[Any] = mapped_column(Json)


def keep(session: Session, content: object) -> str:
    """Its digest: SHA-256 of the JSON, 64 hex digits."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(written.encode()).hexdigest()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(Text).values(digest=digest, content=content).on_conflict_do_nothing())
    return digest


def read(session: Session, digest: str, made: Callable[[Any], Given]) -> Given:
    """What `made` makes of it, once in this process: a digest says always the same."""
    key = (digest, made)
    if key not in _KEPT:
        if len(_KEPT) >= KEPT_AT_MOST:
            _KEPT.clear()
        _KEPT[key] = made(session.get_one(Text, digest).content)
    found: Given = _KEPT[key]
    return found


_KEPT: dict[tuple[str, Callable[[Any], Any]], Any] = {}
