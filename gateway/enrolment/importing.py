"""How does a whole CSV file become rows, or change nothing at all?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gateway.core.worded import worded
from gateway.enrolment import clinicians, patients, sites
from gateway.enrolment.cells import Cells, ClinicianCells, PatientCells, SiteCells, check
from gateway.enrolment.entry import Entry, Place, Written
from gateway.enrolment.sheet import BadRow, NotOurFile, Row, about, placed, rows
from gateway.settings import Settings


@dataclass(frozen=True)
class Imported:
    """Either `bad` says what is wrong and nothing has changed, or the file is in. `notes` are worth a look."""

    bad: tuple[BadRow, ...] = ()
    added: int = 0
    changed: tuple[str, ...] = ()
    same: int = 0
    notes: tuple[BadRow, ...] = ()


@dataclass(frozen=True)
class Kind:
    cells: type[Cells]
    faults: Callable[[Session, Sequence[Entry[Any]], Place], list[BadRow]]
    enter: Callable[[Session, Sequence[Entry[Any]], Place], list[Written]]


KINDS = {
    "sites": Kind(SiteCells, sites.faults, sites.enter),
    "clinicians": Kind(ClinicianCells, clinicians.faults, clinicians.enter),
    "patients": Kind(PatientCells, patients.faults, patients.enter),
}


def import_file(session: Session, kind: str, text: str, now: datetime, settings: Settings) -> list[BadRow]:
    """What is wrong with the file; when nothing is, it is in."""
    return list(bring_in(session, kind, text, now, settings).bad)


def bring_in(session: Session, kind: str, text: str, now: datetime, settings: Settings) -> Imported:
    """`kind` is a name of KINDS. Everything is judged before the first row is written."""
    cells = KINDS[kind].cells
    may_lack = [name for name, field in cells.model_fields.items() if not field.is_required()]
    try:
        good, bad = rows(text, tuple(cells.model_fields), may_lack)
    except NotOurFile as wrong:
        return Imported(bad=(wrong.bad,))
    done = enter(session, kind, good, now, settings, bad)
    return replace(done, bad=placed(text, done.bad), notes=placed(text, done.notes))


def enter(
    session: Session, kind: str, listed: Sequence[Row], now: datetime, settings: Settings, bad: Sequence[BadRow] = ()
) -> Imported:
    """The same of rows that were typed somewhere else. `bad`: what is known to be wrong already."""
    allowed = tuple(settings.allowed_countries)
    place = Place(
        now,
        settings.region,
        settings.time_zone,
        settings.emergency_number,
        allowed,
        may_call=settings.twilio_from is not None,
    )
    entries, faults = _entries(KINDS[kind].cells, listed, place)
    place = replace(place, codes=frozenset(row.cells["code"] for row in listed))
    faults = [*bad, *faults, *_twice(entries), *KINDS[kind].faults(session, entries, place)]
    if faults:
        return Imported(bad=tuple(sorted(faults, key=lambda row: row.line)))
    return _summed(KINDS[kind].enter(session, entries, place))


def _entries(cells: type[Cells], listed: Sequence[Row], place: Place) -> tuple[list[Entry[Cells]], list[BadRow]]:
    """The right rows, and what is wrong with the others."""
    entries, bad = list[Entry[Cells]](), list[BadRow]()
    for row in listed:
        checked = check(cells, row, place.region, place.countries)
        if isinstance(checked, Cells):
            entries.append(Entry(row.line, checked))
        else:
            bad += checked
    return entries, bad


def _twice(entries: Sequence[Entry[Cells]]) -> list[BadRow]:
    """Codes that differ only by case would be one person on paper and two here."""
    first: dict[str, int] = {}
    bad = []
    for entry in entries:
        stands = first.setdefault(entry.cells.code.lower(), entry.line)
        if stands != entry.line:
            bad.append(
                BadRow(
                    entry.line,
                    about(
                        "code",
                        worded("'%(code)s' stands in line %(line)s already", code=entry.cells.code, line=stands),
                    ),
                )
            )
    return bad


def _summed(written: Sequence[Written]) -> Imported:
    changes = [each for each in written if not each.is_new and each.changed]
    return Imported(
        added=sum(each.is_new for each in written),
        changed=tuple(f"{each.code}: {', '.join(each.changed)}" for each in changes),
        same=sum(not each.is_new and not each.changed for each in written),
        notes=tuple(note for each in written for note in each.notes),
    )
