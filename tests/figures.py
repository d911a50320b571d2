"""How does a test say what it counted, so that the sum is read at the end of the run, also with several workers?"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import pytest

Count = Callable[[str, Mapping[str, float]], None]
PREFIX = "count: "


def counting(request: pytest.FixtureRequest) -> Count:
    """What one test counted goes with its report to whoever gathers them."""
    return lambda name, counted: request.node.user_properties.append((PREFIX + name, dict(counted)))


def lines(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The sums of all tests, a line for each name, the greatest number first."""
    sums: dict[str, Counter[str]] = {}
    for report in reports:
        for name, counted in report.user_properties if report.when == "call" else ():
            if name.startswith(PREFIX):
                sums.setdefault(name.removeprefix(PREFIX), Counter()).update(counted)
    return [f"{name}: {_told(counted)}" for name, counted in sums.items()]


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{number:.0f} {what}" for what, number in counted.most_common())
