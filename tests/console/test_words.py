"""Whatever a case may do stands in words on its page."""

from gateway.console.words import WORDS
from gateway.core.life import Move, Promise, State
from gateway.enrolment.standing import End, Pause
from gateway.store.tables import Post, Standing


def test_every_word_of_the_rows_can_be_said() -> None:
    """When this fails: give the new word a sentence in `gateway/console/words.py`, then `make translate`."""
    lacking = {
        "case event": set(Move) - set(WORDS["case event"]),
        "case state": set(State) - set(WORDS["case state"]),
        "next action": set(Promise) - set(WORDS["next action"]),
        "post": set(Post) - set(WORDS["post"]),
        "standing": set(Standing) - set(WORDS["standing"]),
        "standing why": {*Pause, *End} - set(WORDS["standing why"]),
    }
    assert {kind: words for kind, words in lacking.items() if words} == {}
