"""Which part may know which: read from the imports themselves, so that the shape of the house cannot drift."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.test_settings import RIGHT

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 350

GROUND = {"core", "store", "settings", "clock", "languages", "instruments", "phone", "doorbell", "logs"}
SAID = GROUND | {"talk"}  # what is said and written down, whichever verb says it
VERBS = {
    "intake", "outreach", "cases", "delivery", "budgets", "watch", "enrolment", "publishing", "quality", "keeping",
    "accounts", "recordings", "advising",
}  # fmt: skip
DOORS = {
    "webhooks", "voice_turn", "sounds", "status", "ticking", "console", "commands", "demo", "supervisor", "bundled",
    "opening", "forecasting",
}  # fmt: skip

# Whom each part may know, apart from itself. Verbs meet through rows, but for the last words of these lines.
MAY_KNOW = {
    "core": set(),
    "settings": set(),
    "logs": set(),
    "simulator": set(),  # a network in a box: it and the gateway meet over HTTP only
    "store": {"core"},
    "clock": {"store"},
    "languages": {"core", "store"},
    "instruments": {"core"},
    "phone": {"core", "settings"},
    "doorbell": {"settings"},
    "opening": {"settings", "store"},
    "talk": GROUND - {"phone"},
    "intake": SAID | {"cases", "enrolment"},
    "outreach": SAID | {"cases"},
    "cases": SAID,
    "delivery": SAID,
    "budgets": SAID,
    "watch": SAID,
    "enrolment": SAID,
    "publishing": SAID,
    "advising": SAID,
    "recordings": SAID,
    "quality": SAID,
    "keeping": SAID,
    "accounts": SAID,
    "bundled": {"settings"},
    "supervisor": {"settings", "bundled", "logs"},
    "voice_turn": SAID | VERBS,
    "ticking": SAID | VERBS,
    "webhooks": SAID | VERBS | {"voice_turn"},
    "sounds": {"store"},
    "status": SAID | VERBS | {"webhooks"},
    "console": SAID | VERBS | {"status"},
    "forecasting": SAID | VERBS,
    "commands": SAID | VERBS | {"console", "demo", "supervisor", "bundled", "opening", "forecasting"},
    "demo": SAID | VERBS | {"supervisor", "bundled", "opening"},
    "__main__": {"commands", "settings", "store", "opening"},
    "app": SAID | VERBS | DOORS,
    "worker": SAID | VERBS | DOORS,
}

NOT_IN_CORE = {
    "random", "secrets", "time", "os", "io", "pathlib", "logging", "socket", "subprocess", "sqlite3", "threading",
    "sqlalchemy", "flask", "requests", "redis", "rq", "twilio",
}  # fmt: skip
READ_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def our_files(folder: str = "gateway") -> list[Path]:
    files = [path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts]
    return sorted([*files, *(ROOT / name for name in ("app.py", "worker.py") if (ROOT / name).exists())])


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def part_of(file: Path) -> str:
    inside = file.relative_to(ROOT).with_suffix("").parts
    return inside[1] if inside[0] == "gateway" and len(inside) > 1 else inside[0]


def imports(file: Path) -> Iterator[str]:
    """Whole dotted names, those inside functions and for type checkers too."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def known_parts(file: Path) -> set[str]:
    names = [name.split(".") for name in imports(file)]
    return {name[1] for name in names if name[0] == "gateway"} | {name[0] for name in names} & {"app", "worker"}


def test_each_part_knows_only_those_beneath_it() -> None:
    """A new part has to say in MAY_KNOW where it belongs."""
    files = [file for file in our_files() if file != ROOT / "gateway" / "__init__.py"]
    assert {part_of(file) for file in files} - set(MAY_KNOW) == set()
    wrong = {file: known_parts(file) - MAY_KNOW[part_of(file)] - {part_of(file)} for file in files}
    assert _only_wrong(wrong) == {}


def test_no_two_parts_know_each_other() -> None:
    pairs = {(part, other) for part, others in MAY_KNOW.items() for other in others}
    assert {(part, other) for part, other in pairs if (other, part) in pairs} == set()


def test_the_core_is_pure() -> None:
    core = [file for file in our_files("gateway/core") if part_of(file) == "core"]
    wrong = {file: {name.split(".")[0] for name in imports(file)} & NOT_IN_CORE for file in core}
    assert _only_wrong(wrong) == {}
    assert _only_wrong({file: _calls(file) & {"open", "print", "input"} for file in core}) == {}


def test_one_place_reads_the_time() -> None:
    elsewhere = [file for file in our_files() if file.name != "clock.py" and part_of(file) != "simulator"]
    assert _only_wrong({file: _attributes(file) & READ_THE_TIME for file in elsewhere}) == {}
    assert _only_wrong({file: set(imports(file)) & {"time.time"} for file in elsewhere}) == {}


def test_each_file_says_first_which_question_it_answers() -> None:
    files = our_files() + our_files("tests")
    assert [file for file in files if not file.read_text().startswith('"""')] == []
    assert [file for file in files if not ast.get_docstring(tree(file))] == []


def test_no_file_is_longer_than_one_idea() -> None:
    lengths = {file: len(file.read_text().splitlines()) for file in our_files() + our_files("tests")}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_web_process_cannot_send(tmp_path: Path) -> None:
    """A webhook that could reach the provider would one day do so inside a transaction."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REDIS_URL": "redis://127.0.0.1:1"}
    loaded = "import sys, app; app.create_app(); print('twilio.rest' in sys.modules, 'gateway.webhooks' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=tmp_path,
        env=environment | RIGHT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["False", "True"]


def _only_wrong(found: dict[Path, set[Any]]) -> dict[str, set[Any]]:
    return {str(file.relative_to(ROOT)): wrong for file, wrong in found.items() if wrong}


def _calls(file: Path) -> set[str]:
    nodes = ast.walk(tree(file))
    return {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def _attributes(file: Path) -> set[tuple[str, str]]:
    nodes = ast.walk(tree(file))
    return {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
