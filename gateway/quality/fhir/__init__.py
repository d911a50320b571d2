"""What has been reported and done, as FHIR R4: for another system's importer."""
