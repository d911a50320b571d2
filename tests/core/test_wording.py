"""Is what is said complete, in her language, and as cheap as it can be?"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from gateway.commands.talk import rendered
from gateway.core.answers import Channel
from gateway.core.comparing import Course
from gateway.core.events import (
    Asked,
    Breached,
    Declined,
    EmergencyTold,
    Event,
    Finished,
    Greeted,
    HungUp,
    KeywordHeard,
    LeftToPerson,
    MenuOffered,
    Postponed,
    ReadBack,
    RedFlagged,
    Resumed,
    Said,
    SkippedAtGate,
    Suspended,
    Why,
)
from gateway.core.flow import Ask, Flow, Level
from gateway.core.questions import question_count, question_number, written
from gateway.core.segments import plain
from gateway.core.wording import HangUpNow, Listen, Speak, phrase, segments, sms, voice
from tests.core.shipped import FACTS, WORDED, flow, language

WEEKLY = flow("weekly-check")
EN, ZH = language("en"), language("zh_CN")
GOLDEN = Path(__file__).parents[1] / "golden"
# UCS-2 has room for 70 signs, and these need as many as English; Spanish, French and Portuguese need a third more.
SMS_A_TURN = {"hi": 2, "ar": 2, "vi": 2, "es": 2, "fr": 2, "pt": 2}  # else 1
REWRITE = "REWRITE_GOLDEN" in os.environ  # REWRITE_GOLDEN=1 pytest tests/core/test_wording.py; then read the diff
SEVERE = Breached("severe_pain", Level.RED, (("pain", 8),))
DANGER = Breached("danger", Level.NOW, (("danger", "yes"),))


def texts(pieces: tuple[Speak | Listen | HangUpNow, ...]) -> list[str]:
    return [piece.text for piece in pieces if isinstance(piece, Speak)]


def test_a_question_says_its_number_its_scale_and_how_to_answer() -> None:
    assert sms(WEEKLY, EN, [Asked("pain")], FACTS) == (
        "Question 1 of 6. In the last 7 days, how bad was your pain at its worst? "
        "0 = no pain, 5 = medium, 10 = the worst pain. Reply with one number."
    )


def test_chinese_needs_no_spaces_between_sentences() -> None:
    said = sms(WEEKLY, ZH, [Asked("pain")], FACTS)
    assert " " not in said
    assert segments(said).count == 1


def test_the_danger_gate_and_questions_for_some_have_no_number() -> None:
    numbers = [question_number(WEEKLY, step) for step in WEEKLY.questions().values()]
    assert numbers == [None, 1, None, None, 2, 3, 4, 5, 6]
    assert question_count(WEEKLY) == 6


def test_a_turn_is_one_sms_with_a_sentence_a_line() -> None:
    first, second = sms(WEEKLY, EN, [SEVERE, Asked("pain_now")], FACTS).split("\n")
    assert first == "We are telling Dr Baraka. If no one phones by 10:30, phone 0700000001. If it gets worse, call 112."
    assert second == "Is it that bad now? Reply 1 = yes, 2 = no."


def test_nothing_said_is_no_sms() -> None:
    assert sms(WEEKLY, EN, [Suspended(), HungUp()], FACTS) == ""
    assert segments("").count == 0


def test_whom_to_phone_is_said_once_in_a_turn() -> None:
    said = sms(WEEKLY, EN, [SkippedAtGate("danger"), LeftToPerson("danger"), Asked("pain")], FACTS)
    assert said.count("0700000001") == 1
    assert "sorry" not in sms(WEEKLY, EN, [LeftToPerson("pain")], FACTS)
    assert sms(WEEKLY, EN, [SkippedAtGate("pain", patient_knows=True), LeftToPerson("pain")], FACTS)


def test_two_numbers_are_named() -> None:
    said = sms(WEEKLY, EN, [Asked("pain", Why.TWO_NUMBERS, heard=("5", "6"))], FACTS)
    assert said.startswith("You sent 5 and 6. Please send one number, the worst: 0 = no pain, 10 = the worst pain.")
    assert sms(WEEKLY, ZH, [Asked("pain", Why.TWO_NUMBERS, heard=("5", "6"))], FACTS).startswith("您发了5和6。")


def test_a_fact_that_is_missing_is_loud() -> None:
    with pytest.raises(KeyError, match="deadline"):
        sms(WEEKLY, EN, [LeftToPerson("pain")], {name: fact for name, fact in FACTS.items() if name != "deadline"})
    with pytest.raises(KeyError, match="no_such_word"):
        phrase(WEEKLY, EN, "no_such_word", {})


def test_a_fact_with_braces_stays_as_it_is() -> None:
    said = phrase(WEEKLY, EN, "sorry", {**FACTS, "deadline": "{name}"})
    assert "{name}" in said


def test_a_danger_sign_on_a_call_is_said_twice_slowly_and_not_cut_short() -> None:
    said = voice(WEEKLY, EN, [DANGER, Suspended(), HungUp()], FACTS)
    assert len(said) == 3
    assert said[0] == said[1]
    assert isinstance(said[0], Speak)
    assert said[0].slow
    assert said[0].uninterrupted
    assert said[-1] == HangUpNow()


def test_numbers_to_dial_are_said_digit_by_digit() -> None:
    (said,) = texts(voice(WEEKLY, EN, [SEVERE], FACTS))
    assert "0 7 0 0 0 0 0 0 0 1" in said
    assert "1 1 2" in said


def test_before_the_first_key_a_call_names_nothing_but_the_clinic_and_her() -> None:
    said = " ".join(texts(voice(WEEKLY, EN, [Greeted()], FACTS)))
    assert "pain" not in said
    assert "week" not in said
    for end in (Postponed(), Declined()):
        assert texts(voice(WEEKLY, EN, [end], FACTS)) == ["Thank you. Goodbye."]


def test_silence_and_a_wrong_key_never_sound_the_same() -> None:
    silent = texts(voice(WEEKLY, EN, [Asked("pain", Why.NO_KEY)], FACTS))
    wrong = texts(voice(WEEKLY, EN, [Asked("pain", Why.WRONG_KEY)], FACTS))
    assert silent[0] == "No key yet. Take your time."
    assert wrong[0] == "That is not a number from 0 to 10. 0 is no pain, 10 is the worst pain."


def test_a_scale_to_ten_listens_for_two_keys() -> None:
    assert voice(WEEKLY, EN, [Asked("pain")], FACTS)[-1] == Listen("scale", 2)
    assert voice(WEEKLY, EN, [Asked("pain_now")], FACTS)[-1] == Listen("yes_no", 1)
    assert voice(WEEKLY, EN, [Asked("danger", part=0)], FACTS)[-1] == Listen("yes_no", 1)


def test_a_lone_one_offers_ten() -> None:
    assert "For ten, press 0" in texts(voice(WEEKLY, EN, [ReadBack("pain", 1)], FACTS))[0]
    assert "ten" not in texts(voice(WEEKLY, EN, [ReadBack("pain", 8)], FACTS))[0]
    assert "belly" in texts(voice(WEEKLY, EN, [ReadBack("pain_where", 3)], FACTS))[0]


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "count"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 153, "GSM-7", 306, 3),  # an escape is not split: 76, 76 and 1
        ("疼" * 70, "UCS-2", 70, 1),
        ("疼" * 71, "UCS-2", 71, 2),
        ("a" * 66 + "🙏" * 3, "UCS-2", 72, 2),
    ],
)
def test_segments_are_counted_as_the_network_counts(text: str, encoding: str, characters: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.characters, found.count) == (encoding, characters, count)


@given(st.text(alphabet=st.sampled_from("aé€[疼🙏\n’"), min_size=1, max_size=400))
def test_segments_agree_with_another_counter(text: str) -> None:
    assert segments(text).count == len(smsutil.split(text).parts)


def test_a_curly_quote_does_not_double_the_price() -> None:
    assert plain("Dr Baraka’s clinic – “hello”…") == 'Dr Baraka\'s clinic - "hello"...'
    assert plain("您好，“退订”") == "您好，“退订”"


def test_accents_are_kept_where_they_cost_nothing() -> None:
    assert plain("¿Cuánto le duele ahora? 1 = sí, 2 = no.") == "¿Cuánto le duele ahora? 1 = sí, 2 = no."


def test_accents_that_would_cost_another_sms_are_left_out() -> None:
    accented = "Não há ninguém. À família, é só chamar: François, cœur, coração, mañana. "
    assert plain(accented * 2) == "Nao ha ninguém. A familia, é so chamar: Francois, coeur, coracao, mañana. " * 2


def test_a_text_that_needs_its_marks_keeps_all_of_them() -> None:
    vietnamese = "Hôm nay, ông bà có bị chảy máu không? Trả lời 1 = có, 2 = không. Nếu khó, không cần làm gì."
    assert segments(vietnamese).count == 2
    assert plain(vietnamese) == vietnamese


ON_CALLS_ONLY = {Why.NO_KEY, Why.WRONG_KEY}
BY_SMS_ONLY = {Why.UNREADABLE, Why.TWO_NUMBERS, Why.OUT_OF_RANGE, Why.SKIPPED, Why.SAME_AGAIN}


def scenes(asked: Flow, channel: Channel) -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Every event that this flow can say."""
    yield "greeting", (Greeted(),)
    yield "greeting again", (Greeted(why=Why.NO_KEY if channel is Channel.VOICE else Why.UNREADABLE),)
    for step, _ in asked.every_step():
        if isinstance(step, Ask):
            yield f"{step.id}", (Asked(step.id, part=0 if step.voice_each else None),)
        elif step.compares:
            yield from ((f"{step.id}, {course}", (Said(step.id, course),)) for course in Course)
        else:
            yield f"{step.id}", (Said(step.id),)
    for step_id in ("danger", "pain", "pain_where", "sign", "nothing_hurts", "digits"):
        if step_id in asked.questions():
            yield from _asked_again(asked.questions()[step_id], channel)
    if channel is Channel.VOICE and "danger" in asked.questions():
        yield "read back", (ReadBack("pain" if "pain" in asked.questions() else "danger", 8),)
    for event in (
        DANGER, RedFlagged("self_harm"), SEVERE, SkippedAtGate("danger"), LeftToPerson("danger"), Postponed(),
        Declined(), Resumed(), MenuOffered(), EmergencyTold(), KeywordHeard("stop"), KeywordHeard("help"),
        KeywordHeard("call_me"), KeywordHeard("pause"), KeywordHeard("wrong_number"), Finished(), HungUp(),
    ):  # fmt: skip
        yield event.name if isinstance(event, KeywordHeard) else type(event).__name__, (event,)


