"""How badly does the network behave?"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from gateway.simulator.dice import fall
from gateway.simulator.faults import Fault, fault_of


@dataclass(frozen=True)
class Post:
    """What becomes of webhooks: a share is lost, doubled, or leaves between `least` and `most` story seconds late."""

    lose: float = 0.0
    double: float = 0.0
    late: float = 0.0
    least: float = 0.0
    most: float = 0.0

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in (self.lose, self.double, self.late)):
            raise ValueError("lose, double and late are shares from 0 to 1")
        if not 0 <= self.least <= self.most:
            raise ValueError("least and most are seconds, and least is not the greater one")

    def loses(self, seed: int, key: str) -> bool:
        return self.lose > 0 and fall(seed, key, "lose") < self.lose

    def doubles(self, seed: int, key: str) -> bool:
        return self.double > 0 and fall(seed, key, "double") < self.double

    def seconds_late(self, seed: int, key: str) -> float:
        if self.late == 0 or fall(seed, key, "late") >= self.late:
            return 0.0
        return self.least + (self.most - self.least) * fall(seed, key, "by")


@dataclass(frozen=True)
class Lists:
    """`page_size`: the most that a page holds. `lag`: real seconds until what is new is listed."""

    page_size: int | None = None
    lag: float = 0.0
    hide_bodies: bool = False
    null_dates: bool = False

    def __post_init__(self) -> None:
        if self.page_size is not None and self.page_size < 1:
            raise ValueError("page_size is 1 or more")
        if self.lag < 0:
            raise ValueError("lag is not negative")


@dataclass(frozen=True)
class Badness:
    """`duplicate`: how many times each webhook is sent. `shuffle`: status callbacks, and the copies of everything
    else, leave in an order drawn from `seed` once nothing else is going on."""

    duplicate: int = 1
    shuffle: bool = False
    seed: int = 0
    callbacks: Post = Post()
    inbound: Post = Post()
    lists: Lists = Lists()
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.duplicate <= 20:
            raise ValueError("duplicate is a number from 1 to 20")


def changed(badness: Badness, said: Mapping[str, Any]) -> Badness:
    """What `said` names is replaced whole: a part that leaves something out gets its default back."""
    readers: Mapping[str, Callable[[Any], object]] = {
        "callbacks": lambda part: Post(**part),
        "inbound": lambda part: Post(**part),
        "lists": lambda part: Lists(**part),
        "faults": lambda part: tuple(fault_of(one) for one in part),
    }
    read: dict[str, Any] = {name: readers[name](part) if name in readers else part for name, part in said.items()}
    return replace(badness, **read)


def as_json(badness: Badness) -> dict[str, object]:
    return asdict(badness)
