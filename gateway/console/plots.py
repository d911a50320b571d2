"""A month's figures as pictures that print: columns of what became of each week's questions, and lines of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core.flow import Level, Scale
from gateway.store.queries.figures import Fate

WIDTH, HEIGHT = 320, 118
LEFT, RIGHT, TOP, BOTTOM = 26, 8, 8, 20
GAP = 0.25  # of a column's room
HIGH = 0.9  # nine of ten reported no more than this
FATES = (
    Fate.ANSWERED,
    Fate.PARTLY,
    Fate.DECLINED,
    Fate.SILENT,
    Fate.LEARNING,
    Fate.UNDELIVERED,
    Fate.BROKEN,
    Fate.MISSED,
    Fate.OPEN,
)


@dataclass(frozen=True)
class Piece:
    """One part of a column."""

    name: str
    number: int
    y: float
    height: float


@dataclass(frozen=True)
class Column:
    """One week. `x` and `width` in the picture's own units."""

    start: datetime
    x: float
    width: float
    pieces: tuple[Piece, ...]

    @property
    def total(self) -> int:
        return sum(piece.number for piece in self.pieces)


@dataclass(frozen=True)
class Columns:
    """`kinds`: the parts in their order from the bottom. `top`: what the highest rung stands for."""

    kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    top: int
    ticks: tuple[tuple[float, datetime], ...]

    @property
    def is_empty(self) -> bool:
        return not any(column.pieces for column in self.columns)


@dataclass(frozen=True)
class Line:
    """A symptom over the weeks: the median, and what nine of ten stayed at or below. `points` hold (x, y, number)."""

    name: str
    colour: int
    scale: Scale
    middle: tuple[tuple[float, float, float], ...]
    high: tuple[tuple[float, float, float], ...]
    limits: tuple[tuple[Level, float, float], ...]
    ticks: tuple[tuple[float, datetime], ...]
    reports: int

    @property
    def rungs(self) -> tuple[tuple[float, int], ...]:
        return tuple((_y(value, self.scale), value) for value in (self.scale.low, self.scale.high))


def columns(starts: Sequence[datetime], counted: Mapping[tuple[int, str], int], kinds: Sequence[str]) -> Columns:
    """`starts`: of the weeks, and the end of the last. `counted`: (week, kind) -> how many."""
    weeks = range(len(starts) - 1)
    top = round_up(max(sum(counted.get((week, kind), 0) for kind in kinds) for week in weeks))
    found = tuple(_column(week, starts, counted, kinds, top) for week in weeks)
    return Columns(tuple(kinds), found, top, _ticks(starts))


def line(
    name: str,
    colour: int,
    scale: Scale,
    starts: Sequence[datetime],
    numbers: Mapping[int, Mapping[int, int]],
    limits: Mapping[Level, float],
) -> Line:
    """`numbers`: week -> number -> how often it was reported."""
    weeks = sorted(week for week in numbers if week < len(starts) - 1)
    middle, high = ([(week, part_of(numbers[week], share)) for week in weeks] for share in (0.5, HIGH))
    return Line(
        name=name,
        colour=colour,
        scale=scale,
        middle=tuple((_x(week, starts), _y(number, scale), number) for week, number in middle),
        high=tuple((_x(week, starts), _y(number, scale), number) for week, number in high),
        limits=tuple((level, value, _y(value, scale)) for level, value in limits.items()),
        ticks=_ticks(starts),
        reports=sum(sum(numbers[week].values()) for week in weeks),
    )


def part_of(numbers: Mapping[int, int], share: float) -> int:
    """The lowest number that at least this share of the reports did not exceed."""
    needed, seen = share * sum(numbers.values()), 0
    for number in sorted(numbers):
        seen += numbers[number]
        if seen >= needed:
            return number
    raise ValueError("nothing was reported")


def round_up(number: int) -> int:
    """To 1, 2 or 5 and zeros, so that a rung says something."""
    step = 1
    while True:
        for first in (1, 2, 5):
            if first * step >= number:
                return max(first * step, 1)
        step *= 10


def _column(
    week: int, starts: Sequence[datetime], counted: Mapping[tuple[int, str], int], kinds: Sequence[str], top: int
) -> Column:
    room = (WIDTH - LEFT - RIGHT) / (len(starts) - 1)
    per, pieces, at = (HEIGHT - TOP - BOTTOM) / top, [], float(HEIGHT - BOTTOM)
    for kind in kinds:
        number = counted.get((week, kind), 0)
        if number:
            at -= number * per
            pieces.append(Piece(kind, number, round(at, 1), round(number * per, 1)))
    x = LEFT + room * (week + GAP / 2)
    return Column(starts[week], round(x, 1), round(room * (1 - GAP), 1), tuple(pieces))


def _x(week: int, starts: Sequence[datetime]) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (week + 0.5) / (len(starts) - 1), 1)


def _y(value: float, scale: Scale) -> float:
    part = (value - scale.low) / (scale.high - scale.low)
    return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)


def _ticks(starts: Sequence[datetime]) -> tuple[tuple[float, datetime], ...]:
    """The first week, the middle one and the last."""
    last = len(starts) - 2
    return tuple((_x(week, starts), starts[week]) for week in dict.fromkeys((0, last // 2, last)))
