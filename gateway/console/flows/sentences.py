"""How are conditions, limits and differences of a flow said on a page?"""

from collections.abc import Mapping

from gateway.console.flows.fields import KNOWN_FACTS, field
from gateway.console.tongue import Tongue
from gateway.console.words import _
from gateway.core import conditions
from gateway.core.changes import Change
from gateway.core.conditions import Claim, Clause, ConditionProblem, Test

CLAIMS = {
    Test.AT_LEAST: _("is at least %(first)s"),
    Test.AT_MOST: _("is at most %(first)s"),
    Test.BETWEEN: _("is between %(first)s and %(second)s"),
    Test.IS: _("is %(first)s"),
    Test.WORSE_BY: _("is worse than last time by %(first)s"),
    Test.WORSE_SINCE_BASELINE: _("is worse than at the start by %(first)s"),
}
VALUES = {"yes": _("yes"), "no": _("no"), "skipped": _("skipped")}
CHANGES = {
    "limit moved": _("%(about)s: %(level)s from %(after)s instead of %(before)s"),
    "limit added": _("New limit “%(about)s”: %(level)s when %(after)s"),
    "limit removed": _("No limit “%(about)s” any more: it was %(level)s when %(before)s"),
    "limit changed": _("Limit “%(about)s”: %(level)s when %(after)s, instead of when %(before)s"),
    "level": _("Limit “%(about)s”: %(after)s instead of %(before)s"),
    "waits": _("Limit “%(about)s”: the doctor's SMS waits for “%(after)s” instead of “%(before)s”"),
    "flag": _("Limit “%(about)s” counts as the danger sign “%(after)s” instead of “%(before)s”"),
    "scale": _("Scale “%(about)s”: %(after)s instead of %(before)s"),
    "score": _("Score “%(about)s”: %(after)s instead of %(before)s"),
    "question added": _("New question “%(about)s”: %(after)s"),
    "question removed": _("No longer asked, “%(about)s”: %(before)s"),
    "sentence added": _("New advice “%(about)s”: %(after)s"),
    "sentence removed": _("No longer said, “%(about)s”: %(before)s"),
    "asked when": _("“%(about)s” comes when %(after)s, instead of when %(before)s"),
    "kind": _("“%(about)s” is answered by %(after)s instead of %(before)s"),
    "order": _("Another order: %(after)s; it was %(before)s"),
    "text": _("“%(about)s” says: “%(after)s”, instead of “%(before)s”"),
    "effect": _("“%(about)s”: %(after)s instead of %(before)s"),
    "word": _("The words “%(about)s” say: “%(after)s”, instead of “%(before)s”"),
    "time": _("“%(about)s”: %(after)s instead of %(before)s"),
    "setting": _("“%(about)s”: %(after)s instead of %(before)s"),
}
AREAS = {
    "limits": _("questions, limits and levels: a clinician"),
    "times": _("times: somebody else"),
    "advice": _("advice: somebody else"),
    "emergency": _("emergency texts: somebody else"),
}
OF_CONDITIONS = ("limit added", "limit removed", "limit changed", "asked when")
OF_FIELDS = ("time", "setting", "effect", "text")
LABELS = {"start": _("When it is asked"), "item": _("Word for word from")}  # what has no field of its own
NOTHING = "—"
Names = Mapping[str, str]  # what people call a question, by its id


def condition(tongue: Tongue, text: str, names: Names) -> str:
    """ "pain is at least 7 and is worse than last time by 2": one that cannot be read is given as it stands."""
    try:
        read = conditions.parse(text)
    except ConditionProblem:
        return text
    joint = tongue.say(_(" or ")) if read.joined_by == "or" else tongue.say(_(" and "))
    return joint.join(_clause(tongue, clause, names) for clause in read.clauses)


def change(tongue: Tongue, told: Change, names: Names) -> str:
    before, after = told.before, told.after
    if told.kind in OF_CONDITIONS:
        before, after = (limit(tongue, text, names) for text in (before, after))
    if told.kind == "level":
        before, after = (tongue.word("level", text) for text in (before, after))
    if told.kind in OF_FIELDS:
        before, after = (tongue.say(VALUES[text]) if text in VALUES else text for text in (before, after))
    level = tongue.word("level", told.level) if told.level else ""
    about, before, after = (apart(tongue, text) for text in (_about(tongue, told, names), before, after))
    return tongue.say(CHANGES[told.kind], about=about, level=level, before=before or NOTHING, after=after or NOTHING)


def _about(tongue: Tongue, told: Change, names: Names) -> str:
    """What changed, as its card calls it: a field of the flow, or of a question."""
    if told.kind in ("time", "setting"):
        return tongue.say(_label("flow", told.about))
    step, _slash, key = told.about.partition("/")
    if told.kind in OF_FIELDS and key:
        return f"{names.get(step, step)}: {tongue.say(_label('ask', key))}"
    return names.get(told.about, told.about)


def _label(kind: str, key: str) -> str:
    asked = field(kind, key) or field("say", key)
    return asked.label if asked else LABELS.get(key, key)


def limit(tongue: Tongue, text: str, names: Names) -> str:
    """A condition, or the silence of so many prompts."""
    if text.startswith("silent_for "):
        return tongue.say(_("%(number)s prompts in a row were not answered"), number=text.partition(" ")[2].split()[0])
    return tongue.say(_("always")) if text == "always" else condition(tongue, text, names)


def apart(tongue: Tongue, text: str) -> str:
    """In a line that runs from right to left, what is quoted keeps its own direction and turns nothing round it."""
    return f"\u2068{text}\u2069" if text and tongue.direction == "rtl" else text


def _clause(tongue: Tongue, clause: Clause, names: Names) -> str:
    people = [apart(tongue, _called(tongue, name, names)) for name in clause.ids]
    listed = tongue.say(_(", ")).join(people)
    if len(people) == 1:
        what = listed
    elif clause.needed == 1:
        what = tongue.say(_("any of %(names)s"), names=listed)
    elif clause.needed == len(people):
        what = tongue.say(_("each of %(names)s"), names=listed)
    else:
        what = tongue.say(_("at least %(number)s of %(names)s"), number=clause.needed, names=listed)
    tests = tongue.say(_(" and ")).join(_claim(tongue, claim) for claim in clause.claims)
    run = tongue.say(_(", %(number)s reports running"), number=clause.reports) if clause.reports > 1 else ""
    return f"{what} {tests}{run}"


def _called(tongue: Tongue, name: str, names: Names) -> str:
    fact = KNOWN_FACTS.get(name)
    return f"“{tongue.say(fact)}”" if fact else names.get(name, name.replace("_", " "))


def _claim(tongue: Tongue, claim: Claim) -> str:
    first, second = (*(str(value) for value in claim.values), "")[:2]
    return tongue.say(CLAIMS[claim.test], first=tongue.say(VALUES[first]) if first in VALUES else first, second=second)
