"""What time is it in the story?"""

from datetime import UTC, datetime, timedelta


class StoryClock:
    """Real time plus an offset, which only grows, as time does; or it stands at a moment until it is moved on."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        return self._stands_at or datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        return self._stands_at - datetime.now(UTC) if self._stands_at else self._offset

    def move_to(self, offset: timedelta) -> None:
        if offset < self.offset:
            raise ValueError("story time does not run backwards")
        self.begin_at(offset)

    def stand(self, at: datetime) -> None:
        """Nothing comes by itself from here on, so that all comes in one order however slow the machine is."""
        if at < self.now():
            raise ValueError("story time does not run backwards")
        self._stands_at = at

    def begin_at(self, offset: timedelta) -> None:
        self._offset, self._stands_at = offset, None


def iso(moment: datetime) -> str:
    """For /control, to the millisecond: 2026-10-05T09:00:00.000+00:00"""
    return moment.isoformat(timespec="milliseconds")


def rfc2822(moment: datetime | None) -> str | None:
    """As Twilio writes dates: Mon, 05 Oct 2026 09:00:00 +0000"""
    return None if moment is None else moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
