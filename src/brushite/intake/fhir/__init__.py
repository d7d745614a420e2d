"""FHIR R4 (4.0.1) in and out: bundles as readings of one patient, records as bundles."""

from brushite.intake.fhir.reading import fhir_in, plans_of, read_fhir
from brushite.intake.fhir.writing import fhir_bundle, not_held

__all__ = ["fhir_bundle", "fhir_in", "not_held", "plans_of", "read_fhir"]
