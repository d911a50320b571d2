"""What does Twilio answer to a request that it refuses?"""

from dataclasses import dataclass

STATUS_OF = {20003: 401, 20004: 405, 20404: 404, 20009: 409}


@dataclass(frozen=True)
class Refusal(Exception):
    """`is_violation`: no correct program sends this, as against a number that turns out to be bad."""

    code: int
    message: str
    is_violation: bool = False

    @property
    def status(self) -> int:
        return STATUS_OF.get(self.code, 400)

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def missing(code: int, message: str) -> Refusal:
    return Refusal(code, message, is_violation=True)


def not_found(path: str) -> Refusal:
    return Refusal(20404, f"The requested resource {path} was not found")
