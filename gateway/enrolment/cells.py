"""What may stand in each cell of an imported row? One model for each kind of file."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from gateway.core import callhours, rota
from gateway.core.rota import DutyProblem
from gateway.core.values import clock_time
from gateway.core.worded import said_by, worded
from gateway.enrolment.sheet import BadRow, Row, about
from gateway.phone.numbers import ORDINARY

LONGEST_CALLED = 12  # stands before each question and in the list of who answers
LONGEST_NAME = 40  # a name is said in a call and counted in an SMS
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _matching(pattern: str, what: str) -> Any:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(worded("%(text)s is no %(what)s", text=_shown(text), what=what))
        return text

    return AfterValidator(check)


def _shown(text: str) -> str:
    return f"'{text[:LONGEST_NAME]}'" if text else worded("an empty cell")


def _words(text: str) -> str:
    """Control characters would break what a call says; a line end would break an SMS."""
    cleaned = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    cleaned = unicodedata.normalize("NFC", cleaned)
    if len(cleaned) > LONGEST_NAME:
        raise ValueError(worded("is longer than %(most)s characters", most=LONGEST_NAME))
    return cleaned


def _named(text: str) -> str:
    if not text:
        raise ValueError(worded("is empty"))
    return text


def _short(text: str) -> str:
    if len(text) > LONGEST_CALLED:
        raise ValueError(worded("is longer than %(most)s characters", most=LONGEST_CALLED))
    return text


def _zone(text: str) -> str:
    if text and text not in available_timezones():
        said = text[:LONGEST_NAME]
        raise ValueError(worded("'%(text)s' is no time zone: write for example Africa/Nairobi", text=said))
    return text


def _phone(text: str, info: ValidationInfo) -> str:
    """E.164. A number is repeated in no sentence: its last two digits say which one is meant."""
    region, countries = (info.context or {})["region"], (info.context or {})["countries"]
    shown = worded("the number ending in %(digits)s", digits=text[-2:]) if len(text) > 2 else worded("this")
    foreign = worded(
        "%(number)s is not of this gateway's country (%(countries)s)", number=shown, countries=", ".join(countries)
    )
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise ValueError(worded("%(number)s is no phone number", number=shown)) from None
    if number.country_code not in {phonenumbers.country_code_for_region(country) for country in countries}:
        raise ValueError(foreign)
    if not phonenumbers.is_valid_number(number):
        raise ValueError(worded("%(number)s is not valid in %(region)s", number=shown, region=region))
    if phonenumbers.number_type(number) not in ORDINARY:
        raise ValueError(
            worded("%(number)s is a premium, shared-cost or special number: give an ordinary one", number=shown)
        )
    if phonenumbers.region_code_for_number(number) not in countries:  # Jersey has Britain's code and its own prices
        raise ValueError(foreign)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _optional_phone(text: str, info: ValidationInfo) -> str:
    return _phone(text, info) if text else text


def _yes_no(text: object) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(worded("must be yes or no"))
    return text == "yes"


def _maybe(text: object) -> bool | None:
    return _yes_no(text) if text else None


def _day(text: str) -> str:
    if text and text not in WEEKDAYS:
        raise ValueError(worded("'%(text)s' is no day of the week: write for example monday", text=text))
    return text


def _time(text: object) -> object:
    return clock_time(text) if text else None


def _call_hours(text: str) -> str:
    if text:
        callhours.parse(text)
    return text


def _date(text: object) -> date | None:
    if not text:
        return None
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", str(text)):
        raise ValueError(worded("%(text)s is no date: write for example 2026-03-02", text=_shown(str(text))))
    return date.fromisoformat(str(text))


def _duty(text: str) -> str:
    try:
        rota.parse(text)
    except DutyProblem as problem:
        raise ValueError(said_by(problem)) from None
    return text


WORKS_ANYWAY = r"((sms|voice): ?\S.{8,118}\S)?"
CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}"
FLOW = r"[a-z][a-z0-9-]{0,39}"
Code = Annotated[str, _matching(CODE, "code: letters, digits, dots and dashes, 30 at most")]
Reference = Annotated[str, _matching(f"({CODE})?", "code")]
Called = Annotated[str, AfterValidator(_words), AfterValidator(_named)]
Words = Annotated[str, AfterValidator(_words)]
Zone = Annotated[str, AfterValidator(_zone)]
Number = Annotated[str, AfterValidator(_phone)]
Tongue = Annotated[str, _matching(r"[a-z]{2,3}(_[A-Za-z]{2,4})*", "language: write for example en or zh_CN")]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]


class Cells(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code


class SiteCells(Cells):
    name: Called
    kind: Called
    parent_code: Reference
    time_zone: Zone
    emergency_number: Annotated[str, _matching("([0-9]{2,8})?", "emergency number: digits only")]
    # These columns may be left out.
    call_check: Literal["", "key", "birth year", "pin"] = ""
    lacks: Annotated[str, _matching("([a-z-]{1,30}( [a-z-]{1,30}){0,9})?", "things, such as opioids oxygen")] = ""
    call_in: Literal["", "answer", "ring back"] = ""
    works_anyway: Annotated[str, _matching(WORKS_ANYWAY, "channel with its reason: sms: why, or voice: why")] = ""
    replies: Literal["", "free", "paid"] = ""
    meeting: Words = ""
    meeting_on: Annotated[date | None, BeforeValidator(_date)] = None
    call_retries: Annotated[str, _matching("([0-9]{1,3}( [0-9]{1,3}){0,5})?", "minutes, such as 10 30 60")] = ""


class ClinicianCells(Cells):
    name: Called
    phone: Number
    language: Tongue
    site_code: Code
    role: Literal["clinician", "coordinator"]
    duty: Annotated[str, AfterValidator(_duty)]
    # These columns may be left out.
    call_code: Annotated[str, _matching("([0-9]{4})?", "four digits")] = ""
    channel: Literal["", "sms", "voice"] = ""


class PatientCells(Cells):
    number: Annotated[str, _matching("[0-9]{1,4}", "number of the clinic's paper list: 1 to 4 digits")]
    first_name: Called
    last_name: Words
    phone: Number
    language: Tongue
    channel: Literal["sms", "voice"]
    site_code: Code
    doctor_code: Code
    time_zone: Zone
    consent: YesNo
    flow: Annotated[str, _matching(f"({FLOW}( {FLOW})*)?", "flow, or several with one space between them")]
    day: Annotated[str, AfterValidator(_day)]
    time: Annotated[time | None, BeforeValidator(_time)]
    no_visit: Annotated[bool | None, BeforeValidator(_maybe)]
    helper_name: Words
    helper_phone: Annotated[str, AfterValidator(_optional_phone)]
    helper_consent: Annotated[bool | None, BeforeValidator(_maybe)]
    # These columns may be left out.
    pin: Annotated[str, _matching("([0-9]{4})?", "four digits")] = ""
    birth_year: Annotated[str, _matching("((19|20)[0-9]{2})?", "year such as 1961")] = ""
    calls: Literal["", "slow", "usual"] = ""
    missed_call: Literal["", "report", "choose"] = ""
    call_hours: Annotated[str, AfterValidator(_call_hours)] = ""
    contacts: Annotated[str, _matching("([1-9])?", "number of contacts a week, 1 to 9")] = ""
    called: Annotated[str, AfterValidator(_words), AfterValidator(_short)] = ""
    helper_answers: Annotated[bool | None, BeforeValidator(_maybe)] = None
    helper_copies: Annotated[bool | None, BeforeValidator(_maybe)] = None
    excludes: Annotated[str, _matching("([A-Za-z0-9._-]{1,30}( [A-Za-z0-9._-]{1,30}){0,4})?", "clinicians' codes")] = ""
    treatment: Annotated[str, AfterValidator(_words), AfterValidator(_short)] = ""
    medicines: Annotated[str, AfterValidator(_words), AfterValidator(_short)] = ""
    first_report: Literal["", "done"] = ""
    day_one: Annotated[date | None, BeforeValidator(_date)] = None
    # What the signed form says beyond `consent`, and which form it was.
    consent_version: Annotated[str, AfterValidator(_words)] = ""
    share_doctor: Annotated[bool | None, BeforeValidator(_maybe)] = None
    share_upward: Annotated[bool | None, BeforeValidator(_maybe)] = None
    family: Annotated[bool | None, BeforeValidator(_maybe)] = None
    comparison: Annotated[bool | None, BeforeValidator(_maybe)] = None
    shares: Literal["", "alone", "family", "others"] = ""
    disclosure: Literal["", "openly", "patient only", "family only"] = ""


def check(kind: type[Cells], row: Row, region: str, countries: Collection[str]) -> Cells | list[BadRow]:
    """The row as its model, or one sentence for every cell that is wrong. Numbers without `+` are `region`'s."""
    try:
        return kind.model_validate(row.cells, context={"region": region, "countries": countries})
    except ValidationError as error:
        return [BadRow(row.line, _sentence(problem)) for problem in error.errors(include_url=False)]


def _sentence(problem: Any) -> str:
    column = str(problem["loc"][0])
    if problem["type"] == "literal_error":
        return about(column, worded("must be %(words)s", words=problem["ctx"]["expected"]))
    error = problem.get("ctx", {}).get("error")
    return about(column, said_by(error) if error else problem["msg"].removeprefix("Value error, "))
