"""What comes of asking the provider to send or to ring: it has it, or an error that says what it may have done.

Apart from `twilio_out`, so that a web process may know the error without loading the provider's client.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.dispositions import Trouble


@dataclass(frozen=True)
class Taken:
    """The provider has it: its id for the message or call, and the status it begins with."""

    provider_id: str
    status: str


@dataclass(frozen=True)
class Found:
    """A message or call as the provider has it. `created` is None while it waits there, `body` where it is hidden."""

    provider_id: str
    status: str
    created: datetime | None
    body: str | None = None
    error: int | None = None
    seconds: int | None = None
    answered_by: str | None = None


class ProviderError(Exception):
    """`status` and `code` are the provider's, where it answered; `wait` the seconds it asked for."""

    def __init__(
        self, trouble: Trouble, status: int | None = None, code: int | None = None, wait: float | None = None
    ) -> None:
        super().__init__(f"{trouble.value}, status {status}, code {code}")
        self.trouble = trouble
        self.status = status
        self.code = code
        self.wait = wait
