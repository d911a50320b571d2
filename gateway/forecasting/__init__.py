"""What would a flow bring: how many messages, minutes and cases? The gateway itself, on a clock that only counts."""

from gateway.forecasting.days import Days
from gateway.forecasting.figures import Figures, figures
from gateway.forecasting.plan import Plan
from gateway.forecasting.run import play

__all__ = ["Days", "Figures", "Plan", "figures", "play"]
