"""What a human voice has recorded: which sentence of which prompt, in which language, and where it is fetched."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Table, named_id


class Recording(Table):
    """`said` is the hash of the words as they were spoken: other words, and it is not played any more.

    `address` cannot be guessed: whoever asks for it is told nothing but the sound.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index("recordings_of_words", "language", "said"),)
    id: Mapped[str] = named_id()
    place: Mapped[str] = mapped_column(String(200))  # weekly-check/pain, shared/call_silence
    language: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # audio/wav, audio/mpeg
    sound: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
