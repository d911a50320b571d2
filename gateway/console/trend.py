"""One symptom's numbers as a picture that prints: the line, the limits, the cases, and who answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core.conditions import Condition, Test
from gateway.core.flow import Ask, Flow, Level, Scale
from gateway.store.queries.patients import Reported
from gateway.store.tables import Case

WIDTH, HEIGHT = 320, 118
LEFT, RIGHT, TOP, BOTTOM = 22, 8, 8, 20
SHORTEST = timedelta(weeks=6)  # of time that a picture spans: one report alone is no trend
COLOURS = 6


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    report: Reported

    @property
    def is_sure(self) -> bool:
        """Pressed on a call and never confirmed: drawn apart, and the line passes it by."""
        return self.report.confirmed is not False


@dataclass(frozen=True)
class Limit:
    level: Level
    value: float
    y: float


@dataclass(frozen=True)
class Spell:
    """While a case was open."""

    case: Case
    x: float
    width: float


@dataclass(frozen=True)
class Picture:
    """All in the picture's own units. `line` is what `points` of an SVG polyline takes."""

    name: str
    colour: int
    scale: Scale
    points: tuple[Point, ...]
    line: str
    limits: tuple[Limit, ...]
    spells: tuple[Spell, ...]
    ticks: tuple[tuple[float, datetime], ...]
    rungs: tuple[tuple[float, int], ...]
    marks: tuple[tuple[float, int], ...] = ()  # where the medicine was changed, by the number in the list beneath

    @property
    def last(self) -> Reported:
        return self.points[-1].report


@dataclass(frozen=True)
class Frame:
    """The stretch of time and the scale that the paper shows."""

    since: datetime
    until: datetime
    scale: Scale

    def x(self, at: datetime) -> float:
        part = (min(max(at, self.since), self.until) - self.since) / (self.until - self.since)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        part = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)


def pictures(
    flow: Flow,
    names: dict[str, str],
    reports: Sequence[Reported],
    cases: Sequence[Case],
    now: datetime,
    changes: Sequence[datetime] = (),
) -> list[Picture]:
    """One for each question of the flow that has a scale and was ever answered, in the flow's order."""
    first = min((report.at for report in reports), default=now)
    since = min(first, now - SHORTEST)
    drawn = []
    for colour, step in enumerate(step for step in flow.questions().values() if step.scale):
        given = [report for report in reports if report.question == step.id]
        if given:
            frame = Frame(since, now, flow.scales[str(step.scale)])
            picture = _picture(flow, step, names, given, cases, frame, colour % COLOURS)
            drawn.append(replace(picture, marks=_marks(changes, frame)))
    return drawn


def _marks(changes: Sequence[datetime], frame: Frame) -> tuple[tuple[float, int], ...]:
    return tuple((frame.x(at), number) for number, at in enumerate(changes, 1) if frame.since <= at <= frame.until)


def _picture(
    flow: Flow,
    step: Ask,
    names: dict[str, str],
    given: list[Reported],
    cases: Sequence[Case],
    frame: Frame,
    colour: int,
) -> Picture:
    points = tuple(Point(frame.x(report.at), frame.y(report.number), report) for report in given)
    return Picture(
        name=names.get(step.id, step.id),
        colour=colour,
        scale=frame.scale,
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points if point.is_sure),
        limits=tuple(Limit(level, value, frame.y(value)) for level, value in limits(flow, step.id).items()),
        spells=tuple(_spell(case, frame) for case in cases if (case.closed_at or frame.until) > frame.since),
        ticks=_ticks(frame),
        rungs=tuple((frame.y(value), value) for value in (frame.scale.low, frame.scale.high)),
    )


def limits(flow: Flow, question: str) -> dict[Level, float]:
    """The lowest number of each level at which this question alone crosses a limit; other tests are left out."""
    found: dict[Level, float] = {}
    for breach in flow.breaches:
        for value in _at_least(breach.when, question) if breach.when else ():
            found[breach.level] = min(value, found.get(breach.level, value))
    return found


def _at_least(condition: Condition, question: str) -> list[float]:
    clauses = [clause for clause in condition.clauses if question in clause.ids and clause.needed == 1]
    claims = [claim for clause in clauses for claim in clause.claims if claim.test is Test.AT_LEAST]
    return [float(claim.values[0]) for claim in claims]


def _spell(case: Case, frame: Frame) -> Spell:
    start, end = frame.x(case.opened_at), frame.x(case.closed_at or frame.until)
    return Spell(case, start, round(max(end - start, 2.0), 1))


def _ticks(frame: Frame) -> tuple[tuple[float, datetime], ...]:
    """The first and the last day, and the middle."""
    middle = frame.since + (frame.until - frame.since) / 2
    return tuple((frame.x(at), at) for at in (frame.since, middle, frame.until))
