"""Of what small parts is every FHIR resource made?"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
HL7 = "http://terminology.hl7.org/CodeSystem"
EXTENSION = "http://hl7.org/fhir/StructureDefinition"
# Test health data: whoever brings this in must not take it for a patient's state.
TEST = {"system": f"{HL7}/v3-ActReason", "code": "HTEST", "display": "test health data"}


@dataclass(frozen=True)
class Local:
    """Names that only this installation gives. `base`: its public address, so that no two installations share them."""

    base: str

    def url(self, kind: str, name: str) -> str:
        return f"{self.base.rstrip('/')}/fhir/{kind}/{name}"

    def system(self, name: str) -> str:
        return self.url("CodeSystem", name)

    def coding(self, system: str, code: str, display: str | None = None) -> Json:
        return filled(system=self.system(system), code=slug(code), display=display)

    def concept(self, system: str, code: str, display: str | None = None) -> Json:
        return {"coding": [self.coding(system, code, display or code)]}

    def identifier(self, kind: str, value: str) -> Json:
        return {"system": self.url("identifier", kind), "value": value}


def resource(kind: str, name: str, *, is_test: bool = False, **parts: Any) -> Json:
    meta = {"tag": [TEST]} if is_test else None
    return {"resourceType": kind, "id": name, **filled(meta=meta, **parts)}


def filled(**parts: Any) -> Json:
    """Without what is not known: an empty element is none that FHIR allows."""
    return {name: value for name, value in parts.items() if value is not None and value != [] and value != {}}


def reference(kind: str, name: str) -> Json:
    return {"reference": f"{kind}/{name}"}


def coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def moment(at: datetime, zone: str) -> str:
    """As the clock on that person's wall showed it, with its distance from UTC."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def period(begin: datetime | None, end: datetime | None, zone: str) -> Json:
    return filled(start=moment(begin, zone) if begin else None, end=moment(end, zone) if end else None)


def slug(words: str) -> str:
    """A code has no spaces of its own choosing: `better, to be called` is `better-to-be-called`."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", words).strip("-")


def made_of(*parts: str) -> str:
    """An id that is the same in every export, for what has no row of its own."""
    return sha256("/".join(parts).encode()).hexdigest()[:40]
