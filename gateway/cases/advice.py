"""What does a clinician who takes a case on read about what to do, by the advice that held when it opened?"""

from typing import Any

from sqlalchemy.orm import Session

from gateway.cases import ledger
from gateway.cases.casefile import CaseFile
from gateway.cases.symptoms import Symptom
from gateway.store.queries.advice import advice_of, newest_advice
from gateway.store.tables import AdviceVersion, Person
from gateway.talk.telling import spoken

LACKS = "lacks"  # of a site's `ways`: what its clinic hasn't


def frozen_with(session: Session, frozen: dict[str, Any], known: list[Symptom]) -> dict[str, str]:
    """Topic to version, for these symptoms and those that the case had before: the first that was found holds."""
    standing: dict[str, str] = frozen.get("advice", {})
    topics = {topic(symptom) for symptom in known} - standing.keys()
    if not topics:
        return standing
    newest = {about: row.id for row in newest_advice(session) for about in advice_of(row).about}
    return {**{about: newest[about] for about in sorted(topics & newest.keys())}, **standing}


def line(file: CaseFile, clinician: Person) -> str | None:
    """Of the first symptom that has one for this level, in his language. It is noted which version he was sent."""
    frozen, language = file.case.frozen.get("advice", {}), spoken(file.version, clinician)
    for symptom in file.symptoms:
        version = file.session.get(AdviceVersion, frozen.get(topic(symptom), ""))
        said = advice_of(version).line(file.life.level, language, _lacking(file)) if version else None
        if version and said:
            ledger.append(file, "advice", clinician, {"advice": version.name, "version": version.number})
            return said
    return None


def topic(symptom: Symptom) -> str:
    name, known = symptom
    if "flag" in known:
        return str(known["flag"])
    return "silence" if "silent" in known else str(name)


def _lacking(file: CaseFile) -> tuple[str, ...]:
    return tuple((file.sites[0].ways or {}).get(LACKS, ()))
