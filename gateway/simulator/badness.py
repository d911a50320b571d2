"""How badly does the network behave?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Badness:
    """`duplicate`: how many times each webhook is sent. `shuffle`: status callbacks, and the copies of everything
    else, leave in an order drawn from `seed` once nothing else is going on."""

    duplicate: int = 1
    shuffle: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.duplicate <= 20:
            raise ValueError("duplicate is a number from 1 to 20")
