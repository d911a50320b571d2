"""In which forms does `report month` print its figures? Lines for a person; CSV, JSON and HTML hold the same rows."""

import json
from collections.abc import Iterator
from html import escape

from gateway.quality import burden, tables
from gateway.quality.behind import FIGURES, figure_rows
from gateway.quality.burden import Burden
from gateway.quality.doctors import CAPACITY, FEWEST
from gateway.quality.month import Answering, Doctor, Figures
from gateway.quality.rounds import Rounds
from gateway.quality.tables import Row, plain
from gateway.store.queries.figures import Fate, Offered

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</body>
</html>"""


def as_text(found: Figures, spent: Burden) -> str:
    return "\n".join(_lines(found, spent))


def as_csv(found: Figures, spent: Burden) -> str:
    return tables.as_csv(FIGURES, _rows(found, spent))


def as_json(found: Figures, spent: Burden) -> str:
    """What isn't known is null, never 0."""
    rows = [dict(zip(FIGURES, row, strict=True)) for row in _rows(found, spent)]
    whole = {"month": found.month.name, "time_zone": found.month.zone.key, "figures": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def as_html(found: Figures, spent: Burden) -> str:
    """One table that prints on any machine; the console's page has the pictures."""
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in plain(_rows(found, spent)))
    return PAGE.format(
        title=escape(f"{found.month.name}, {found.month.zone.key}"),
        head="".join(f'<th scope="col">{escape(name)}</th>' for name in FIGURES),
        body="\n".join(f"<tr>{row}</tr>" for row in rows),
    )


FORMS = {"text": as_text, "csv": as_csv, "json": as_json, "html": as_html}


def _rows(found: Figures, spent: Burden) -> Iterator[Row]:
    yield from figure_rows(found)
    yield from burden.rows(found.month.name, spent)


def _lines(found: Figures, spent: Burden) -> Iterator[str]:
    yield f"{found.month.name}, {found.month.zone.key}"
    yield f"questions  {_answering(found.answering)}"
    yield from (f"cases      {_round(one)}" for one in found.rounds)
    yield f"safety events: {len(found.events)}"
    yield f"could take part {found.eligible}{''.join(_offered(one) for one in found.offers)}"
    for place in found.places:
        yield f"site {place.site.code}"
        yield f"  questions  {_answering(place.answering)}"
        yield from (f"  cases      {_round(one)}" for one in place.rounds)
    for doctor in found.doctors:
        yield _doctor(doctor)
    yield from (f"{figure}: {'-' if value is None else value}" for figure, value in burden.figures(spent))
    for doctor in found.doctors:
        if doctor.has_too_many:
            yield f"too many cases: {doctor.part.clinician.code}, {doctor.a_week:g} a week, more than {CAPACITY}"


def _offered(one: Offered) -> str:
    return f"  {one.answer}{f' ({one.why})' if one.why else ''} {one.number}"


def _answering(found: Answering) -> str:
    share = "-" if found.share is None else f"{found.share:.0%}"
    return f"asked {found.sent}  {'  '.join(f'{fate} {found.fates[fate]}' for fate in Fate)}  share {share}"


def _round(one: Rounds) -> str:
    times = f"told {_minutes(one.told)}  accepted {_minutes(one.accepted)}  contact {_minutes(one.contact)}"
    contacts = f"in time {one.in_time}  late {one.late}  off duty {one.off_duty}"
    return f"{one.level:5}  {one.cases}  {times}  {contacts}  still open {one.open}"


def _doctor(doctor: Doctor) -> str:
    part, share = doctor.part, doctor.answering.share
    rank = part.rank or ("none" if not part.cases or part.cases >= FEWEST else f"none (fewer than {FEWEST} cases)")
    answered = "-" if share is None else f"{share:.0%}"
    return (
        f"doctor {part.clinician.code}  patients answered {answered}  cases {part.cases}  "
        f"taken on {len(part.accepted)} in {_minutes(part.minutes_to_accept)}  contacts {part.contacts}  "
        f"replies in time {part.in_time} of {part.timed}  off duty {part.off_duty}  rank {rank}"
    )


def _minutes(number: float | None) -> str:
    return "-" if number is None else f"{number:g} min"
