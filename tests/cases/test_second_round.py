"""What does a digit or a breach do in a case that has been round once already, or was thought calm?"""

from datetime import timedelta

from gateway.cases.answers import LISTED
from tests.cases.story import DANGER, SEVERE, Story


def test_a_three_passes_the_case_on_in_the_second_round_too(story: Story) -> None:
    baraka, zhao = story.village.baraka, story.tiers.zhao
    story.breach()
    story.sends(baraka, "3")
    story.sends(zhao, "14")
    story.passes(hours=24)
    story.re_check(pain=8)
    story.heard(zhao)
    story.sends(baraka, "3")
    assert story.case.tier == 1
    assert "passed to you" in story.latest(zhao)
    assert "Passed to Zhao" in story.latest(baraka)


def test_a_three_after_the_contact_claims_nothing(story: Story) -> None:
    baraka = story.village.baraka
    story.breach()
    story.passes(minutes=21)
    story.sends(baraka, "14")
    story.sends(baraka, "3")
    assert story.life.state == "contacted"
    assert "what was done" in story.latest(baraka)


def test_a_contact_that_is_taken_back_leaves_the_case_red(story: Story) -> None:
    """It fell to amber by that contact only: nobody has reached her now."""
    story.breach()
    story.passes(hours=24)
    story.re_check(pain=5)
    story.sends(story.village.baraka, "14")
    assert story.case.level == "amber"
    story.sends(story.village.baraka, "9")
    assert (story.case.level, story.case.state) == ("red", "told")


def test_a_severe_report_in_a_case_of_a_danger_sign_is_told_once_it_was_calm(story: Story) -> None:
    """She reads that the doctor is being told: then he is."""
    baraka = story.village.baraka
    story.breach(DANGER)
    story.breach(SEVERE)
    assert len(story.heard(baraka)) == 1  # nobody has phoned yet: nothing is new
    story.sends(baraka, "14")
    story.passes(hours=5)
    story.heard(baraka)
    assert story.breach(SEVERE)
    assert (story.case.level, story.case.state) == ("now", "told")
    assert "Pain 8" in story.latest(baraka)


def test_no_open_case_is_left_out_of_the_list_unsaid(story: Story) -> None:
    codes = story.crowd(LISTED)
    story.sends(story.village.baraka, "0")
    listed = story.latest(story.village.baraka)
    assert all(code in listed for code in codes)
    story.breach(DANGER)
    story.sends(story.village.baraka, "0")
    assert "and 1 more. 1 call" in story.latest(story.village.baraka)


def test_he_reads_when_she_is_really_asked_again(story: Story) -> None:
    """A re-check that falls into her night waits for the morning."""
    story.now += timedelta(hours=17)  # 02:00 in Nairobi
    story.breach()
    story.sends(story.village.baraka, "14")
    assert "We ask the patient again Wed 08:00." in story.latest(story.village.baraka)


def test_the_coordinator_reads_who_noted_it_not_who_had_it_before(story: Story) -> None:
    baraka, zhao = story.village.baraka, story.tiers.zhao
    story.breach()
    story.passes(minutes=21)
    story.sends(zhao, "1")
    story.sends(zhao, "3")
    story.sends(baraka, "7")
    assert "Baraka Baraka noted 7 referred." in story.latest(story.village.chandra)


def test_a_nine_after_the_end_hears_that_it_is_closed(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    assert story.closes()
    story.sends(story.village.baraka, "9")
    assert story.latest(story.village.baraka) == f"{story.code} is closed. Nothing to do."


def test_not_reached_twice_with_nobody_left_is_not_called_a_three(story: Story) -> None:
    story.breach()
    story.passes(minutes=41)
    for _ in range(2):
        story.sends(story.tiers.odera, "8")
        story.passes(minutes=2)
    assert story.latest(story.tiers.odera) == f"{story.code} is with the coordinator. Nothing to do."
