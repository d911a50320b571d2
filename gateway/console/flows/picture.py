"""What does a flow look like: which question follows which, where is one passed over, where does a case open?"""

import re
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, count
from unicodedata import category, east_asian_width

from gateway.console.flows import sentences
from gateway.console.tongue import Tongue
from gateway.console.words import _
from gateway.core.changes import called
from gateway.core.flow import Flow
from gateway.core.machine import CASE, END, GREETING, Arrow, Machine, machine

LEFT, WIDE, GAP, TOP = 64, 190, 22, 4  # of the boxes, in the picture's own units
LINE, PAD, TAG, LANE = 14, 8, 17, 11
LETTERS = {"name": 25, "when": 34}
KINDS = {
    "yes or no": _("yes or no"),
    "said": _("is said"),
    "is now a good time?": _("is now a good time?"),
    "close is said": _("closing words"),
}
NAMES = {GREETING: _("greeting"), END: _("end")}


@dataclass(frozen=True)
class Box:
    """A state. `when`: what must hold for it to come; `cases`: (level, limit) of each case that may open here."""

    name: str
    label: str
    kind: str
    when: str
    whole: str
    y: int
    height: int
    cases: tuple[tuple[str, str, int], ...]
    address: str = ""

    @property
    def is_edge(self) -> bool:
        """How it begins or ends: no step of the flow's own."""
        return self.name in NAMES

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Picture:
    boxes: tuple[Box, ...]
    straight: tuple[tuple[int, int], ...]  # from y to y
    around: tuple[tuple[int, int, int], ...]  # from y, to y, at x: past what is not asked
    width: int
    height: int
    left: int = LEFT
    wide: int = WIDE


def picture(tongue: Tongue, flow: Flow, addresses: Mapping[str, str] | None = None) -> Picture:
    """`addresses`: step -> the address of its card."""
    drawn = machine(flow)
    boxes = _boxes(tongue, flow, drawn, addresses or {})
    order = {box.name: index for index, box in enumerate(boxes)}
    ways = sorted({(order[arrow.source], order[arrow.target]) for arrow in _onward(drawn)})
    straight = tuple((boxes[one].y + boxes[one].height, boxes[two].y) for one, two in ways if two == one + 1)
    around = _around([way for way in ways if way[1] > way[0] + 1], boxes)
    furthest = max((x for *_ys, x in around), default=LEFT + WIDE)
    return Picture(boxes, straight, around, furthest + 10, boxes[-1].y + boxes[-1].height + TOP)


def _onward(drawn: Machine) -> list[Arrow]:
    return [arrow for arrow in drawn.arrows if not arrow.target.startswith(f"{CASE} ") and arrow.source != arrow.target]


def _boxes(tongue: Tongue, flow: Flow, drawn: Machine, addresses: Mapping[str, str]) -> tuple[Box, ...]:
    boxes, y = list[Box](), TOP
    names, above = {name: called(flow, name) for name in flow.questions()}, _conditions(flow)
    levels = {breach.id: breach.level.value for breach in flow.breaches}
    for place in drawn.places:
        if place.name.startswith(f"{CASE} "):
            continue
        opens = [arrow.when for arrow in drawn.ways(place.name) if arrow.target.startswith(f"{CASE} ")]
        conditions = [sentences.condition(tongue, text, names) for text in above.get(place.name, ())]
        when = (
            tongue.say(_("if %(condition)s"), condition=tongue.say(_(" and ")).join(conditions)) if conditions else ""
        )
        height = max(PAD * 2 + LINE * (3 if when else 2) - 4, len(opens) * TAG + 2)
        label = tongue.say(NAMES[place.name]) if place.name in NAMES else place.name.replace("_", " ")
        cases = tuple((levels[name], name.replace("_", " "), y + index * TAG) for index, name in enumerate(opens))
        kind, address = _kind(tongue, place.kind), addresses.get(place.name, "")
        boxes.append(
            Box(
                place.name,
                cut(label, LETTERS["name"]),
                kind,
                cut(when, LETTERS["when"]),
                when,
                y,
                height,
                cases,
                address,
            )
        )
        y += height + GAP
    return tuple(boxes)


def _conditions(flow: Flow) -> dict[str, tuple[str, ...]]:
    return {step.id: tuple(dict.fromkeys(one.text for one in above)) for step, above in flow.every_step()}


def _around(ways: list[tuple[int, int]], boxes: tuple[Box, ...]) -> tuple[tuple[int, int, int], ...]:
    """Each in the nearest lane that is free over its whole length."""
    lanes: list[list[tuple[int, int]]] = []
    found = []
    for one, two in sorted(ways, key=lambda way: way[1] - way[0]):
        lane = next(
            lane
            for lane in count()
            if lane == len(lanes) or all(two <= low or high <= one for low, high in lanes[lane])
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((one, two))
        found.append((boxes[one].middle + 5, boxes[two].middle - 5, LEFT + WIDE + LANE * (lane + 1)))
    return tuple(found)


def _kind(tongue: Tongue, kind: str) -> str:
    numbers = re.fullmatch(r"(\d+) to (\d+)", kind)
    if numbers:
        return tongue.say(_("%(low)s to %(high)s"), low=numbers[1], high=numbers[2])
    return tongue.say(KINDS[kind]) if kind in KINDS else kind


def cut(text: str, most: int) -> str:
    """As much as there is room for, in Latin letters."""
    filled = list(accumulate(map(_width, text)))
    return text if not filled or filled[-1] <= most else f"{text[: bisect(filled, most - 1)]}…"


def _width(sign: str) -> int:
    """A Chinese sign is as wide as two letters; a mark of direction is not seen."""
    return 0 if category(sign) == "Cf" else 2 if east_asian_width(sign) in "WF" else 1
