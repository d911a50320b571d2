"""Can an error's own words reach a log?"""

import logging
import sys

from gateway.logs import LINE, Discreet


def test_a_log_says_what_and_where_and_never_the_words() -> None:
    try:
        int("my knee hurts")
    except ValueError:
        record = logging.LogRecord("gateway", logging.ERROR, __file__, 1, "%s failed", ("intake",), sys.exc_info())
    written = Discreet(LINE).format(record)
    assert "intake failed" in written
    assert "test_logs.py" in written
    assert written.endswith("ValueError")
    assert "invalid literal" not in written
