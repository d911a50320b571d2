"""How is a time said to somebody, in the words and the zone of where she lives?"""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.talk.facts import said_time

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)  # Monday, 09:00 in Nairobi


@pytest.mark.parametrize(
    ("ahead", "language", "said"),
    [
        (timedelta(hours=1), "en", "10:00"),
        (timedelta(hours=1), "zh_CN", "10:00"),
        (timedelta(days=1, hours=9), "en", "Tue 18:00"),
        (timedelta(days=1, hours=9), "zh_CN", "周二18:00"),
        (timedelta(days=8, hours=9), "en", "10 Mar 18:00"),
        (timedelta(days=8, hours=9), "zh_CN", "3月10日18:00"),
        (timedelta(hours=1), "es", "las 10:00"),
        (timedelta(days=1, hours=9), "es", "el martes a las 18:00"),
        (timedelta(days=8, hours=9), "es", "el 10 de marzo a las 18:00"),
        (timedelta(days=1, hours=9), "fr", "mardi 18:00"),
        (timedelta(days=8, hours=9), "fr", "le 10 mars à 18:00"),
        (timedelta(days=1, hours=9), "pt", "terça-feira 18:00"),
        (timedelta(days=8, hours=9), "pt", "10 de março 18:00"),
        (timedelta(hours=1), "vi", "10:00"),
        (timedelta(days=1, hours=9), "vi", "18:00 Thứ Ba"),
        (timedelta(days=1, hours=9), "hi", "मंगलवार 18:00"),
        (timedelta(days=8, hours=9), "hi", "10 मार्च 18:00"),
        (timedelta(days=1, hours=9), "sw", "Jumanne 18:00"),
        (timedelta(days=8, hours=9), "sw", "10 Machi 18:00"),
        (timedelta(days=1, hours=9), "ar", "الثلاثاء 18:00"),
        (timedelta(days=8, hours=9), "ar", "10 مارس 18:00"),
    ],
)
def test_a_time_is_said_as_the_language_writes_it(ahead: timedelta, language: str, said: str) -> None:
    assert said_time(NOW + ahead, NOW, "Africa/Nairobi", language) == said
