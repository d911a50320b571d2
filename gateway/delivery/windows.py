"""How long is waited before anything is taken for lost? All of it real time: a story that jumps loses nothing."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Windows:
    """Tests hand in shorter ones. A lease has run out 30 s after its last POST ended; that is waited for already."""

    settles: timedelta = timedelta(seconds=5)  # the provider's list may not yet hold what it has just taken
    between_looks: timedelta = timedelta(seconds=15)
    one_looks: timedelta = timedelta(seconds=60)  # nobody else looks meanwhile; longer than a list of several pages
    refused: timedelta = timedelta(seconds=30)  # the look itself failed: a prompt waits for the next
    looks: int = 2  # that find nothing, before a prompt is sent again; what cannot wait has one
    slack: timedelta = timedelta(seconds=5)  # by which the provider's clock may be behind ours
    receipt: timedelta = timedelta(minutes=5)  # a message without an end is asked after ...
    receipt_urgent: timedelta = timedelta(minutes=1)  # ... a case's sooner ...
    receipt_again: timedelta = timedelta(minutes=30)  # ... and again, each time later
    receipt_looks: int = 3  # 'sent' may be the last that is ever heard
    rings: timedelta = timedelta(minutes=3)
    talks: timedelta = timedelta(minutes=40)  # 60 turns take less


WINDOWS = Windows()
