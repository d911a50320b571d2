"""What does each card's form ask for, and what does it make of the answers?"""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from gateway.console.words import _
from gateway.core.cards import Card
from gateway.core.composing import ALL, ANY, Judged, Row, composed
from gateway.core.conditions import Test
from gateway.core.flow import Level, Rank
from gateway.core.written import Plain

PARTS = 3  # parts of a condition that a card shows at most, beside those that stand
TESTS = 2


@dataclass(frozen=True)
class Field:
    """`kind` says how it is asked: a line, a text, a list to pick from. `when`: only with this kind of answer."""

    key: str
    kind: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    when: str = ""


LEVELS = (
    (Level.NOW.value, _("Now: a danger sign, everybody is told at once")),
    (Level.RED.value, _("Red: severe, the doctor is told at once")),
    (Level.AMBER.value, _("Amber: worse or lasting, the doctor is told with the day's list")),
)
ANSWERS = (
    ("yes_no", _("yes or no")),
    ("scale", _("a number on a scale")),
    ("choices", _("one of several choices")),
    ("pin", _("the person's own four digits")),
)
AUDIENCES = (("patient", _("patients")), ("helper", _("helpers")), ("clinician", _("clinicians")))
OPENS = (("ask first", _("asks first whether now is a good time")), ("straight", _("begins with the first question")))
DAYS = (
    ("", _("the person's own day")),
    ("monday", _("Monday")), ("tuesday", _("Tuesday")), ("wednesday", _("Wednesday")), ("thursday", _("Thursday")),
    ("friday", _("Friday")), ("saturday", _("Saturday")), ("sunday", _("Sunday")),
)  # fmt: skip
AFTER = (
    ("", _("nothing")), ("enrolment", _("enrolment")), ("day one", _("the first day of treatment")),
    ("case event", _("a case")),
)  # fmt: skip
RANKS = tuple((rank.value, rank.value) for rank in Rank)
WORSE = (("higher", _("a higher number is worse")), ("lower", _("a lower number is worse")))
TEST_NAMES = (
    ("", ""),
    (Test.AT_LEAST.value, _("is at least")),
    (Test.AT_MOST.value, _("is at most")),
    (Test.BETWEEN.value, _("is between … and …")),
    (Test.IS.value, _("is exactly")),
    (Test.WORSE_BY.value, _("is worse than last time by")),
    (Test.WORSE_SINCE_BASELINE.value, _("is worse than at the start by")),
)
MANY = (
    (ANY, _("any of these")),
    (ALL, _("all of these")),
    ("2", _("at least two of these")),
    ("3", _("at least three")),
)
NAME = Field("name", "line", _("Short name"), _("as it stands in the doctor's SMS"))
SMS = Field("sms", "long", _("Other words by SMS"), _("only where the text doesn't do"))
VOICE = Field("voice", "long", _("Other words on calls"), _("only where the text doesn't do"))
ONLY_IF = Field("only_if", "condition", _("Only if"))
EVERY = Field("every", "reports", _("Only in every … report"), _("a number; empty: in each"))
LENGTH = _("4 hours, 1 day, 2 weeks …")

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "ask": (
        Field("ask", "id", _("Name in this flow"), _("small letters, for example pain_now; it never changes again")),
        Field("text", "long", _("What is asked")),
        NAME,
        Field("answer", "answer", _("How it is answered"), options=ANSWERS),
        Field("scale", "scale", _("Scale"), when="scale"),
        Field("lowest", "line", _("What the lowest number means"), when="scale"),
        Field("middle", "line", _("What the middle means"), when="scale"),
        Field("highest", "line", _("What the highest number means"), when="scale"),
        Field("choices", "numbered", _("Choices"), _("one a line: the first is 1"), when="choices"),
        Field("voice_each", "lines", _("On calls one sign at a time"), _("one a line"), when="yes_no"),
        SMS,
        VOICE,
        Field("re_check", "long", _("Other words while a case is open"), _("for example: How bad is your pain now?")),
        ONLY_IF,
        EVERY,
    ),
    "say": (
        Field("say", "id", _("Name in this flow"), _("small letters, for example pain_advice; it never changes again")),
        Field("text", "long", _("What is said")),
        SMS,
        VOICE,
        ONLY_IF,
        EVERY,
    ),
    "when": (Field("when", "condition", _("These steps come only if")),),
    "breach": (
        Field("id", "id", _("Name in this flow"), _("small letters, for example severe")),
        Field("level", "pick", _("Level"), options=LEVELS),
        Field("when", "condition", _("A case opens when")),
        Field("silent_for", "prompts", _("… or after so many prompts without an answer"), _("then no condition")),
        Field("wait_for", "question", _("The doctor's SMS waits for the answer to"), _("three minutes at most")),
    ),
    "score": (
        Field("score", "id", _("Name in this flow"), _("small letters, for example burden")),
        Field("sum", "questions", _("Sum of")),
        Field("needs", "line", _("How many must be answered"), _("with fewer there is no score, never a guess")),
    ),
    "scale": (
        Field("scale", "id", _("Name"), _("small letters, for example zero_to_ten")),
        Field("from", "line", _("Lowest number")),
        Field("to", "line", _("Highest number")),
        Field("worse", "pick", _("Which end is bad"), options=WORSE),
        Field("labels", "labels", _("What single numbers mean"), _("one a line: 0 = none")),
    ),
    "words": (
        Field("hello", "long", _("Hello")),
        Field("close", "long", _("Closing words"), _("they give the {emergency_number}")),
        Field("sorry", "long", _("When an answer cannot be read"), _("a person phones by {deadline}")),
    ),
    "flow": (
        Field("title", "line", _("Title")),
        Field("audience", "pick", _("Who is asked"), options=AUDIENCES),
        Field("rank", "pick", _("Which flow goes first"), options=RANKS),
        Field("channels", "channels", _("By")),
        Field("discreet", "flag", _("Discreet: no word that tells strangers about the illness")),
        Field("open", "pick", _("How it begins"), options=OPENS),
        Field("start.every", "line", _("Asked every"), LENGTH),
        Field("start.day", "pick", _("On"), options=DAYS),
        Field("start.time", "line", _("At"), _("09:00, in the person's own zone")),
        Field("start.keyword", "line", _("Or when somebody sends the word")),
        Field("start.after", "pick", _("Or after"), options=AFTER),
        Field("start.wait", "line", _("So long after it"), LENGTH),
        Field("remind", "durations", _("Reminders"), _("4 hours, 8 hours: each later than the one before")),
        Field("then_call", "line", _("A call when nobody answers, after"), LENGTH),
        Field("give_up", "line", _("Given up after"), LENGTH),
        Field("unclear", "line", _("How often an answer may be unreadable before a person phones")),
    ),
}  # fmt: skip
OF_ANSWERS = ("scale", "lowest", "middle", "highest", "choices", "voice_each", "yes_no", "pin")
Form = MultiDict[str, str]


