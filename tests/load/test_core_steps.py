"""How many steps a second does the core take, the conversation saved and loaded between two of them?"""

import pytest

from tests.core.talk import SMS, Talk
from tests.faults.figures import Tell
from tests.load.rounds import interleaved

WEEKLY = ("1", "2", "3", "1", "2", "3", "0", "1")
CONVERSATIONS, ROUNDS = 100, 7


@pytest.mark.soak
def test_steps_of_the_core(tell: Tell) -> None:
    def ours(_: int) -> int:
        for _conversation in range(CONVERSATIONS):
            Talk(SMS, *WEEKLY)
        return CONVERSATIONS * (len(WEEKLY) + 1)

    found = interleaved(ours, ours, ROUNDS)
    tell(f"\n{'steps of the core, saved and loaded':48} {found.ours:9.0f}/s")
