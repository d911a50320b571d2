"""Does a case go to a clinician by itself, or in one SMS with others: what can wait, and a storm?"""

from datetime import datetime, timedelta

from gateway.cases import doctors
from gateway.cases.casefile import CaseFile
from gateway.cases.symptoms import listed
from gateway.core import policy, wording
from gateway.core.flow import Level
from gateway.core.life import Life
from gateway.store import outbox
from gateway.store.ids import new_id
from gateway.store.marks import is_my_turn
from gateway.store.queries import load
from gateway.store.tables import Case, Message, Person, Telling
from gateway.talk.facts import called
from gateway.talk.telling import tell_coordinator

GATHERS = timedelta(minutes=2)  # what belongs in one SMS comes together
ALONE = 5  # red cases to one clinician, each by its own SMS, ...
WITHIN = timedelta(minutes=10)  # ... within so long; the next ones share one. A case of level `now` never does
SHOWN = 4  # cases by their symptoms in one SMS, which stays at two segments; the others are counted, and `0` lists them
STORM_TOLD_EACH = timedelta(hours=1)


def tell(file: CaseFile, clinician: Person, tier: int) -> Message:
    level = file.life.level
    is_storm = level is Level.RED and _is_storm(file, clinician)
    if is_storm:
        _tell_of_storm(file, clinician)
    digest = level if is_storm or level is Level.AMBER else None
    message = _gathered(file, clinician) if digest else doctors.tell_case(file, clinician)
    _remember(file, clinician, message, tier, digest)
    return message


def _is_storm(file: CaseFile, clinician: Person) -> bool:
    return load.told_alone_since(file.session, clinician.id, file.now - WITHIN) >= ALONE


def _gathered(file: CaseFile, clinician: Person) -> Message:
    """The first of a digest reads as it would alone, since it may stay so."""
    waiting = load.gathering(file.session, file.now, clinician.id, file.life.level)
    if waiting is None:
        return doctors.tell_case(file, clinician, not_before=file.now + GATHERS)
    cases = [case for case in load.told_by(file.session, waiting.id) if case.id != file.case.id]
    outbox.reword(file.session, waiting, _said(file, clinician, [*cases, file.case]))
    waiting.valid_until = max(waiting.valid_until, file.now + policy.valid_for(file.now, doctors.next_step(file)))
    return waiting


def _said(file: CaseFile, clinician: Person, cases: list[Case]) -> str:
    flow, language = doctors.language_of(file, clinician)
    items = [_item(file, clinician, case) for case in cases[:SHOWN]]
    shown = listed(flow, language, items)
    if len(cases) > SHOWN:
        more = {"list": shown, "count": str(len(cases) - SHOWN)}
        shown = wording.phrase(flow, language, "doctor_digest_more", more)
    word = "doctor_digest" if file.life.level is Level.AMBER else "doctor_storm"
    facts = {"count": str(len(cases)), "list": shown, "first": cases[0].code}
    facts["deadline"] = doctors.said_at(file, _earliest(file, cases), clinician)
    return wording.phrase(flow, language, word, facts)


def _item(file: CaseFile, clinician: Person, case: Case) -> str:
    """By the words of its own version."""
    other = file if case is file.case else _as_it_stands(file, case)
    return doctors.item(other, clinician)


def _earliest(file: CaseFile, cases: list[Case]) -> datetime:
    return min(doctors.next_step(file if case is file.case else _as_it_stands(file, case)) for case in cases)


def _as_it_stands(file: CaseFile, case: Case) -> CaseFile:
    return CaseFile(file.session, file.now, case, Life.from_json(case.progress["life"]))


def _remember(file: CaseFile, clinician: Person, message: Message, tier: int, digest: Level | None) -> None:
    file.session.add(
        Telling(
            id=new_id(file.now),
            case_id=file.case.id,
            person_id=clinician.id,
            message_id=message.id,
            tier=tier,
            digest=digest,
            at=file.now,
        )
    )


def _tell_of_storm(file: CaseFile, clinician: Person) -> None:
    """So many at once may be a wrong limit, or a bad day: a person looks, and phones him."""
    if not is_my_turn(file.session, f"storm {clinician.id}", file.now, STORM_TOLD_EACH):
        return
    facts = {
        "doctor": called(file.session, clinician),
        "count": str(ALONE),
        "minutes": str(WITHIN // timedelta(minutes=1)),
    }
    tell_coordinator(
        file.session, file.now, "coordinator_storm", facts, site_id=clinician.site_id, version=file.version
    )
