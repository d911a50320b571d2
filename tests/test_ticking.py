"""Does one failing part of the clock hold up the others?"""

from gateway.ticking import Part, try_part


def broken() -> None:
    raise ValueError("what a patient wrote")


def test_a_failing_part_is_tried_less_and_less_often() -> None:
    part = Part("clock cases", broken)
    assert not try_part(part)
    first = part.not_before
    assert not try_part(part)
    assert (part.failures, part.not_before) == (1, first)
    part.not_before = 0
    assert not try_part(part)
    assert part.failures == 2
    assert part.not_before - first > 1


def test_a_part_that_works_again_is_done_at_once() -> None:
    done: list[str] = []
    part = Part("clock cases", lambda: done.append("done"), failures=7)
    assert try_part(part)
    assert try_part(part)
    assert (part.failures, done) == (0, ["done", "done"])
