"""A report by telephone: the questions read out one by one, and her answers written down for her."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway.console import casewords
from gateway.console.doors import Visit, opens
from gateway.console.patients import theirs
from gateway.core.expecting import expected
from gateway.core.flow import Ask, Rank
from gateway.core.places import place
from gateway.core.questions import question_count, question_number
from gateway.core.replies.heard import ChoiceExpected, ScaleExpected, YesNoExpected
from gateway.core.worded import said_by
from gateway.intake.by_hand import Put, Written, open_scene, write_down
from gateway.outreach import CannotAsk, by_hand
from gateway.store.queries import patients as asked
from gateway.store.queries.flows import flow_of, newest_of_each, spoken_in
from gateway.store.tables import Person, Post
from gateway.talk.facts import called
from gateway.talk.scene import Scene

TAKES = (Post.COORDINATOR, Post.CLINICIAN)
LONGEST = 300
# Asked elsewhere: on paper, and with the telephone in her own hand.
NOT_HERE = (Rank.CONSENT, Rank.PRACTICE, Rank.EDUCATION, Rank.MEDICINE)


@opens("/patients/<patient_id>/report", *TAKES)
def page(at: Visit, patient_id: str) -> Any:
    return _shown(at, patient_id)


@opens("/patients/<patient_id>/report", *TAKES, methods=("POST",))
def begin(at: Visit, patient_id: str) -> Any:
    person, helper = theirs(at, patient_id).person, request.form.get("who") == "helper"
    try:
        with at.session.begin_nested():
            row = by_hand.begin(
                at.session, person, request.form.get("flow", ""), at.now, helper=helper, user_id=at.who.id
            )
    except CannotAsk as why:
        return _shown(at, patient_id, problem=said_by(why)), 409
    at.notes("took a report", person_id=person.id)
    return redirect(url_for("console.report_page", patient_id=person.id, of=row.id))


@opens("/patients/<patient_id>/report/answer", *TAKES, methods=("POST",))
def answer(at: Visit, patient_id: str) -> Any:
    """What she is told now stands on the page that answers: pressed again, it is the next question's and is refused."""
    person, sent = theirs(at, patient_id).person, request.form
    put = Put(sent.get("of", ""), sent.get("question", ""), sent.get("tries", 0, type=int))
    words = None if "skip" in sent else (sent.get("value") or sent.get("words", "")).strip()[:LONGEST]
    if words == "":
        return _shown(at, patient_id, of=put.conversation_id, problem="empty"), 400
    written = write_down(at.session, at.now, person, put, words)
    if written is None:
        return _shown(at, patient_id, of=put.conversation_id, problem="moved on"), 409
    at.notes("wrote an answer down", person_id=person.id)
    return _shown(at, patient_id, of=put.conversation_id, written=written)


def _shown(at: Visit, patient_id: str, of: str = "", problem: str = "", written: Written | None = None) -> str:
    hers = theirs(at, patient_id)
    of = of or request.args.get("of", "")
    here = open_scene(at.session, hers.person, of) if of else None
    if of and here is None and written is None and not problem:
        abort(404)
    return render_template(
        "report.html",
        at=at,
        now=at.now,
        hers=hers,
        person=hers.person,
        name=called(at.session, hers.person) or hers.person.code,
        open=_open(at, here) if here else None,
        of=of,
        choices=_choices(at, hers.person),
        written=written,
        problem=problem,
    )


def _open(at: Visit, here: Scene) -> dict[str, Any]:
    """The question in her language, and beside it in the page's where the flow speaks that."""
    step = here.flow.questions()[str(here.memory.open)]
    awaited = expected(here.flow, here.memory)
    mine = casewords.language(at, here.around.version) if here.around.version else here.language
    words = {"text": (place(here.flow, step), step.text)}
    words |= {
        part: (place(here.flow, step, part), said) for part in ("lowest", "highest") if (said := getattr(step, part))
    }
    return {
        "step": step.id,
        "tries": here.memory.tries,
        "number": question_number(here.flow, step),
        "count": question_count(here.flow),
        "hers": {part: here.language.text(*said) for part, said in words.items()},
        "mine": mine.text(*words["text"]) if mine.code != here.language.code else "",
        "language": here.language.code,
        "title": casewords.title(at, here.row.flow),
        "scale": range(awaited.low, awaited.high + 1) if isinstance(awaited, ScaleExpected) else None,
        "yes_no": isinstance(awaited, YesNoExpected),
        "labels": _labels(here, step) if isinstance(awaited, ChoiceExpected) else [],
        "helper": here.memory.respondent == "helper",
    }


def _labels(here: Scene, step: Ask) -> list[tuple[int, str]]:
    return [
        (number, here.language.text(place(here.flow, step, f"choice.{number}"), said))
        for number, said in step.choices.items()
    ]


def _choices(at: Visit, person: Person) -> list[tuple[str, str, bool, bool]]:
    """(flow, title, whether it is open already, whether a helper may answer it); what is open goes first."""
    waiting = {row.flow for row in asked.open_conversations(at.session, person.id)}
    found = [
        (
            version.flow,
            casewords.title(at, version.flow),
            version.flow in waiting,
            by_hand.may_be_read(flow, helper=True),
        )
        for version in newest_of_each(at.session)
        if (flow := flow_of(version)) and by_hand.may_be_read(flow, helper=False)
        if version.flow in waiting or (flow.rank not in NOT_HERE and flow.start.after != "case event")
        if person.language in spoken_in(version)
    ]
    return sorted(found, key=lambda choice: (not choice[2], choice[0] != "weekly-check", choice[1]))
