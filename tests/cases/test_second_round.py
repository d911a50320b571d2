"""What does a digit or a breach do in a case that has been round once already, or was thought calm?"""

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
