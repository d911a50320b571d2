"""Did the doctor phone or visit? What the patient says of the contact, kept apart from what the doctor says."""

from gateway.cases import ledger
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import move
from gateway.core.life import Move
from gateway.store.queries.cases import SAYS_SO, values_of
from gateway.store.tables import Conversation

QUESTION = "reached"


def answered(file: CaseFile, conversation: Conversation) -> None:
    """A yes is noted and moves nothing: the doctor still says what was done. A no moves the case up."""
    said = values_of(file.session, conversation).get(QUESTION)
    if said not in ("yes", "no"):
        ledger.append(file, "patient gave no answer", facts={"conversation": conversation.id})
    elif said == "yes":
        ledger.append(file, SAYS_SO, facts={"conversation": conversation.id})
        file.case.contact_patient = "yes"
    else:
        move(file, Move.NO_CALL, conversation=conversation.id)
        file.case.contact_patient = "no"
