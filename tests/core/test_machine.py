"""Is the picture of a flow the machine that it runs as?"""

from gateway.core.machine import END, Arrow, as_dot, as_mermaid, as_text, machine
from tests.core.test_flowfile import FILES, example


def ways(name: str) -> list[tuple[str, str]]:
    _, flow = example()
    return [(arrow.when, arrow.target) for arrow in machine(flow).ways(name)]


def test_a_block_is_a_way_aside() -> None:
    assert ways("pain")[-2:] == [("pain at least 7", "pain_now"), ("", "breath")]
    assert ways("pain_now") == [("", "pain_where")]
    assert ways("pain_where") == [("", "breath")]


def test_a_breach_leads_to_a_case_from_every_question_it_names() -> None:
    assert ("danger", "case now") in ways("danger")
    assert ("severe", "case red") in ways("pain")
    assert ("severe", "case red") in ways("breath")


def test_every_state_but_a_case_and_the_end_has_a_last_way_that_is_always_open() -> None:
    _, flow = example()
    drawn = machine(flow)
    for place in drawn.places:
        if place.name != END and not place.name.startswith("case"):
            assert drawn.ways(place.name)[-1].when == "", place.name


def test_later_is_asked_once_more_and_then_ends() -> None:
    assert ways("greeting") == [("later", "greeting"), ("later twice", "end"), ("", "danger")]


def test_every_way_leads_to_a_state() -> None:
    _, flow = example()
    drawn = machine(flow)
    names = {place.name for place in drawn.places}
    assert {arrow.target for arrow in drawn.arrows} <= names
    assert all(place.name in {arrow.target for arrow in drawn.arrows} for place in drawn.places)


def test_a_flow_without_steps_still_ends() -> None:
    _, flow = example()
    empty = machine(flow.model_copy(update={"steps": (), "breaches": (), "scores": {}}))
    assert empty.ways("greeting")[-1] == Arrow("greeting", END)
    assert as_text(empty)


def test_it_prints_one_line_a_state() -> None:
    _, flow = example()
    printed = as_text(machine(flow)).splitlines()
    assert (
        "  pain         0 to 10              severe -> case red; worse -> case amber; lasting -> case amber; "
        + ("pain at least 7 -> pain_now; -> breath")
        in printed
    )
    assert printed[-1].startswith("  no answer: asked again after 4 hours, by voice after 1 day, given up after 3 days")


def test_it_draws_itself_for_two_tools() -> None:
    _, flow = example()
    assert "    pain --> pain_now: pain at least 7" in as_mermaid(machine(flow)).splitlines()
    assert '  "pain" -> "pain_now" [label="pain at least 7"];' in as_dot(machine(flow)).splitlines()


def test_the_documentation_shows_the_picture_of_the_example() -> None:
    _, flow = example()
    assert as_mermaid(machine(flow)) in (FILES.parents[1] / "docs" / "flows.md").read_text("utf-8")
