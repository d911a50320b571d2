"""Whom is it about, who works there and where, and what was agreed to? Codes only."""

from gateway.quality.fhir import codes
from gateway.quality.fhir.elements import HL7, Json, Local, coded, moment, period, reference, resource
from gateway.store.tables import Consent, Person, Site, Standing

PAPER = "paper"


def patient(person: Person, local: Local) -> Json:
    """No name, number, birth date, language or sex. Of somebody who was erased the site is all that is left."""
    doctor = reference("Practitioner", person.doctor_id) if person.doctor_id else None
    return resource(
        "Patient",
        person.id,
        identifier=[local.identifier("patient", person.code)],
        active=person.standing is not Standing.ENDED,
        generalPractitioner=[doctor] if doctor else None,
        managingOrganization=reference("Organization", person.site_id),
    )


def helper_id(patient_id: str) -> str:
    return f"{patient_id}-helper"


def helper(patient_id: str, local: Local) -> Json:
    """Whoever it was: which of her helpers held the phone is not known, and nobody's name is."""
    return resource(
        "RelatedPerson",
        helper_id(patient_id),
        patient=reference("Patient", patient_id),
        relationship=[local.concept("work", codes.HELPS)],
    )


def practitioner(person: Person, local: Local) -> Json:
    identifier = [local.identifier("clinician", person.code)]
    return resource("Practitioner", person.id, identifier=identifier, active=person.standing is Standing.ACTIVE)


def account(user_id: str, local: Local) -> Json:
    """Whoever works at the console without being one of the people: its id is all that we say."""
    return resource("Practitioner", user_id, identifier=[local.identifier("account", user_id)])


def organization(site: Site, local: Local) -> Json:
    above = reference("Organization", site.parent_id) if site.parent_id else None
    identifier = [local.identifier("site", site.code)]
    return resource("Organization", site.id, identifier=identifier, active=True, partOf=above)


def consent(row: Consent, zone: str, local: Local) -> Json:
    """A no is given and taken back at the same moment. What a paper form is called somebody typed: it is left out."""
    is_no = row.withdrawn_at == row.given_at
    stands = "active" if row.withdrawn_at is None else "rejected" if is_no else "inactive"
    flow, _, number = row.version.rpartition(" ")
    form = {"policyRule": {"text": "A paper form that is kept at the clinic"}}
    asked = {"policy": [{"uri": f"{local.url('Questionnaire', flow)}|{number}"}]}
    return resource(
        "Consent",
        row.id,
        status=stands,
        scope=coded(f"{HL7}/consentscope", "patient-privacy"),
        category=[local.concept("consent-purpose", row.purpose)],
        patient=reference("Patient", row.person_id),
        dateTime=moment(row.given_at, zone),
        provision={
            "type": "deny" if is_no else "permit",
            "period": period(row.given_at, None if is_no else row.withdrawn_at, zone),
        },
        **(form if row.channel == PAPER or not number.isdigit() else asked),
    )