def _asked_again(step: Ask, channel: Channel) -> Iterator[tuple[str, tuple[Event, ...]]]:
    heard = {Why.TWO_NUMBERS: ("5", "6"), Why.OUT_OF_RANGE: ("11",), Why.SAME_AGAIN: ("1",)}
    elsewhere = BY_SMS_ONLY if channel is Channel.VOICE else ON_CALLS_ONLY
    never = {Why.FIRST, *(() if step.pin or step.right is not None else (Why.NOT_RIGHT,))}
    for why in (why for why in Why if why not in elsewhere and why not in never):
        yield f"{step.id}, {why}", (Asked(step.id, why, heard=heard.get(why, ())),)


CHANNELS = [
    (name, at) for name in ("weekly-check", "re-check", "danger-sign", "doctor-reached") for at in flow(name).channels
]


@pytest.mark.parametrize("code", WORDED)
@pytest.mark.parametrize(("name", "channel"), CHANNELS)
def test_the_wording_is_as_it_was_approved(name: str, code: str, channel: Channel) -> None:
    asked, lines = flow(name), [f"# {name}, {code}, {channel}: everything that can be said. Generated; read the diff."]
    for scene, events in scenes(asked, channel):
        if said := list(rendered(asked, language(code), channel, events, FACTS)):
            lines += ["", f"## {scene}", *said]
    file, text = GOLDEN / f"{name}.{code}.{channel}.txt", "\n".join(lines) + "\n"
    if REWRITE:
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("code", WORDED)
def test_the_signs_to_choose_from_are_those_of_every_gate(code: str) -> None:
    chosen = flow("danger-sign").questions()["sign"]
    choices = [written(flow("danger-sign"), language(code), chosen, f"choice.{number}") for number in chosen.choices]
    for asked in (WEEKLY, flow("re-check")):
        gate = asked.questions()["danger"]
        signs = range(len(gate.voice_each))
        assert [written(asked, language(code), gate, f"voice_each.{sign}") for sign in signs] == choices
    first = sms(flow("danger-sign"), language(code), [Greeted(), Asked("sign")], FACTS)
    assert segments(first).count <= SMS_A_TURN.get(code, 1)


