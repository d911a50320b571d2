"""Severe and known, with a plan until a date: what does it cover, and what breaks it?"""

from collections.abc import Mapping
from datetime import timedelta

from gateway.cases.casefile import CaseFile
from gateway.cases.symptoms import Symptom
from gateway.core.breaches import bad_ends
from gateway.store.tables import Person

LONGEST = timedelta(days=28)
WORSE_BY = 1  # on a scale: so much beyond what was known when it was made


def made_by(file: CaseFile) -> Person | None:
    return file.session.get(Person, (file.case.progress.get("plan") or {}).get("by"))


def is_covered(file: CaseFile, known: list[Symptom]) -> bool:
    """Every one of them was known, and none is worse by a step. Silence, doubt and a new symptom are never covered."""
    values = (file.case.progress.get("plan") or {}).get("values", {})
    ends = bad_ends(file.flow)
    return all(_is_as_known(name, what, values, ends) for name, what in known)


def _is_as_known(name: str, what: dict[str, object], values: dict[str, float], ends: Mapping[str, str]) -> bool:
    value, before = what.get("value"), values.get(name)
    if isinstance(value, str) or value is None or before is None or "heard" in what:
        return False
    assert isinstance(value, int | float)
    further = before - value if ends.get(name) == "lower" else value - before
    return further < WORSE_BY
