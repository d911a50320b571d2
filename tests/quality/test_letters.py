"""Does each doctor's monthly SMS begin with what went well, stay short in every language, and come once?"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core.segments import plain, segments
from gateway.quality import letters
from gateway.quality.doctors import Part
from gateway.quality.month import Answering, Doctor
from gateway.store.database import Database
from gateway.store.outbox import body_of
from gateway.store.queries.figures import Fate
from gateway.store.queries.flows import newest
from gateway.store.tables import FlowVersion, Kind, Message, Person
from tests.cases.story import Story
from tests.cases.test_ladder import give_duty
from tests.quality.march import MARCH, NAIROBI, reached

MANY = letters.Unspoken(52, tuple(str(number) for number in range(1001, 1007)))
SOME = ("zh_CN", "es", "sw", "en")
NINE = ("en", "zh_CN", "es", "fr", "pt", "hi", "sw", "ar", "vi")


@pytest.fixture
def story(database: Database) -> Story:
    """One case in March that Dr Baraka took on and ended."""
    begun = reached(database)
    begun.closes()
    return begun


def test_what_went_best_stands_first(story: Story) -> None:
    april = _at(story, MARCH.until + timedelta(hours=9))
    assert _sent(story, april) == [
        "Baiyun clinic, March: thank you.\nCases you took on: 1 of 1.\nReplies in time: 2 of 2."
    ]


def test_it_comes_once_a_month(story: Story) -> None:
    april = _at(story, MARCH.until + timedelta(hours=9))
    assert (len(_sent(story, april)), len(_sent(story, april + timedelta(hours=1)))) == (1, 0)


def test_nobody_gets_one_while_a_case_waits_for_him(story: Story) -> None:
    story.now = _at(story, MARCH.until + timedelta(hours=9))
    story.breach()
    assert _sent(story, story.now) == []


def test_it_leaves_in_the_hours_of_duty(story: Story) -> None:
    give_duty(story, story.village.baraka, "thu 14:00-18:00")
    april = _at(story, MARCH.until + timedelta(hours=9))  # a Wednesday
    _sent(story, april)
    with story.writing() as session:
        (sms,) = session.scalars(select(Message).where(Message.kind == Kind.NOTICE))
    assert sms.not_before.astimezone(NAIROBI).isoformat() == "2026-04-02T14:00:00+03:00"


def test_the_clock_sends_it_from_the_day_on_that_is_set(story: Story) -> None:
    send = letters.every_month(3, "Africa/Nairobi", 8)
    assert send
    assert letters.every_month(None, "Africa/Nairobi", 8) is None
    found = []
    for days in (1, 2, 20):
        with story.writing() as session:
            send(session, MARCH.until + timedelta(days=days, hours=9))
            found.append(len(list(session.scalars(select(Message).where(Message.kind == Kind.NOTICE)))))
    assert found == [0, 1, 1]


def test_where_few_cases_were_taken_on_the_patients_come_first_and_hours_are_asked_about(story: Story) -> None:
    said = _letter(story, "en", accepted=1, told=4, in_time=0, timed=1, answered=9, asked=10)
    assert said.splitlines()[1:] == [
        "Questions answered by your patients: 9 of 10.",
        "Cases you took on: 1 of 4.",
        "Replies in time: 0 of 1.",
        "If the hours or the phone do not suit you, please tell the coordinator.",
    ]


def test_a_month_without_a_case_is_said_so(story: Story) -> None:
    said = _letter(story, "en", answered=3, asked=4)
    assert said.splitlines()[1:] == ["Questions answered by your patients: 3 of 4.", "No case came to you."]


def test_each_language_names_the_month_itself_whichever_came_before(story: Story) -> None:
    assert [_letter(story, language).splitlines()[0].removeprefix("Qingshan health centre") for language in SOME] == [
        "，三月：谢谢您。", ", marzo: gracias.", ", Machi: asante.", ", March: thank you."
    ]  # fmt: skip


def test_whom_nobody_has_spoken_with_is_named_whatever_was_reported(story: Story) -> None:
    april = _at(story, MARCH.until + timedelta(hours=9))
    assert _sent(story, april, weeks=2)[0].splitlines()[-1] == (
        "Nobody has spoken for 2 weeks with patients 12. Please phone them."
    )


def test_the_best_two_stand_beside_those_who_should_be_rung(story: Story) -> None:
    said = _letter(story, "en", accepted=4, told=4, in_time=1, timed=4, answered=9, asked=10, unspoken=MANY)
    assert said.splitlines()[1:] == [
        "Cases you took on: 4 of 4.",
        "Questions answered by your patients: 9 of 10.",
        "Nobody has spoken for 52 weeks with patients 1001, 1002, 1003, 1004 +2. Please phone them.",
    ]


@pytest.mark.parametrize("unspoken", [None, MANY])
@pytest.mark.parametrize("language", NINE)
def test_the_longest_is_short_in_every_language(story: Story, language: str, unspoken: letters.Unspoken | None) -> None:
    said = _letter(
        story, language, accepted=48, told=99, in_time=100, timed=199, answered=1000, asked=1999, unspoken=unspoken
    )
    assert len(said.splitlines()) == 5
    size = segments(plain(said))
    assert size.count <= (2 if size.encoding == "GSM-7" else 4), (said, size)


def _at(story: Story, moment: datetime) -> datetime:
    story.now = moment
    return moment


def _sent(story: Story, now: datetime, weeks: int = 8) -> list[str]:
    with story.writing() as session:
        session.info["clinic_name"] = "Baiyun clinic"
        return [body_of(session, sms) for sms in letters.send(session, MARCH, now, talk_weeks=weeks)]


def _letter(story: Story, language: str, *, accepted: int = 0, told: int = 0, in_time: int = 0, timed: int = 0,
            answered: int = 0, asked: int = 0, unspoken: letters.Unspoken | None = None) -> str:  # fmt: skip
    with story.writing() as session:
        session.info["clinic_name"] = "Qingshan health centre"
        baraka = session.get_one(Person, story.village.baraka.id)
        baraka.language = language
        part = Part(baraka, told=_names(told), accepted=_names(accepted), in_time=in_time, timed=timed)
        fates = Counter({Fate.ANSWERED.value: answered, Fate.SILENT.value: asked - answered})
        return letters.letter(session, _version(session), Doctor(part, Answering(fates)), MARCH, unspoken)


def _version(session: Session) -> FlowVersion:
    version = newest(session, "weekly-check")
    assert version
    return version


def _names(count: int) -> set[str]:
    return {str(number) for number in range(count)}
