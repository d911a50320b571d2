"""What is kept, for how long, and how somebody is forgotten: erasing, retention, and the provider's copies."""

from gateway.keeping.erased import erased_ids, note_erased, read_list, write_list
from gateway.keeping.erasing import CannotErase, Erasure, erase, forget_again
from gateway.keeping.retention import Periods, Sweep, overdue, take_away
from gateway.keeping.tidying import tidy

__all__ = [
    "CannotErase", "Erasure", "Periods", "Sweep", "erase", "erased_ids", "forget_again", "note_erased", "overdue",
    "read_list", "take_away", "tidy", "write_list",
]  # fmt: skip
