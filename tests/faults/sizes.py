"""How big is each fault test: a tenth or less in `make test`, all of it in `make soak`?"""

import pytest


def seeds(small: int, full: int) -> list[object]:
    """For parametrize: so many every time, and `full` others under the marker `soak`."""
    others = range(small + 1, small + full + 1)
    return [*range(1, small + 1), *(pytest.param(seed, marks=pytest.mark.soak) for seed in others)]


def sizes(small: tuple[int, ...], full: tuple[int, ...]) -> list[object]:
    """For parametrize: the small sizes every time, and the full ones under the marker `soak`."""
    return [pytest.param(*small, id="small"), pytest.param(*full, id="full", marks=pytest.mark.soak)]