def values_of(kind: str, form: Form) -> dict[str, Plain]:
    """What the form's answers make of the card; "" takes a key away. Raises ConditionProblem."""
    found: dict[str, Plain] = {}
    for field in FIELDS[kind]:
        if field.kind == "answer":
            found |= dict.fromkeys(OF_ANSWERS, "") | _flagged(form.get("answer", ""))
        elif field.kind != "id" and field.when in ("", form.get("answer")):
            found[field.key] = _value(field, form)
    return found


def _flagged(answer: str) -> dict[str, Plain]:
    return {answer: "true"} if answer in ("yes_no", "pin") else {}


def _value(field: Field, form: Form) -> Plain:
    sent = one_line(form.get(field.key, ""))
    match field.kind:
        case "condition":
            return condition_of(form, field.key)
        case "lines":
            return [*_lines(form.get(field.key, ""))]
        case "numbered":
            return {str(number): line for number, line in enumerate(_lines(form.get(field.key, "")), 1)}
        case "labels":
            pairs = (line.partition("=") for line in _lines(form.get(field.key, "")))
            return {number.strip(): label.strip() for number, _sign, label in pairs}
        case "questions" | "channels":
            return list(form.getlist(field.key))
        case "durations":
            return [part.strip() for part in sent.split(",") if part.strip()]
        case "reports" | "prompts":
            return f"{sent} {field.kind}" if sent.isdigit() else sent
        case "flag":
            return "true" if sent else ""
        case _:
            return sent


def one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> list[str]:
    return [line for line in map(one_line, text.splitlines()) if line]


def condition_of(form: Form, key: str) -> str:
    return composed(rows_of(form, key), form.get(f"{key}.join", "and"))


def rows_of(form: Form, key: str) -> list[Row]:
    """The parts as they were chosen, the empty ones too."""
    numbers = [number for number in range(20) if f"{key}.{number}.of" in form]
    return [_row(form, f"{key}.{number}") for number in numbers]


def _row(form: Form, part: str) -> Row:
    tests = (
        Judged(*(one_line(form.get(f"{part}.{test}.{name}", "")) for name in ("test", "first", "second")))
        for test in range(TESTS)
    )
    return Row(
        tuple(form.getlist(f"{part}.id")),
        form.get(f"{part}.of", ANY),
        tuple(tests),
        one_line(form.get(f"{part}.reports", "")),
    )


def shown(card: Card, field: Field) -> str:
    """What stands on the card, as its field shows it."""
    value = card.values.get(field.key, "")
    match field.kind:
        case "lines" | "numbered":
            return "\n".join(card.lines(field.key))
        case "labels":
            return (
                "\n".join(f"{number} = {label}" for number, label in value.items()) if isinstance(value, dict) else ""
            )
        case "durations":
            return ", ".join(card.lines(field.key)) or card.text(field.key)
        case "reports" | "prompts":
            return card.text(field.key).partition(" ")[0]
        case _:
            return _inside(card, field.key)


def answer_of(card: Card) -> str:
    return next((kind for kind, _label in ANSWERS if card.values.get(kind)), "yes_no")


def _inside(card: Card, key: str) -> str:
    """`start.every` stands in the folder `start`."""
    folder, _dot, name = key.partition(".")
    value = card.values.get(folder, "")
    if name:
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value if isinstance(value, str) else ""
