"""Is every situation of docs/edge-cases.md shown by a test that stands there?"""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROW = re.compile(r"^\| (R?)([0-9]+) \| (.+) \| (.+) \|$")
SHOWN = range(1, 49)
OF_CASES = range(49, 78)
REQUIREMENTS = {*range(1, 78), *range(80, 88)}


def rows(kind: str = "") -> dict[int, list[str]]:
    """Situations, or with "R" the requirements."""
    lines = (ROOT / "docs" / "edge-cases.md").read_text("utf-8").splitlines()
    found = [match for line in lines if (match := ROW.match(line))]
    return {int(match[2]): match[4].split() for match in found if match[1] == kind}


def test_every_test_of_the_table_exists() -> None:
    known: dict[str, set[str]] = {}
    for number, tests in (*rows().items(), *rows("R").items()):
        for path, _, name in (test.partition("::") for test in tests):
            names = known.setdefault(path, set(re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.M)))
            assert name in names, f"{number}: {path} has no {name}"


def test_every_situation_of_a_conversation_or_a_call_is_in_it() -> None:
    assert set(SHOWN) <= set(rows())
    assert set(OF_CASES) <= set(rows())


def test_every_requirement_has_a_row() -> None:
    assert set(rows("R")) == REQUIREMENTS


def test_every_test_says_its_number() -> None:
    for number in SHOWN:
        for path, _, name in (test.partition("::") for test in rows()[number]):
            after = (ROOT / path).read_text("utf-8").partition(f"def {name}(")[2]
            said = re.search(r"Edge cases? ([0-9, and]+)", after.partition("\ndef ")[0])
            assert said, f"{path}::{name} does not say 'Edge case {number}.'"
            assert str(number) in re.findall("[0-9]+", said[1]), f"{path}::{name} says {said[0]}, not {number}"
