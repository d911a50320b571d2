"""Who is at the other end of a call: a person of the story, or a real telephone?"""

from collections.abc import Sequence
from typing import Protocol

from gateway.simulator.verbs import Prompt


class FarEnd(Protocol):
    """A phone's bell, mouth and ear, told what to do while the network's lock is held.

    What happens there comes back by `ringing.rings`, `ringing.answer`, `talking.press`, `talking.hang_up` or
    `call_status.finish`. The interpreter of TwiML is the same whoever it is.
    """

    def ring(self, sid: str) -> None: ...

    def speak(self, sid: str, prompts: Sequence[Prompt]) -> float:
        """Seconds until the last of them has been spoken."""

    def listen(self, sid: str) -> None:
        """A Gather waits for keys from now on; its prompts may still be spoken."""

    def be_quiet(self, sid: str) -> None:
        """A key has cut the words short."""

    def put_down(self, sid: str) -> None:
        """The call is over, whoever has ended it."""
