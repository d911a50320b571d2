"""Do re-checks and reports close a case exactly as its level allows, and open it again when they must?"""

from datetime import timedelta

import pytest

from gateway.core.life import State
from tests.cases.story import FLAG, MILD, SEVERE, Story
from tests.village import MONDAY

DAY = timedelta(days=1)


def contacted(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    story.heard(story.village.baraka)


def test_re_checks_are_planted_at_24_and_72_hours_from_the_opening(story: Story) -> None:
    story.breach()
    assert story.planted() == [MONDAY + DAY, MONDAY + 3 * DAY]


def test_two_re_checks_below_close_a_red_case(story: Story) -> None:
    contacted(story)
    story.passes(days=1)
    story.re_check(danger="no", pain=3)
    assert story.life.state is State.CONTACTED
    story.passes(days=2)
    story.re_check(danger="no", pain=2)
    case = story.case
    assert (case.state, case.due_at, case.outcome) == (State.CLOSED, None, "below the limits")
    assert story.latest(story.village.baraka).startswith(f"{story.code}: closed, patient 12 is below the limits.")
    assert story.planted() == []


def test_a_re_check_still_high_opens_the_case_again(story: Story) -> None:
    contacted(story)
    story.passes(days=1)
    story.re_check(danger="no", pain=8)
    assert story.latest(story.village.baraka).startswith(f"{story.code}: patient 12 asked again: Pain 8.")
    case = story.case
    assert (case.state, case.accepted_by, case.done) == (State.TOLD, None, None)
    assert story.planted() == [MONDAY + 2 * DAY, MONDAY + 4 * DAY]
    story.passes(minutes=20)
    assert len(story.heard(story.tiers.zhao)) == 1


def test_a_limit_crossed_within_the_re_check_is_not_counted_twice(story: Story) -> None:
    contacted(story)
    story.passes(days=1)
    story.breach(SEVERE)
    story.now += timedelta(minutes=1)
    assert len(story.heard(story.village.baraka)) == 1
    story.sends(story.village.baraka, "14")
    story.heard(story.village.baraka)
    story.now -= timedelta(minutes=2)
    story.re_check(danger="no", pain=8)
    assert story.life.state is State.CONTACTED


def test_a_red_case_that_falls_to_amber_closes_with_the_next_report(story: Story) -> None:
    contacted(story)
    story.passes(days=1)
    story.re_check(danger="no", pain=5)
    assert (story.case.level, story.life.state) == ("amber", State.CONTACTED)
    story.passes(days=6)
    story.report(pain=5)
    assert story.life.state is State.CONTACTED
    story.passes(days=7)
    story.report(danger="no", pain=2, breath=1)
    assert story.life.state is State.CLOSED


def test_better_but_not_called_stays_open_until_somebody_phones(story: Story) -> None:
    story.breach()
    for days in (1, 2):
        story.passes(days=days)
        story.re_check(danger="no", pain=1)
    assert story.life.state is State.BETTER
    assert story.unattended() == []
    story.sends(story.village.baraka, "14")
    assert story.life.state is State.CLOSED


def test_a_danger_sign_is_closed_by_a_person_only(story: Story) -> None:
    story.breach(FLAG)
    story.sends(story.village.baraka, "14")
    for days in (1, 2):
        story.passes(days=days)
        story.re_check(danger="no")
    assert story.life.state is State.LEFT
    story.heard(story.village.chandra)
    story.passes(days=2)
    assert len(story.heard(story.village.chandra)) == 2
    assert story.closes()
    assert not story.closes()
    case = story.case
    assert (case.state, case.closed_by, case.outcome) == (State.CLOSED, "Chandra", "seen at home")


@pytest.mark.parametrize("answers", [{}, {"danger": "no"}, {"danger": "no", "pain": "skipped"}])
def test_silence_and_skips_are_never_below(story: Story, answers: dict[str, str]) -> None:
    contacted(story)
    for days in (1, 2):
        story.passes(days=days)
        story.re_check(**answers)
    assert story.life.state is State.LEFT


def test_re_checks_that_never_come_back_go_to_a_person(story: Story) -> None:
    contacted(story)
    story.passes(days=4)
    assert story.life.state is State.LEFT
    assert "still open after 96 hours" in story.latest(story.village.chandra)


def test_an_amber_case_closes_with_the_next_report_below(story: Story) -> None:
    story.breach(MILD)
    story.passes(days=7)
    story.report(danger="no", pain=3)
    assert story.life.state is State.CLOSED


def test_several_breaches_of_one_patient_are_one_case(story: Story) -> None:
    story.breach()
    code = story.code
    story.heard(story.village.baraka)
    story.now += timedelta(minutes=1)
    story.breach()
    story.breach(MILD)
    assert story.code == code
    assert story.heard(story.village.baraka) == []
    story.breach(FLAG)
    assert story.code == code
    assert story.latest(story.village.baraka).startswith(f"{code} is worse: patient 12, Baiyun. Hard to breathe")
    assert story.case.level == "now"


def test_a_code_rests_for_thirty_days(story: Story) -> None:
    used: list[str] = []
    for _ in range(12):
        story.breach()
        used.append(story.code)
        story.closes()
        story.now += timedelta(hours=1)
    assert len(set(used)) == len(used)
    assert all(len(code) == 3 for code in used)
