"""What time is it in the story?"""

from datetime import UTC, datetime, timedelta


class StoryClock:
    """Real time plus an offset; the offset only grows, as time does."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_to(self, offset: timedelta) -> None:
        if offset < self.offset:
            raise ValueError("story time does not run backwards")
        self.offset = offset


def iso(moment: datetime) -> str:
    """For /control, to the millisecond: 2026-10-05T09:00:00.000+00:00"""
    return moment.isoformat(timespec="milliseconds")


def rfc2822(moment: datetime | None) -> str | None:
    """As Twilio writes dates: Mon, 05 Oct 2026 09:00:00 +0000"""
    return None if moment is None else moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
