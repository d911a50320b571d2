"""How much may the sender send?"""

from gateway.settings import Settings
from gateway.store import outbox
from gateway.store.budgets import Budget


def rates_of(settings: Settings) -> outbox.Rates:
    sender = settings.twilio_messaging_service_sid or settings.twilio_from
    budget = Budget(
        settings.sms_per_number_a_day, settings.sms_a_day, settings.reserve_for_cases, settings.allowed_countries
    )
    return outbox.Rates(str(sender), settings.sms_per_second, settings.calls_per_second, budget)
