"""What has a person recorded to be heard on calls?"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Table, named_id


class Recording(Table):
    """One text in one language, as somebody has spoken it. It is played where exactly this text is to be said.

    Nothing in it is about a patient, and nothing is sealed: a text with a name, a time or a number is never recorded.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index("recordings_of_a_text", "language", "digest"),)
    id: Mapped[str] = named_id()
    address: Mapped[str] = mapped_column(String(32), unique=True)  # 128 bits of chance: the provider brings no password
    language: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(120), index=True)  # for which it was made: weekly-check/pain/voice
    text: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))  # core.aloud.digest of the text
    kind: Mapped[str] = mapped_column(String(4))  # wav, mp3
    seconds: Mapped[float]
    sound: Mapped[bytes | None] = mapped_column(deferred=True)  # none once it was withdrawn
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
