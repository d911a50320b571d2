"""How many questions go out in each hour of a day to come, and whose patients are they?"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from flask import render_template, request

from gateway.console.doors import LOOKS, Visit, opens
from gateway.quality.ahead import expected_prompts
from gateway.store.tables import Person, Post
from gateway.talk.facts import called

DAYS = 7


@opens("/load", *LOOKS, Post.ADMINISTRATOR)
def page(at: Visit) -> Any:
    """A day of the coming week; without one the fullest. Times are the district's."""
    counted: Counter[tuple[str, date, int]] = Counter()
    expected = expected_prompts(at.session, at.now, timedelta(days=DAYS))
    at.hold(Person, (hour.doctor_id for hour in expected))
    near = _near(at, {hour.doctor_id for hour in expected})
    for hour, number in expected.items():
        local = hour.start.astimezone(at.tongue.zone)
        if hour.doctor_id in near:
            counted[hour.doctor_id, local.date(), local.hour] += number
    days = Counter[date]()
    for (_, day, _), number in counted.items():
        days[day] += number
    chosen = _chosen(days)
    return render_template(
        "load.html",
        at=at,
        days=sorted(days.items()),
        chosen=chosen,
        hours=sorted({hour for _, day, hour in counted if day == chosen}),
        rows=_rows(at, counted, chosen),
    )


def _chosen(days: Counter[date]) -> date | None:
    wanted = request.args.get("day", "")
    fullest = days.most_common(1)[0][0] if days else None
    return next((day for day in days if day.isoformat() == wanted), fullest)


def _rows(at: Visit, counted: Counter[tuple[str, date, int]], chosen: date | None) -> list[tuple[str, dict[int, int]]]:
    """The fullest doctor first."""
    rows: dict[str, dict[int, int]] = {}
    for (doctor, day, hour), number in counted.items():
        if day == chosen:
            rows.setdefault(doctor, {})[hour] = number
    named = [(_named(at, doctor), numbers) for doctor, numbers in rows.items()]
    return sorted(named, key=lambda row: -sum(row[1].values()))


def _named(at: Visit, doctor_id: str) -> str:
    person = at.session.get(Person, doctor_id) if doctor_id else None
    return (called(at.session, person) or person.code) if person else at.tongue.say("no doctor")


def _near(at: Visit, doctors: set[str]) -> set[str]:
    """Those within reach. Whoever has no doctor is shown to those who see everything."""
    reach = at.reach()
    known = {doctor: at.session.get(Person, doctor) for doctor in doctors if doctor}
    near = {doctor for doctor, person in known.items() if person and reach.holds(person.site_id)}
    return near | (doctors & {""} if reach.sites is None else set())
