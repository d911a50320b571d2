"""How does this report compare with her last one, in a word, and when is nothing said of it?"""

from collections.abc import Mapping
from enum import StrEnum

from gateway.core.answers import Report, Respondent, Value
from gateway.core.breaches import bad_ends, is_at_limit
from gateway.core.flow import Flow
from gateway.core.memory import Circumstances, Conversation

ABOUT = 1  # so little is no change, in a sum of several symptoms
HERSELF = (Respondent.PATIENT, Respondent.ASSISTED)
Worsening = Mapping[str, float]


class Course(StrEnum):
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


def course(worsening: float) -> Course:
    """`worsening`: by how much the sum is worse than before."""
    if abs(worsening) <= ABOUT:
        return Course.SAME
    return Course.WORSE if worsening > 0 else Course.BETTER


def compared(flow: Flow, conversation: Conversation, score: str, circumstances: Circumstances) -> Course | None:
    """None wherever a word could calm or alarm against what people are doing: then nothing is said.

    That is while a case is open or a person was asked to look, where one answer alone reaches a limit, where a helper
    answered, and where the symptoms go different ways under a sum that says better or the same.
    """
    if circumstances.has_case or circumstances.respondent not in HERSELF or _is_looked_at(conversation):
        return None
    now = _numbers(flow, score, conversation.values)
    if not now or any(is_at_limit(flow, item, value) for item, value in now.items()):
        return None
    before = _last(flow, score, circumstances)
    if not before:
        return None
    ends = bad_ends(flow)
    worsening = {item: (before[item] - now[item]) * (1 if ends.get(item) == "lower" else -1) for item in now}
    found = course(sum(worsening.values()))
    return found if _is_so_throughout(found, worsening) else None


def _is_looked_at(conversation: Conversation) -> bool:
    return bool(conversation.breached) or conversation.patient_knows or conversation.left > 0


def _is_so_throughout(found: Course, worsening: Worsening) -> bool:
    if found is Course.BETTER:
        return max(worsening.values()) <= 0
    return found is Course.WORSE or max(map(abs, worsening.values())) <= ABOUT


def _last(flow: Flow, score: str, circumstances: Circumstances) -> dict[str, float]:
    """Her own newest report; what a helper said for her is another's eye."""
    own = (report for report in circumstances.history.before if report.respondent in HERSELF)
    newest: Report | None = next(own, None)
    return _numbers(flow, score, newest.values) if newest else {}


def _numbers(flow: Flow, score: str, values: Mapping[str, Value]) -> dict[str, float]:
    """Every item of the score; nothing where one is missing or was skipped."""
    items = {item: values.get(item, "skipped") for item in flow.scores[score].sum}
    numbers = {item: float(value) for item, value in items.items() if not isinstance(value, str)}
    return numbers if len(numbers) == len(items) else {}
