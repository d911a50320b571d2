"""Does whoever takes a case on read what to do, by the version that held when it opened?"""

from pathlib import Path

from gateway import advising
from gateway.core.segments import segments
from gateway.store.tables import Person, Site
from tests.cases.story import FLAG, Story

ROOT = Path(__file__).parents[2]
PAIN = (ROOT / "flows" / "advice" / "pain.yaml").read_text("utf-8")
FIRST = "Ask place, onset, medicine taken."


def test_it_comes_with_the_answer_to_a_one(story: Story) -> None:
    seed(story)
    story.breach()
    story.sends(story.village.baraka, "1")
    said = said_to_baraka(story)
    assert said.startswith(f"{story.code}: yours. Phone 0711098765. {FIRST}")
    assert said.endswith("hospital now. When done, reply 4 5 6 7 or 8.")
    assert segments(said).count <= 2
    assert [event.facts for event in story.ledger() if event.kind == "advice"] == [{"advice": "pain", "version": 1}]


def test_a_danger_sign_has_its_own(story: Story) -> None:
    seed(story)
    story.breach(FLAG)
    story.sends(story.village.baraka, "2")
    assert "Sit up, oxygen if there is any" in said_to_baraka(story)


def test_an_open_case_keeps_its_version(story: Story) -> None:
    seed(story)
    story.breach()
    with story.writing() as session:
        version, problems = advising.publish(session, changed(2), story.now)
        assert (version is not None, problems) == (True, ())
    story.sends(story.village.baraka, "1")
    assert FIRST in said_to_baraka(story)
    story.closes()
    story.passes(minutes=1)
    story.breach()
    story.sends(story.village.baraka, f"{story.code}1")
    assert "Ask everything." in said_to_baraka(story)


def test_a_version_that_is_not_newer_is_refused(story: Story) -> None:
    seed(story)
    with story.writing() as session:
        version, problems = advising.publish(session, changed(1), story.now)
    assert version is None
    assert "give it a higher 'version'" in problems[0].sentence


def test_a_clinic_without_the_medicine_reads_what_to_do_instead(story: Story) -> None:
    seed(story)
    with story.writing() as session:
        session.get_one(Site, story.village.clinic.id).ways = {"lacks": ["opioids"]}
    story.breach()
    story.sends(story.village.baraka, "1")
    assert "No strong pain medicine here: refer, digit 7." in said_to_baraka(story)


def test_in_a_language_without_advice_the_general_sentence_stands(story: Story, tmp_path: Path) -> None:
    (tmp_path / "advice").mkdir()
    for file in (ROOT / "flows" / "advice").glob("*.yaml"):
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("    fr:")]
        (tmp_path / "advice" / file.name).write_text("\n".join(lines), "utf-8")
    with story.writing() as session:
        assert advising.seed(session, tmp_path, story.now) > 10
        session.get_one(Person, story.village.baraka.id).language = "fr"
    story.breach()
    story.sends(story.village.baraka, "1")
    said = said_to_baraka(story)
    assert "Ask" not in said
    assert "0711098765" in said


def seed(story: Story) -> None:
    with story.writing() as session:
        assert advising.seed(session, ROOT / "flows", story.now) > 10
        assert advising.seed(session, ROOT / "flows", story.now) == 0


def changed(number: int) -> str:
    return PAIN.replace("version: 1", f"version: {number}").replace(FIRST, "Ask everything.")


def said_to_baraka(story: Story) -> str:
    return story.latest(story.village.baraka)
