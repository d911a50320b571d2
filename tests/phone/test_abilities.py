"""Is what a number can do read from the table, and is the unknown never taken for a yes or a no?"""

import csv

from gateway.phone import abilities
from gateway.phone.abilities import TABLE, Abilities, Can


def test_every_line_has_a_source_and_a_date() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        known = abilities.of(row["country"], row["provider"])
        assert known.source.startswith("https://")
        assert known.looked_up
    assert len({(row["provider"], row["country"]) for row in rows}) == len(rows)


def test_a_country_that_is_not_in_the_table_is_unknown() -> None:
    assert abilities.of("ZZ") == Abilities("ZZ", Can.UNKNOWN, Can.UNKNOWN, Can.UNKNOWN)
    assert abilities.why_not("ZZ", "sms") is None
    assert abilities.why_not(None, "voice") is None


def test_where_nobody_can_reply_sms_is_refused_and_voice_is_not() -> None:
    assert abilities.why_not("CN", "sms") == "the provider carries no replies by SMS in CN, write voice"
    assert abilities.why_not("CN", "voice") is None
    assert "TWILIO_FROM" in str(abilities.why_not("CN", "voice", may_call=False))
