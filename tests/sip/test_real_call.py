"""Does a real telephone call, over SIP and RTP with a synthetic voice and real keys, end with what was pressed?"""

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core.ringing import RING_BACK
from gateway.demo import drive
from gateway.demo.village import Village
from gateway.phone.twiml import SECONDS_FOR_ONE_KEY, SECONDS_FOR_TWO_KEYS
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Answer, Call, Conversation, Score
from tests.sip import speech
from tests.sip.baresip import is_installed
from tests.sip.real_call import RealCall, Turn, real_call
from tests.sip.turns import ANSWERS, LONE_ONE, NUMBERS, PATIENT, SCORES, TURNS

pytestmark = [
    pytest.mark.skipif(not is_installed(), reason="baresip or espeak-ng is not installed"),
    pytest.mark.timeout(600),  # a call of one minute and a whole gateway; a busy machine takes its time
]

A_BIT, LONG = 0.3, 5.0  # seconds
MOST = 0.5  # of what was said; a busy machine begins to speak a second late, before the same key


@pytest.mark.parametrize("language", TURNS)
def test_what_she_presses_on_a_real_telephone_is_in_the_database(language: str, tmp_path: Path) -> None:
    """Amid a wrong key, a silence, a 1 with a pause and a 10; each turn holds the words that must come before it."""
    code = PATIENT[language]
    with real_call(tmp_path, NUMBERS[code]) as call:
        call.play(code, TURNS[language])
        drive.settle(call.place)
        with call.place.database.read() as session:
            assert stored(session, code) == (ANSWERS, SCORES)
            assert (conversation(session, code).state, conversation(session, code).outcome) == ("ended", "finished")
    check_the_provider(call)
    check_the_waits(call, TURNS[language])
    check_what_was_heard(call)


def test_a_hang_up_in_mid_question_leaves_it_open_and_she_is_rung_back(tmp_path: Path) -> None:
    """What she had answered stays; five minutes later her telephone rings at the question that was open."""
    with real_call(tmp_path, NUMBERS["juma"]) as call:
        call.ask("juma")
        call.pick_up()
        for turn in (Turn("Hello.", "1"), *(Turn("For yes, press 1. For no, press 2.", "2"),) * 6):
            call.take(turn)
        call.take(Turn("How bad was your pain at its worst?", hangs_up=True))
        call.ends()
        drive.settle(call.place)
        drive.jump(call.place, left_open(call.place) + RING_BACK)
        call.pick_up()
        call.take(Turn("Hello.", "1"))
        call.take(Turn("Back to your questions. Think of the last seven days. How bad was your pain", hangs_up=True))
        call.ends()
    check_the_provider(call)


def left_open(place: Village) -> datetime:
    """When the gateway has weighed the call, which is over; the conversation is not."""
    with place.database.read() as session:
        row = session.scalars(select(Call)).one()
        assert row.receipt == "completed"
        assert conversation(session, "juma").state == "open"
        assert stored(session, "juma") == ({"danger": "no"}, {})
        assert row.weighed_at
        return row.weighed_at


def stored(session: Session, code: str) -> tuple[dict[str, object], dict[str, float]]:
    whose = person_by_code(session, code)
    assert whose
    answers = session.scalars(select(Answer).where(Answer.person_id == whose.id, Answer.superseded_at.is_(None)))
    scores = session.scalars(select(Score).where(Score.person_id == whose.id))
    return {one.question: one.word or one.number for one in answers}, {one.name: one.value for one in scores}


def conversation(session: Session, code: str) -> Conversation:
    whose = person_by_code(session, code)
    assert whose
    return session.scalars(select(Conversation).where(Conversation.person_id == whose.id)).one()


def check_the_provider(call: RealCall) -> None:
    """The gateway answers 403 to what is not signed; each answer was TwiML. A busy machine may be asked once more."""
    assert call.of("violation") == call.of("lost") == []
    assert 403 not in {entry["status"] for entry in call.of("webhook")}
    assert all(entry["heard"] for entry in call.of("pressed"))


def check_the_waits(call: RealCall, turns: tuple[Turn, ...]) -> None:
    """Eight seconds behind the words where no key comes, six for the 0 behind a lone 1. How soon it goes on after all
    else is for the machine to say."""
    utterances = call.spoken()
    keys = [call.at(entry) for entry in call.of("pressed")]
    for number, turn in enumerate(turns):
        said, then = utterances[number], utterances[number + 1]
        last = max([said.ends, *(key for key in keys if key < then.begins)])
        waited = 0 if turn.keys else SECONDS_FOR_ONE_KEY
        waited = SECONDS_FOR_TWO_KEYS if number == LONE_ONE else waited
        assert then.begins - last > waited - A_BIT, then


def check_what_was_heard(call: RealCall) -> None:
    """Her earpiece gave what the provider says it said; before her first key the greeting alone, in a silence nothing.

    Most prompts are cut short by her key after a second. Those leave too little to compare, and count by their length.
    """
    heard, utterances = speech.loudness(call.phone.heard()), call.spoken()
    said = [(each.begins, each.ends, speech.levels(speech.spoken(each.texts))) for each in utterances]
    likenesses = zip(utterances, speech.likenesses(heard, said), strict=True)
    assert [(each.texts, like) for each, like in likenesses if each.seconds > LONG and like < speech.ALIKE] == []
    sounded = sum(speech.seconds_loud(between(levels, 0, ends - begins)) for begins, ends, levels in said)
    assert MOST < speech.seconds_loud(heard) / sounded < 1 + A_BIT
    before_any_key = between(heard, 0, call.at(call.of("pressed")[0]) - A_BIT)
    assert speech.seconds_loud(before_any_key) <= speech.seconds_loud(said[0][2]) + A_BIT
    for each, then in pairwise(utterances):
        assert speech.seconds_loud(between(heard, each.ends + 2, then.begins - 3)) < A_BIT


def between(heard: list[int], begins: float, ends: float) -> list[int]:
    return heard[int(begins / speech.FRAME) : max(0, int(ends / speech.FRAME))]
