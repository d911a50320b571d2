"""The card that a patient takes home: large digits, few words, in the patient's own language."""

from typing import Any

from babel import Locale
from flask import render_template

from gateway import languages
from gateway.console.doors import Visit, opens
from gateway.console.patients import theirs
from gateway.console.words import _
from gateway.core.sentences import phrase
from gateway.store.queries import patients as asked
from gateway.store.queries.flows import flow_of, newest_of_each, spoken_in
from gateway.store.queries.people import number_of
from gateway.store.tables import FlowVersion, Person, Post
from gateway.talk.facts import called

# As the page says them, where no version that is live has words for a card yet.
WORDS = {
    "card_number": _("Your number"),
    "card_ours": _("Our telephone"),
    "card_doctor": _("Your doctor"),
    "card_emergency": _("Emergency"),
    "card_yes": _("yes"),
    "card_no": _("no"),
    "card_scale": _("0 is none, 10 is the worst"),
    "card_help": _("if something is not clear"),
    "card_end": _("no more questions"),
    "card_me": _("It is me"),
    "card_again": _("say it again"),
    "card_menu": _("help, or stop"),
    "card_close": _("Nobody reads along all day. If it gets worse, phone."),
    "card_hours": _("We ring between {hours}."),
}


@opens("/patients/<patient_id>/card", Post.COORDINATOR, Post.CLINICIAN)
def card(at: Visit, patient_id: str) -> Any:
    """To print."""
    hers = theirs(at, patient_id)
    at.notes("printed a card", person_id=patient_id)
    code, words = _in_words(at, hers.person)
    return render_template(
        "card.html",
        at=at,
        hers=hers,
        person=hers.person,
        clinic=at.house.settings.clinic_name,
        ours=at.house.settings.twilio_from,
        doctor=called(at.session, hers.doctor) if hers.doctor else "",
        doctors=[number_of(at.session, phone) for phone in _phones(at, hers.doctor)],
        hours=(hers.person.wishes or {}).get("call_hours"),
        words=words,
        tag=code.replace("_", "-"),
        direction=Locale.parse(code).text_direction,
    )


def _phones(at: Visit, person: Person | None) -> list[Any]:
    return asked.phones_of(at.session, person.id) if person else []


def _in_words(at: Visit, person: Person) -> tuple[str, dict[str, str]]:
    """Which language, and what is said in it."""
    facts = {"hours": str((person.wishes or {}).get("call_hours", ""))}
    version = _speaking(at, person.language)
    if version is None:
        said = {name: at.tongue.say(text).replace("{hours}", facts["hours"]) for name, text in WORDS.items()}
        return at.tongue.code, said
    flow, code = flow_of(version), person.language
    language = languages.of(at.session, version, code)
    return code, {name: phrase(flow, language, name, facts) for name in WORDS}


def _speaking(at: Visit, code: str) -> FlowVersion | None:
    """A live version with words for a card in this language."""
    known = (version for version in newest_of_each(at.session) if code in spoken_in(version))
    return next((version for version in known if WORDS.keys() <= flow_of(version).shared.keys()), None)
