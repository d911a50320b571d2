"""Is every promise kept, is anything missing at the provider, and does somebody hear of it when not?"""

from gateway.watch.audit import Broken, Finding, audit
from gateway.watch.forgotten import wake_forgotten
from gateway.watch.gaps import GAPS, WATERMARK, Gaps, fill_gaps
from gateway.watch.heartbeat import HEARTBEAT, call_home
from gateway.watch.poison import tell_of_poison

__all__ = [
    "GAPS", "HEARTBEAT", "WATERMARK", "Broken", "Finding", "Gaps", "audit", "call_home", "fill_gaps",
    "tell_of_poison", "wake_forgotten",
]  # fmt: skip
