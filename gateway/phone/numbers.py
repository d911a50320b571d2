"""Whose country is a number of, and is it an ordinary one?"""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

# Calls and texts to any other kind may cost what the one who owns the number likes.
ORDINARY = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


def country_of(e164: str) -> str | None:
    """Two capital letters; None for a number that cannot exist, that is nobody's country's or is not ordinary."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in ORDINARY:
        return None
    country: str | None = phonenumbers.region_code_for_number(number)
    return country if country and len(country) == 2 and country.isalpha() else None
