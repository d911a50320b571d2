"""The second step: six digits that change every half minute, from a secret that the owner's telephone holds."""

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from gateway.store.sealing import seal, unseal
from gateway.store.tables import User

SECONDS = 30
DRIFT = 1  # steps by which a telephone's clock may be wrong


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, login: str, clinic: str) -> str:
    """What the square on the page says to the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=clinic)


def step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The time step to which these digits belong; None when they are wrong."""
    digits = "".join(sign for sign in digits if sign.isdigit())
    counted = int(now.timestamp()) // SECONDS
    totp = pyotp.TOTP(secret)
    near = range(counted - DRIFT, counted + DRIFT + 1)
    return next((step for step in near if pyotp.utils.strings_equal(digits, totp.generate_otp(step))), None)


def secret_of(session: Session, user: User) -> str | None:
    if user.second_step is None:
        return None
    return unseal(session, user.second_step, table="users", column="second_step", row=user.id, person=None)


def keep(session: Session, user: User, secret: str, step: int) -> None:
    user.second_step = seal(session, secret, table="users", column="second_step", row=user.id, person=None)
    user.second_step_at = step


def take_away(user: User) -> None:
    user.second_step = user.second_step_at = None
