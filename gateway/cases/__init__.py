"""From a breach to its end: case, doctor, contact, re-check, closed, or the next tier."""

from gateway.cases.casefile import CaseNotice
from gateway.cases.closing import close
from gateway.cases.opening import answered, consider
from gateway.cases.ordering import named, ordered
from gateway.cases.planning import CannotPlan, plan
from gateway.cases.results import finished

__all__ = ["CannotPlan", "CaseNotice", "answered", "close", "consider", "finished", "named", "ordered", "plan"]
