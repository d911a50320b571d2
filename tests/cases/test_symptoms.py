"""What does a doctor read beside a symptom: the last number by the same kind of person?"""

from gateway.cases.symptoms import of_event
from gateway.core.answers import History, Report, Respondent
from gateway.core.events import Breached
from gateway.core.flow import Level
from tests.core.shipped import flow

SEVERE = Breached("severe", Level.RED, (("pain", 8),))
WEEKLY = flow("weekly-check")
BY_HELPER = Report({"pain": 2}, Respondent.HELPER)
BY_HER = Report({"pain": 4})


def last(respondent: Respondent, *before: Report) -> object:
    ((_, known),) = of_event(SEVERE, WEEKLY, History(before), respondent)
    return known["last"]


def test_last_is_by_the_same_kind_of_person() -> None:
    assert last(Respondent.PATIENT, BY_HELPER, BY_HER) == 4
    assert last(Respondent.HELPER, BY_HER, BY_HELPER) == 2


def test_where_there_is_none_by_the_same_it_is_by_anybody() -> None:
    assert last(Respondent.PATIENT, BY_HELPER) == 2
    assert last(Respondent.PATIENT) is None


def test_a_skipped_answer_is_passed_over_as_the_limits_do() -> None:
    assert last(Respondent.PATIENT, Report({"pain": "skipped"}), BY_HER) == 4
