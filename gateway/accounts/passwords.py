"""Which passwords are taken, and how is one kept?"""

from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
FEWEST_SIGNS = 5  # different ones: "aaaaaaaaaaaa" is long and no secret

# OWASP's least for argon2id: 19 MiB, two rounds. A village's machine has little memory, and eight threads that sign in.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODYS = _hasher.hash("an account that is not there takes as long to refuse")


class Weak(StrEnum):
    SHORT = "short"
    LONG = "long"
    SIMPLE = "simple"
    NAME = "name"


def weakness(password: str, *names: str) -> Weak | None:
    """Why it is not taken. Length counts, not signs of every kind."""
    if len(password) < SHORTEST:
        return Weak.SHORT
    if len(password) > LONGEST:
        return Weak.LONG
    if len(set(password.casefold())) < FEWEST_SIGNS:
        return Weak.SIMPLE
    return Weak.NAME if any(name and name.casefold() in password.casefold() for name in names) else None


def kept(password: str) -> str:
    return _hasher.hash(password)


def matches(hashed: str | None, password: str) -> bool:
    """Without an account, or one without a password: as slow, and no."""
    try:
        return _hasher.verify(hashed or _NOBODYS, password[:LONGEST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
