"""When does somebody work, written at the console: the same text as in the list, never over somebody else's change?"""

from collections.abc import Mapping, Sequence
from datetime import date, time

from sqlalchemy.orm import Session

from gateway.core import rota
from gateway.core.rota import DAYS, Duty
from gateway.store.database import lock
from gateway.store.tables import Person

ALWAYS = "always"


def set_duty(session: Session, person: Person, text: str, seen: str) -> bool:
    """False where it was changed since `seen`. Raises rota.DutyProblem."""
    rota.parse(text)
    person = lock(session, Person, person.id)
    if person.duty != seen:
        return False
    person.duty = text
    return True


def written(hours: Mapping[str, str], away: Sequence[tuple[str, str]], digests: str, *, always: bool) -> str:
    """`hours` by weekday: `08:00-12:00, 14:00-17:00`. An absence without a last day is one day long."""
    shifts = [f"{day} {piece}" for day in DAYS for piece in hours.get(day, "").replace(",", " ").split()]
    absences = [f"away {first or last} to {last or first}" for first, last in away if first or last]
    kept = [ALWAYS] if always else shifts
    return "; ".join([*kept, *absences, *([f"digest {digests}"] if digests.strip() else [])])


def hours_by_day(duty: Duty) -> dict[str, str]:
    """As `written` takes them."""
    found: dict[str, list[str]] = {day: [] for day in DAYS}
    for shift in duty.shifts:
        found[DAYS[shift.weekday]].append(f"{_clock(shift.starts)}-{_clock(shift.ends)}")
    return {day: ", ".join(pieces) for day, pieces in found.items()}


def absences_after(duty: Duty, day: date) -> list[tuple[date, date]]:
    """What lies before is over: whoever writes duty anew leaves it out."""
    return sorted(absence for absence in duty.away if absence[1] >= day)


def own_digests(duty: Duty) -> str:
    return "" if duty.digests == rota.DIGESTS else ", ".join(_clock(at) for at in duty.digests)


def _clock(at: time) -> str:
    return at.strftime("%H:%M")
