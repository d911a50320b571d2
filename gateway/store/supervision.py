"""What must change after a month, as a supervisor wrote it down?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Table, named_id, to


class ActionItem(Table):
    """Noted against a month, and on every later month's page until somebody closes it. Sealed under the data key."""

    __tablename__ = "action_items"
    id: Mapped[str] = named_id()
    site_id: Mapped[str] = to("sites.id")
    month: Mapped[str] = mapped_column(String(7))  # 2026-03
    words: Mapped[bytes]
    user_id: Mapped[str] = to("users.id", index=False)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = to("users.id", index=False)
