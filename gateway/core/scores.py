"""Which scores do the answers make?"""

from collections.abc import Mapping

from gateway.core.answers import Value
from gateway.core.flow import Flow


def scores(flow: Flow, answers: Mapping[str, Value]) -> dict[str, float]:
    """Sums by name. A score with fewer answers than its `needs` is left out: a guess could hide a breach."""
    found: dict[str, float] = {}
    for name, rule in flow.scores.items():
        items = [value for item in rule.sum if not isinstance(value := answers.get(item, "skipped"), str)]
        if len(items) >= rule.needs:
            found[name] = float(sum(items))
    return found
