"""Which codes of others do we use, and which are our own? A LOINC code stands here only if it was read at a source."""

from enum import Enum

from gateway.core.flow import Level, Purpose, Scale
from gateway.core.life import State
from gateway.store.queries.conversations import HELPER_ANSWERS

LOINC = "http://loinc.org"
# Pain severity 0 to 10, verbal numeric rating. Only of a question "pain" on that scale that was answered by a number.
PAIN, PAIN_ITEM = "pain", "72514-3"
# The items of the PHQ in their order. The ninth is left local until its code was read at a source.
PHQ = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3")
SHARED = {"phq-2": 2, "phq-8": 8, "phq-9": 8}
ITEMS = {f"{name} {number}": PHQ[number - 1] for name, many in SHARED.items() for number in range(1, many + 1)}
# Totals. GAD-2 and PHQ-8 have none that we are sure of.
TOTALS = {"phq-2": "55758-7", "phq-9": "44261-6", "gad-7": "70274-6"}

# Whether the work that a case asks for was asked for, taken on, begun or done; businessStatus has the state itself.
TASKS = {
    State.HELD: "draft",
    State.TOLD: "requested",
    State.ACCEPTED: "accepted",
    State.OVERDUE: "accepted",
    State.CONTACTED: "in-progress",
    State.BETTER: "requested",
    State.PLANNED: "on-hold",
    State.LEFT: "in-progress",
    State.CLOSED: "completed",
}
PRIORITIES = {Level.NOW: "stat", Level.RED: "asap", Level.AMBER: "urgent"}
# How far over a limit: amber is abnormal, red and now are critically abnormal.
INTERPRETED = {Level.NOW: "AA", Level.RED: "AA", Level.AMBER: "A"}
WORST_FIRST = (Level.NOW, Level.RED, Level.AMBER)
SENT_ON = "referral sent"
REFERRALS = {
    "referral taken": "active",
    "referral returned": "completed",
    "referral declined": "revoked",
    "referral withdrawn": "revoked",
}
DONE = {"4": "advice", "5": "support", "6": "medicine", "7": "referred"}

CASE, REFERRAL, HELPS = "symptom case", "referral", "helps her with the phone"
DOCTOR_SAYS, PATIENT_SAYS, WAS_DONE = "contact, as the clinician says", "contact, as she says", "done"


def _words(words: type[Enum]) -> tuple[str, ...]:
    return tuple(str(word.value) for word in words)


# Of each of our own code systems: its title and its words. A code is the word with dashes.
OWN = {
    "case-level": ("How fast a person must act", _words(Level)),
    "case-state": ("Where a case stands", _words(State)),
    "consent-purpose": ("What somebody agrees to", (*_words(Purpose), HELPER_ANSWERS)),
    "work": (
        "What is asked for and done about a patient",
        (CASE, REFERRAL, HELPS, DOCTOR_SAYS, PATIENT_SAYS, WAS_DONE),
    ),
    "done": ("What a clinician says that he did", tuple(DONE.values())),
    "contact": ("How she was reached", ("by call", "by visit", "not reached", "yes", "no")),
}


def is_zero_to_ten(scale: Scale | None) -> bool:
    return scale is not None and (scale.low, scale.high, scale.worse) == (0, 10, "higher")
