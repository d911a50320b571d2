"""In which language does somebody read the console: its sentences, its dates and numbers, and from which side?"""

import gettext
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton, format_time, format_timedelta, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, request

from gateway.console import deskwords, monthwords, words
from gateway.core.rota import DAYS
from gateway.core.worded import Code, Worded
from gateway.quality.periods import MONTH, Period
from gateway.store.tables import User

LOCALES = Path(__file__).parents[2] / "locales"
ENGLISH = "en"
LANGUAGES = {"en": "English", "zh_CN": "中文", "ar": "العربية"}
COOKIE = "language"
WORDS = words.WORDS | monthwords.WORDS | deskwords.WORDS
FACT = re.compile(r"%\(\w+\)s")
DUTY_PARTS = re.compile(r"[a-z]+|[0-9][0-9:-]*")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Tongue:
    """`zone`: the district's, in which every time on a page is told."""

    code: str
    zone: ZoneInfo
    sentences: gettext.NullTranslations = field(repr=False)

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.code)

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @property
    def tag(self) -> str:
        """As HTML names it: zh-CN."""
        return self.code.replace("_", "-")

    def others(self) -> list[tuple[str, str]]:
        """Every language of the console by its own name, this one too."""
        return list(LANGUAGES.items())

    def say(self, sentence: str, /, **facts: object) -> str:
        said = self.sentences.gettext(sentence)
        return said % {name: self._set_apart(fact) for name, fact in facts.items()} if facts else said

    def apart(self, sentence: str) -> str:
        """A sentence in which each fact keeps its own direction: a name would pull the hour behind it to its side."""
        return FACT.sub("\u2068\\g<0>\u2069", sentence) if self.direction == "rtl" else sentence

    def _set_apart(self, fact: object) -> str:
        """What holds facts of its own is apart already: a list has no direction of its own, and would turn about."""
        text = str(fact)
        return f"\u2068{text}\u2069" if text and "\u2068" not in text and self.direction == "rtl" else text

    def told(self, sentence: str) -> str:
        """A sentence of the core's in this language; what only English can say, as it stands."""
        if not isinstance(sentence, Worded):
            return sentence
        return self.say(sentence.written, **{name: self._fact(fact) for name, fact in sentence.facts.items()})

    def _fact(self, fact: object) -> str:
        if isinstance(fact, Worded):
            return self.told(fact)
        if isinstance(fact, Code):
            return self.language(fact)
        return str(fact)

    def word(self, kind: str, name: str) -> str:
        """One of the words of ours that stand in rows: a state, a level, an outcome. An unknown one as it stands."""
        written = WORDS[kind].get(name)
        return self.sentences.gettext(written) if written else name

    def clock(self, moment: datetime) -> str:
        return format_time(moment.astimezone(self.zone), "HH:mm", locale=self.code)

    def day(self, moment: datetime) -> str:
        return self.on(moment.astimezone(self.zone).date())

    def on(self, day: date) -> str:
        return format_skeleton("yMMMd", datetime.combine(day, time(12)), locale=self.code)

    def short_day(self, moment: datetime) -> str:
        return format_skeleton("MMMEd", moment.astimezone(self.zone), locale=self.code)

    def few(self, moment: datetime) -> str:
        """As short as a picture's axis has room for."""
        return format_skeleton("MMMd", moment.astimezone(self.zone), locale=self.code)

    def month(self, moment: datetime) -> str:
        return format_skeleton("yMMMM", moment.astimezone(self.zone), locale=self.code)

    def period(self, period: Period) -> str:
        """A quarter and a year are written alike in every language."""
        return self.month(period.since) if period.months == MONTH else period.name

    def of_day(self, day: date) -> str:
        return format_skeleton("MMMEd", datetime.combine(day, time(12)), locale=self.code)

    def weekdays(self) -> list[str]:
        return [self.weekday(name) for name in WEEK]

    def weekday(self, name: str) -> str:
        """`monday` as this language calls it."""
        return str(get_day_names("wide", locale=self.code)[WEEK.index(name)])

    def duty(self, text: str) -> str:
        """`mon-fri 08:00-17:00` with the days as this language calls them, and each number from left to right."""
        return DUTY_PARTS.sub(lambda part: self._duty_part(part[0]), text)

    def _duty_part(self, part: str) -> str:
        if part in DAYS:
            return str(get_day_names("abbreviated", locale=self.code)[DAYS.index(part)])
        if part.isalpha():
            return self.word("duty", part)
        return f"\u2066{part}\u2069" if self.direction == "rtl" else part

    def language(self, code: str) -> str:
        """Another language, by the name that this one has for it."""
        return Locale.parse(code).get_language_name(self.code) or code

    def when(self, moment: datetime, now: datetime) -> str:
        """`10:52` today, `Tue 10:52` within six days, else with the date."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone).date()
        days = abs((local.date() - today).days)
        if days < 7:
            return format_datetime(local, "HH:mm" if days == 0 else "EEE HH:mm", locale=self.code)
        return f"{format_skeleton('yMMMd', local, locale=self.code)} {self.clock(moment)}"

    def span(self, length: timedelta) -> str:
        """`12 min`, `3 hr`, `5 days`: rounded, never with a sign."""
        return format_timedelta(abs(length), format="short", threshold=1.5, locale=self.code)

    def seconds(self, number: float) -> str:
        return self.span(timedelta(seconds=number))

    def minutes(self, number: float) -> str:
        return self.span(timedelta(minutes=number))

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.code)

    def percent(self, share: float) -> str:
        return format_percent(share, locale=self.code)


def wanted(user: User | None, zone: str) -> Tongue:
    """What they chose; else what this browser was told before, or asks for."""
    asked = user.language if user else request.cookies.get(COOKIE, "")
    if asked not in LANGUAGES:
        asked = spoken(request.accept_languages.values())
    return Tongue(asked, ZoneInfo(zone), catalog(asked))


def spoken(asked: Iterable[str]) -> str:
    """The first of a browser's languages that the console speaks, however it writes it: zh, zh-CN, zh-Hans-CN."""
    by_name = {code.split("_")[0]: code for code in LANGUAGES}
    return next((by_name[name] for tag in asked if (name := tag.lower().split("-")[0]) in by_name), ENGLISH)


def teach(app: Flask) -> None:
    """Templates say `_("...")`; what they say is translated for whoever asks."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda sentence: g.visit.tongue.apart(g.visit.tongue.sentences.gettext(sentence)),
        lambda one, many, count: g.visit.tongue.apart(g.visit.tongue.sentences.ngettext(one, many, count)),
        newstyle=True,
    )


@cache
def catalog(code: str) -> gettext.NullTranslations:
    """The catalog as it lies in locales/: nothing has to be compiled when a translator mends a line."""
    file = LOCALES / code / "LC_MESSAGES" / "console.po"
    if not file.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=code))
    return gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))
