"""Which scores do the answers make?"""

from collections.abc import Mapping

from gateway.core.answers import Value
from gateway.core.flow import Flow, ScoreRule


def scores(flow: Flow, answers: Mapping[str, Value]) -> dict[str, float]:
    """Sums by name. A score with fewer answers than its `needs` is left out: a guess could hide a breach."""
    found: dict[str, float] = {}
    for name, rule in flow.scores.items():
        items = [value for item in rule.sum if not isinstance(value := answers.get(item, "skipped"), str)]
        is_too_early = rule.missing is not None and any(item not in answers for item in rule.sum)  # it may yet be asked
        if len(items) >= rule.needs and not is_too_early:
            found[name] = float(_total(rule, [float(item) for item in items]))
    return found


def _total(rule: ScoreRule, items: list[float]) -> float:
    """Whole numbers throughout where items are missing: no float may put a score on the wrong side of a cut."""
    if rule.missing is None or len(items) == len(rule.sum):
        return sum(items)
    return (2 * int(sum(items)) * len(rule.sum) + len(items)) // (2 * len(items))
