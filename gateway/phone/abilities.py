"""What can the provider do in a country? https://www.twilio.com/en-us/guidelines/sms says it for each one."""

# Countries where a reply by SMS does not reach us. Everywhere else it depends on the number that was rented.
NO_REPLY_BY_SMS = {"CN": "mainland China"}


def can_reply_by_sms(region: str) -> bool:
    return region not in NO_REPLY_BY_SMS


def abilities(region: str, *, has_number: bool) -> str:
    """One line for the operator. `has_number`: whether we have a number to call from."""
    calls = "calls work" if has_number else "calls need TWILIO_FROM, which is empty"
    if region in NO_REPLY_BY_SMS:
        where = NO_REPLY_BY_SMS[region]
        return f"{region}: Twilio has no two-way SMS with {where}: patients cannot reply by SMS; {calls}."
    return f"{region}: Twilio takes replies by SMS on a number that can; {calls}."
