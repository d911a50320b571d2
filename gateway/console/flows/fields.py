"""What does each card's form ask for, and what stands in the file alone?"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.console.words import WORDS, _
from gateway.core.cards import Card
from gateway.core.composing import ALL, ANY
from gateway.core.conditions import Test
from gateway.core.flow import Level, Purpose, Rank


@dataclass(frozen=True)
class Field:
    """`kind` says how it is asked: a line, a text, a list to pick from. `when`: only with these kinds of answers.

    `default`: what holds where the file says nothing. `seldom`: it lies under "Seldom needed" until it is used.
    """

    key: str
    kind: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    when: tuple[str, ...] = ()
    default: str = ""
    seldom: bool = False


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
RANKS = (
    (Rank.EMERGENCY.value, _("an emergency")),
    (Rank.DOCTOR_REACHED.value, _("whether the doctor came or phoned")),
    (Rank.RE_CHECK.value, _("asked again while a case is open")),
    (Rank.CONSENT.value, _("consent")),
    (Rank.PRACTICE.value, _("practice")),
    (Rank.BASELINE.value, _("first report")),
    (Rank.PATIENT_STARTED.value, _("begun by the patient")),
    (Rank.WEEKLY.value, _("regular check")),
    (Rank.MOOD.value, _("mood")),
    (Rank.MEDICINE.value, _("medicine")),
    (Rank.EDUCATION.value, _("short messages to learn from")),
    (Rank.DRILL.value, _("a clinician's drill")),
    (Rank.TRAINING.value, _("a clinician's training")),
)
MAY_ANSWER = (("true", _("the person, or a helper in their stead")), ("false", _("the person alone")))
ON_SHARED = (("", _("is asked like everybody")), ("voice", _("is asked by calls only")))
HEARS = (("coordinator", _("a coordinator")), ("nobody", _("nobody")))
ASKS = (("", _("its own questions")), ("symptoms of the case", _("the symptoms of the open case")))
AGREES_TO = (("", _("nothing")), *((one.value, WORDS["purpose"][one.value]) for one in Purpose))
AFTER_YES = (("", _("nothing changes")), ("assisted", _("what follows counts as answered with help")))
AFTER_WRONG = (("", _("nothing changes")), ("five words", _("the scale is asked in five words from then on")))
MISSING = (("", _("counts nothing")), ("mean", _("counts as the mean of the others")))
# What conditions may name though nobody is asked for it.
KNOWN_FACTS = {
    "has_helper": _("has a helper"),
    "has_pin": _("has four digits of their own"),
    "shared_phone": _("shares the phone"),
    "wants_comparison": _("wishes to be compared with last time"),
    "replies_are_free": _("replies cost nothing"),
    "human_within_the_hour": _("somebody answers within the hour"),
}
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
SCALE, CHOICES, YES_NO = ("scale",), ("choices",), ("yes_no",)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "ask": (
        Field("ask", "id", _("Name in this flow"), _("small letters, for example pain_now; it never changes again")),
        Field("text", "long", _("What is asked")),
        NAME,
        Field("answer", "answer", _("How it is answered"), options=ANSWERS),
        Field("scale", "scale", _("Scale"), when=SCALE),
        Field("lowest", "line", _("What the lowest number means"), when=SCALE),
        Field("middle", "line", _("What the middle means"), when=SCALE),
        Field("highest", "line", _("What the highest number means"), when=SCALE),
        Field("choices", "numbered", _("Choices"), _("one a line: the first is 1"), when=CHOICES),
        Field("voice_each", "lines", _("On calls one sign at a time"), _("one a line"), when=YES_NO),
        SMS,
        VOICE,
        Field("re_check", "long", _("Other words while a case is open"), _("for example: How bad is your pain now?")),
        ONLY_IF,
        EVERY,
        Field("consent", "pick", _("A yes agrees to"), options=AGREES_TO, when=YES_NO, seldom=True),
        Field("if_yes", "pick", _("After a yes"), options=AFTER_YES, when=YES_NO, seldom=True),
        Field("right", "line", _("The right answer"), _("its number; in practice, trainings and drills only"),
              when=(*SCALE, *CHOICES), seldom=True),
        Field("if_wrong", "pick", _("After two wrong answers"), options=AFTER_WRONG, when=SCALE, seldom=True),
        Field("event", "line", _("The answer stands in the timeline as"), _("for example: medicine changed"),
              seldom=True),
        Field("agreement", "flag", _("“ok” counts as a yes: only where somebody agrees to something"), when=YES_NO,
              seldom=True),
    ),
    "say": (
        Field("say", "id", _("Name in this flow"), _("small letters, for example pain_advice; it never changes again")),
        Field("text", "long", _("What is said")),
        Field("compares", "score", _("… and a word on whether this score is better than last time"),
              _("better, about the same or harder; left out wherever that could comfort wrongly")),
        Field("shows", "shown", _("… and the person's own last four numbers of this score"),
              _("on a shared phone only better, worse or the same")),
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
        Field("flag", "sign", _("Counts as the danger sign"), _("the doctor reads its name; its own words are said"),
              seldom=True),
    ),
    "score": (
        Field("score", "id", _("Name in this flow"), _("small letters, for example burden")),
        Field("sum", "questions", _("Sum of")),
        Field("needs", "line", _("How many must be answered"), _("with fewer there is no score, never a guess")),
        Field("missing", "pick", _("An answer that is missing"), options=MISSING),
    ),
    "scale": (
        Field("scale", "id", _("Name"), _("small letters, for example zero_to_ten")),
        Field("from", "line", _("Lowest number")),
        Field("to", "line", _("Highest number")),
        Field("worse", "pick", _("Which end is bad"), options=WORSE),
        Field("labels", "labels", _("What single numbers mean"), _("one a line: 0 = none")),
        Field("in_words", "commas", _("The numbers for which five words stand"),
              _("0, 2, 5, 7, 10: the mildest first; for whoever answers in words")),
    ),
    "words": (
        Field("hello", "long", _("Hello")),
        Field("close", "long", _("Closing words"), _("they give the {emergency_number}")),
        Field("sorry", "long", _("When an answer cannot be read"), _("a person phones by {deadline}")),
    ),
    "flow": (
        Field("title", "line", _("Title")),
        Field("audience", "pick", _("Who is asked"), options=AUDIENCES, default="patient"),
        Field("rank", "pick", _("Which flow goes first"), _("what stands further up in this list"), options=RANKS),
        Field("channels", "channels", _("By")),
        Field("discreet", "flag", _("Discreet: no word that tells strangers about the illness")),
        Field("open", "pick", _("How it begins"), options=OPENS, default="straight"),
        Field("start.every", "line", _("Asked every"), LENGTH),
        Field("start.day", "pick", _("On"), options=DAYS),
        Field("start.time", "line", _("At"), _("09:00, in the person's own zone")),
        Field("start.keyword", "line", _("Or when somebody sends the word")),
        Field("start.after", "pick", _("Or after"), options=AFTER),
        Field("start.wait", "line", _("So long after it"), LENGTH),
        Field("remind", "commas", _("Reminders"), _("4 hours, 8 hours: each later than the one before")),
        Field("then_call", "line", _("A call when nobody answers, after"), LENGTH),
        Field("give_up", "line", _("Given up after"), LENGTH),
        Field("unclear", "line", _("How often an answer may be unreadable before a person phones"), default="2"),
        Field("learning", "line", _("Time to learn, from the enrolment on"),
              _("3 weeks: so long, silence asks for a friendly call and opens no case")),
        Field("first", "flows", _("Comes only after these flows, for whoever is asked by them"), seldom=True),
        Field("by_proxy", "pick", _("Who may answer"), options=MAY_ANSWER, default="true", seldom=True),
        Field("shared_phone", "pick", _("Whoever shares a phone"), options=ON_SHARED, seldom=True),
        Field("unanswered", "pick", _("Who hears that nobody answered"), options=HEARS, default="coordinator",
              seldom=True),
        Field("asks", "pick", _("What it asks"), options=ASKS, seldom=True),
        Field("credits", "line", _("Credit points for a finished training"), _("1 or 0.5; clinicians only"),
              seldom=True),
        Field("waived_by", "line", _("Clinician who answers for there being no question about danger signs"),
              _("a name; empty where the first question asks for them"), seldom=True),
        Field("series", "flag", _("A series: one sentence each time, until all were said"), seldom=True),
    ),
}  # fmt: skip
# Keys of a flow's file that no card writes, and why; docs/flows.md says it, too.
FILE_ONLY = {
    (
        "flow",
        "written_in",
    ): "translations hang on what is written, and the house's sentences are written in English",
    ("ask", "item"): "an instrument's question is copied word for word from its file, never written on a card",
    ("score", "instrument"): "an instrument's rule is compared with its file, which names the permission to use it",
}


def fields_of(card: Card) -> tuple[Field, ...]:
    """A flow's own words are of any number: each that stands has a field, called by its name."""
    known = FIELDS[card.kind]
    if card.kind != "words":
        return known
    named = {field.key for field in known}
    return (*known, *(Field(name, "long", name.replace("_", " ")) for name in card.values if name not in named))


def field(kind: str, key: str) -> Field | None:
    return next((one for one in FIELDS[kind] if one.key == key), None)
