"""Who answers: she herself, somebody who helps her, or another patient with the same phone?"""

from dataclasses import replace

from gateway.core.answers import Respondent, Speaker
from gateway.core.events import Why
from gateway.core.flow import Flow
from gateway.core.greeting import hear_unclear, postpone, resume
from gateway.core.memory import Circumstances, Conversation, Turn
from gateway.core.understand import AnswerHeard, UnclearHeard, Understood


def hear_who(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    match understood:
        case AnswerHeard(value):
            return _chosen(flow, conversation, conversation.who[int(value) - 1], circumstances)
        case UnclearHeard():
            return hear_unclear(flow, conversation, understood)
        case _:
            return hear_unclear(flow, conversation, UnclearHeard(Why.UNREADABLE, (), ""))


def answered_by(conversation: Conversation, circumstances: Circumstances) -> Circumstances:
    """Whoever was chosen in this conversation answers in it."""
    return replace(circumstances, respondent=conversation.respondent or circumstances.respondent)


def _chosen(flow: Flow, conversation: Conversation, speaker: Speaker, circumstances: Circumstances) -> Turn:
    """One patient never answers for another. Then it waits for her."""
    if speaker is Speaker.ANOTHER or (speaker is Speaker.HELPER and not flow.by_proxy):
        return postpone(flow, conversation, circumstances)
    is_helper = speaker is Speaker.HELPER
    conversation = replace(conversation, respondent=Respondent.HELPER if is_helper else Respondent.PATIENT)
    return resume(flow, conversation, answered_by(conversation, circumstances))
