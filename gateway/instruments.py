"""Which instruments may a flow use? Those whose files are whole and name who allows it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from gateway.core.instruments import reading
from gateway.core.instruments.instrument import Instrument

SHIPPED = Path(__file__).resolve().parents[1] / "flows" / "instruments"


def load(folder: Path) -> Mapping[str, Instrument]:
    """By name. A file with Problems is left out: `flows check` says what they are."""
    read = [reading.read(file.read_text("utf-8"))[0] for file in sorted(folder.glob("*.yaml"))]
    return {one.instrument: one for one in read if one is not None}


@cache
def shipped() -> Mapping[str, Instrument]:
    return load(SHIPPED)
