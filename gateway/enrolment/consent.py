"""Who has agreed to what, and what stops when somebody no longer does?"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.core.flow import Purpose
from gateway.store.ids import new_id
from gateway.store.outbox import cancel
from gateway.store.queries.conversations import HELPER_ANSWERS
from gateway.store.queries.people import CONSENT_ASKED, has_consented, has_refused
from gateway.store.tables import Consent, Conversation, Enrolment, FlowVersion, Kind, Person, Standing

FROM_PAPER = "paper"  # the signed form in the clinic; its wording is the clinic's own
QUESTIONS = (Kind.PROMPT, Kind.REPLY, Kind.NOTICE)  # what stops; a case and a safety text go on


def consent_to(session: Session, person: Person, purpose: str, now: datetime, form: str = "") -> bool:
    """Whether this is new: a consent that stands is not written down again. `form`: which one was signed."""
    if has_consented(session, person, purpose):
        return False
    _from_paper(session, person, purpose, now, form, given=True)
    return True


def refuse(session: Session, person: Person, purpose: str, now: datetime, form: str = "") -> bool:
    """A no is a row, too. Whether this is new."""
    if has_refused(session, person, purpose):
        return False
    take_back(session, person, purpose, now)
    _from_paper(session, person, purpose, now, form, given=False)
    return True


def _from_paper(session: Session, person: Person, purpose: str, now: datetime, form: str, *, given: bool) -> None:
    session.add(
        Consent(
            id=new_id(now),
            person_id=person.id,
            purpose=purpose,
            version=form or FROM_PAPER,
            language=person.language,
            channel=FROM_PAPER,
            given_at=now,
            withdrawn_at=None if given else now,
        )
    )
    session.flush()


def take_back(session: Session, person: Person, purpose: str, now: datetime) -> bool:
    """Whether anything stood."""
    if not has_consented(session, person, purpose):
        return False
    standing = (Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    session.execute(update(Consent).where(*standing).values(withdrawn_at=now))
    return True


def answered(
    session: Session, person: Person, purpose: Purpose, given: bool, asked: Conversation, now: datetime
) -> None:
    """A yes or a no as it was asked. The question about the helper asks for both, to be told and to answer for her."""
    for each in (purpose, HELPER_ANSWERS) if purpose is Purpose.HELPER else (purpose,):
        _note(session, person, each, given, asked, now)
    if purpose is Purpose.MESSAGES:
        _may_be_sent(session, person, given, now)


def _note(session: Session, person: Person, purpose: str, given: bool, asked: Conversation, now: datetime) -> None:
    """Which version, in which language, by which channel."""
    version = session.get_one(FlowVersion, asked.version_id)
    if not given:
        take_back(session, person, purpose, now)
    session.add(
        Consent(
            id=new_id(now),
            person_id=person.id,
            purpose=purpose,
            version=f"{version.flow} {version.number}",
            language=asked.language,
            channel=asked.memory["channel"],
            given_at=now,
            withdrawn_at=None if given else now,
        )
    )
    session.flush()


def _may_be_sent(session: Session, person: Person, given: bool, now: datetime) -> None:
    """A no is a stop; a yes after a stop is what ends it. An open case goes on in both."""
    if not given:
        stop(session, person, now, "withdrawn")
    elif person.standing == Standing.PAUSED and person.standing_why == CONSENT_ASKED:
        person.standing, person.standing_why = Standing.ACTIVE, None


def withdraw(session: Session, person: Person, now: datetime) -> None:
    """All consents end, nothing more is asked. An open case is no question and goes on."""
    session.execute(
        update(Consent).where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == person.id, Enrolment.ended_at.is_(None), Enrolment.case_id.is_(None))
        .values(ended_at=now, ended_why="withdrawn", next_due=None)
    )
    stop(session, person, now, "withdrawn")


def stop(session: Session, person: Person, now: datetime, why: str) -> None:
    """No prompt goes out any more and what waits in the outbox is taken back."""
    person.standing, person.standing_why = Standing.STOPPED, why
    cancel(session, now, person=person, kinds=QUESTIONS)
