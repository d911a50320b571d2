"""Who takes part: the import of sites, clinicians and patients, their consent, and its end."""

from gateway.enrolment.consent import stop, withdraw
from gateway.enrolment.importing import KINDS, Imported, bring_in, import_file
from gateway.enrolment.sheet import BadRow

__all__ = ["KINDS", "BadRow", "Imported", "bring_in", "import_file", "stop", "withdraw"]
