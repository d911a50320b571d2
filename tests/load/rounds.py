"""How are two ways of doing a thing compared on a busy machine? In turn, in one run, by the median of the rounds."""

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

Work = Callable[[int], int]  # the number of the round -> how many were done


@dataclass(frozen=True)
class Compared:
    """`ours` and `bare` in things a second, `ratio` the median of each round's own."""

    ours: float
    bare: float
    ratio: float

    def line(self, what: str, aim: float) -> str:
        return f"{what:48} {self.ours:9.0f}/s {self.bare:9.0f}/s   ratio {self.ratio:.3f} (aim {aim:.2f})"


def interleaved(ours: Work, bare: Work, rounds: int, prepare: Callable[[], object] = lambda: None) -> Compared:
    """What comes first changes from round to round: neither always finds the warmer machine. `prepare` is not timed."""
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(rounds):
        prepare()
        order = [("ours", ours), ("bare", bare)]
        for name, work in order if number % 2 else reversed(order):
            rates[name].append(_rate(work, number))
    ratios = [mine / theirs for mine, theirs in zip(rates["ours"], rates["bare"], strict=True)]
    return Compared(median(rates["ours"]), median(rates["bare"]), median(ratios))


def megabytes(pid: int) -> float:
    """What the process holds in memory; pages shared with others count in each."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _rate(work: Work, number: int) -> float:
    gc.collect()
    began = perf_counter()
    done = work(number)
    return done / (perf_counter() - began)
