"""The shipped flows and languages, and a few words to write flows of one's own with."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from gateway import languages
from gateway.core import flowfile
from gateway.core.flow import Flow
from gateway.core.words import Language

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh_CN")
WORDED = (*LANGUAGES, "es", "fr", "pt", "vi", "hi", "sw", "ar")  # have a catalog: their wording is kept in tests/golden
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
FACTS = {
    "clinic": "Dr Baraka's clinic",
    "doctor": "Dr Baraka",
    "doctor_phone": "0700000001",
    "emergency_number": "112",
    "meeting": "Tue 24 Mar, 10:00 at the school",
    "deadline": "10:30",
    "name": "Amina",
}


@cache
def language(code: str) -> Language:
    return languages.load(ROOT / "locales")[code]


@cache
def flow(name: str) -> Flow:
    return written((ROOT / "flows" / f"{name}.yaml").read_text("utf-8"))


def written(text: str) -> Flow:
    read, problems = flowfile.read(text, (ROOT / "flows" / "shared.yaml").read_text("utf-8"))
    assert read is not None, problems
    return read
