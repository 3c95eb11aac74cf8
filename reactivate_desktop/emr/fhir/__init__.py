"""FHIR R4 files: Patient and Encounter records from NDJSON and Bundles, plain or gzipped."""

from __future__ import annotations

from reactivate_desktop.emr.fhir.files import FhirFile, NothingToRead, open_fhir
from reactivate_desktop.emr.fhir.reader import read_fhir

__all__ = ["FhirFile", "NothingToRead", "open_fhir", "read_fhir"]
