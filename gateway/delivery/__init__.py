"""What leaves, and what became of it: claim, commit, send, a fenced write, a look at the provider where that failed."""

from gateway.delivery.doubts import settle_doubts
from gateway.delivery.overdue import ask_after
from gateway.delivery.rates import rates_of
from gateway.delivery.receipts import receipt
from gateway.delivery.sending import drain
from gateway.delivery.windows import WINDOWS, Windows

__all__ = ["WINDOWS", "Windows", "ask_after", "drain", "rates_of", "receipt", "settle_doubts"]