@pytest.mark.parametrize(("code", "called"), [("en", "Dr Wang's clinic"), ("zh_CN", "王医生卫生室")])
def test_a_clinic_is_called_by_its_doctor_and_the_hello_stays_one_sms(code: str, called: str) -> None:
    clinic = phrase(
        WEEKLY, language(code), "doctors_clinic", {"doctor": called.partition("'")[0].removesuffix("卫生室")}
    )
    assert clinic == called
    facts = {**FACTS, "clinic": clinic}
    assert segments(sms(WEEKLY, language(code), [Greeted()], facts)).count == 1
    assert segments(phrase(WEEKLY, language(code), "call_greeting", facts)).count == 1


@pytest.mark.parametrize("code", WORDED)
def test_what_every_patient_sees_costs_one_sms_or_two_where_the_script_is_dear(code: str) -> None:
    at_most = SMS_A_TURN.get(code, 1)
    for step in WEEKLY.questions():
        assert segments(sms(WEEKLY, language(code), [Asked(step)], FACTS)).count <= at_most
    for event in (Greeted(), DANGER, RedFlagged("self_harm"), SEVERE, Finished()):
        assert segments(sms(WEEKLY, language(code), [event], FACTS)).count <= at_most


def test_on_a_call_an_invitation_says_where_and_when() -> None:
    first = next(iter(voice(flow("invitation"), language("en"), (Said("invited"), Asked("coming")), FACTS)))
    assert getattr(first, "text", "") == f"You are invited: {FACTS['meeting']}."
