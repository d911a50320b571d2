"""What may stand in a log: where and what went wrong, never a body, a name or a number."""

import logging
import traceback
from types import TracebackType

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOUD = ("alembic", "twilio", "rq", "urllib3", "werkzeug")  # they write addresses, bodies, or lines by the dozen


class Discreet(logging.Formatter):
    """An error's own text may hold what a patient wrote: its kind and its place are kept, its text is not."""

    def formatException(  # noqa: N802 - logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, place = ei
        return "".join(traceback.format_tb(place)) + (kind.__name__ if kind else "")


def write_logs() -> None:
    """For the processes that run for long."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(LINE))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
