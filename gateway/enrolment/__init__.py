"""Who takes part: the import of sites, clinicians and patients, their consent, and its end."""

from gateway.enrolment.consent import answered, stop, withdraw
from gateway.enrolment.importing import KINDS, Imported, bring_in, enter, import_file
from gateway.enrolment.keyword import begin_by, flow_for
from gateway.enrolment.sheet import BadRow, Row

__all__ = [
    "KINDS",
    "BadRow",
    "Imported",
    "Row",
    "answered",
    "begin_by",
    "bring_in",
    "enter",
    "flow_for",
    "import_file",
    "stop",
    "withdraw",
]
