"""Which danger sign is it? After a yes to all of them at once: when is it asked, and who hears the answer?"""

from datetime import timedelta

from gateway.cases import doctors, ledger
from gateway.cases.casefile import CaseFile
from gateway.cases.patients import WHICH_SIGN, end_planted, plant
from gateway.cases.symptoms import Opening, Symptom, danger_sign, is_unnamed
from gateway.core.events import RedFlagged
from gateway.core.flow import Level
from gateway.core.places import place
from gateway.store.queries.cases import values_of
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Conversation, FlowVersion

ASKED_AFTER = timedelta(minutes=1)  # the emergency text comes first, and nothing waits for this
QUESTION = "sign"


def follow(file: CaseFile, event: Opening, known: list[Symptom], *, was_unnamed: bool) -> None:
    """A yes to several signs is asked about; a sign in her own words answers that, and is passed on."""
    if isinstance(event, RedFlagged):
        end_planted(file, WHICH_SIGN)
        if was_unnamed:
            _tell(file)
    elif file.life.level is Level.NOW and any(map(is_unnamed, known)):
        end_planted(file, WHICH_SIGN)
        plant(file, WHICH_SIGN, file.now + ASKED_AFTER)


def answered(file: CaseFile, conversation: Conversation) -> None:
    """The case keeps its level, state and clocks. No answer changes nothing at all."""
    number = values_of(file.session, conversation).get(QUESTION)
    asked = flow_of(file.session.get_one(FlowVersion, conversation.version_id))
    step = asked.questions().get(QUESTION)
    if step is None or not isinstance(number, int) or number not in step.choices:
        return
    sign = [place(asked, step, f"choice.{number}"), step.choices[number]]
    named = [[each[0], {**each[1], "sign": sign}] if is_unnamed(each) else each for each in file.symptoms]
    file.case.frozen = {**file.case.frozen, "symptoms": named}
    ledger.append(file, "danger sign", facts={"choice": number, "conversation": conversation.id})
    _tell(file)


def _tell(file: CaseFile) -> None:
    for clinician in doctors.concerned(file):
        flow, language = doctors.language_of(file, clinician)
        sign = danger_sign(flow, language, file.symptoms) or ""
        number = doctors.small_number(file)
        doctors.say(file, clinician, "doctor_sign", code=file.case.code, number=number, sign=sign)
