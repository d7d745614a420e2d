"""The codes that stand for our words in FHIR: LOINC, ATC, SNOMED CT, UCUM, and our extensions.

Only codes that somebody verified are written. Some more are understood.
"""

from collections.abc import Mapping
from types import MappingProxyType

from brushite.errors import UnitError
from brushite.units import spelled

LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
ICD10 = ("http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm")
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
RELATIVE = "http://hl7.org/fhir/StructureDefinition/cqf-relativeDateTime"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
INTERPRETATION = f"{TERMINOLOGY}/v3-ObservationInterpretation"

OURS = "https://brushite.org/fhir/StructureDefinition"
NOW = f"{OURS}/now"
MOMENT = f"{OURS}/moment"
ORIGIN = f"{OURS}/origin"
STEP = f"{OURS}/step"
PLAN = f"{OURS}/plan"
TIMING = f"{OURS}/timing"
RELATION = f"{OURS}/relation"
LABORATORY = f"{OURS}/laboratory"
NOTE = f"{OURS}/note"
THERAPY_NOTE = f"{OURS}/therapy-note"
LABEL = "https://brushite.org/fhir/label"
"""Names of ours, not pages: what a record says and FHIR R4 has no element for."""

# --- laboratory ---------------------------------------------------------------------------------

ANALYTE_OF: Mapping[str, str] = MappingProxyType(
    {
        "17861-6": "calcium",
        "2000-8": "calcium",
        "49765-1": "calcium",
        "1995-0": "ionised calcium",
        "17864-0": "ionised calcium",
        "29265-6": "corrected calcium",
        "2777-1": "phosphate",
        "14879-1": "phosphate",
        "2731-8": "pth",
        "14866-8": "pth",
        "32045-7": "pth",
        "1989-3": "calcidiol",
        "62292-8": "calcidiol",
        "14635-7": "calcidiol",
        "68438-1": "calcidiol",
        "62290-2": "calcitriol",
        "1649-3": "calcitriol",
        "6768-6": "alkaline phosphatase",
        "54390-0": "fgf23",
        "1751-7": "albumin",
        "19123-9": "magnesium",
        "2601-3": "magnesium",
        "1963-8": "bicarbonate",
        "2028-9": "bicarbonate",
        "14627-4": "bicarbonate",
        "1960-4": "bicarbonate",
    }
)
"""The analyte of a LOINC code."""

CALCULATED = "13959-2"  # ionised calcium by calculation, which is no measurement

_MASS, _MOLES = "mass concentration", "amount concentration"
LOINC_OF: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        ("calcium", _MASS): ("17861-6", "Calcium [Mass/volume] in Serum or Plasma"),
        ("calcium", _MOLES): ("2000-8", "Calcium [Moles/volume] in Serum or Plasma"),
        ("ionised calcium", _MOLES): (
            "1995-0",
            "Calcium.ionized [Moles/volume] in Serum or Plasma",
        ),
        ("ionised calcium", _MASS): (
            "17864-0",
            "Calcium.ionized [Mass/volume] in Serum or Plasma by Ion-selective membrane electrode"
            " (ISE)",
        ),
        ("corrected calcium", _MOLES): (
            "29265-6",
            "Calcium [Moles/volume] corrected for albumin in Serum or Plasma",
        ),
        ("phosphate", _MASS): ("2777-1", "Phosphate [Mass/volume] in Serum or Plasma"),
        ("phosphate", _MOLES): ("14879-1", "Phosphate [Moles/volume] in Serum or Plasma"),
        ("pth", _MASS): ("2731-8", "Parathyrin.intact [Mass/volume] in Serum or Plasma"),
        ("pth", _MOLES): ("14866-8", "Parathyrin.intact [Moles/volume] in Serum or Plasma"),
        ("calcidiol", _MASS): (
            "62292-8",
            "25-hydroxyvitamin D3+25-hydroxyvitamin D2 [Mass/volume] in Serum or Plasma",
        ),
        ("calcidiol", _MOLES): (
            "14635-7",
            "25-hydroxyvitamin D3 [Moles/volume] in Serum or Plasma",
        ),
        ("calcitriol", _MASS): (
            "62290-2",
            "1,25-dihydroxyvitamin D [Mass/volume] in Serum or Plasma",
        ),
        ("alkaline phosphatase", "activity"): (
            "6768-6",
            "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
        ),
        ("fgf23", _MASS): ("54390-0", "Fibroblast growth factor 23"),
        ("albumin", _MASS): ("1751-7", "Albumin [Mass/volume] in Serum or Plasma"),
        ("magnesium", _MASS): ("19123-9", "Magnesium [Mass/volume] in Serum or Plasma"),
        ("magnesium", _MOLES): ("2601-3", "Magnesium [Moles/volume] in Serum or Plasma"),
        ("bicarbonate", _MOLES): ("1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma"),
    }
)
"""The LOINC code and its display that are written for an analyte in a unit of one dimension."""

WEIGHT = ("29463-7", "Body weight")
WEIGHTS = frozenset({"29463-7", "3141-9", "3142-7"})
AGES = frozenset({"30525-0", "21612-7"})
GLAND_STUDIES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "38045-1": ("38045-1", "Parathyroid US", "ultrasound"),
        "44145-1": (
            "44145-1",
            "Parathyroid Scan W Tc-99m Sestamibi IV",
            "MIBI scintigraphy",
        ),
    }
)

# --- drugs and procedures -----------------------------------------------------------------------

DRUG_OF: Mapping[str, str] = MappingProxyType(
    {
        "V03AE02": "sevelamer",
        "V03AE03": "lanthanum carbonate",
        "V03AE05": "sucroferric oxyhydroxide",
        "V03AE07": "calcium acetate",
        "A12AA12": "calcium acetate",
        "V03AE08": "ferric citrate",
        "A12AA04": "calcium carbonate",
        "A11CC03": "alfacalcidol",
        "A11CC04": "calcitriol",
        "A11CC05": "cholecalciferol",
        "H05BX01": "cinacalcet",
        "H05BX02": "paricalcitol",
        "H05BX03": "doxercalciferol",
        "H05BX04": "etelcalcetide",
        "V03AB06": "sodium thiosulfate",
        "M05BX04": "denosumab",
    }
)
"""Our drug of an ATC code."""

UNSTATED_SALT = "A12AA20"  # calcium, different salts in combination
HAEMODIALYSIS = ("302497006", "Hemodialysis (procedure)")
DIALYSES = frozenset({"302497006", "265764009"})
ON_DIALYSIS = frozenset({"714152005", "428982002", "443143006"})
KIDNEY_DISEASES = frozenset({"46177005", "714152005", "433146000"})


def atc_of(drug: str) -> str | None:
    """The ATC code of one of our drugs, or None when nobody verified one."""
    return next((code for code, name in DRUG_OF.items() if name == drug), None)


# --- units --------------------------------------------------------------------------------------

_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "[iU]": "IU",
        "meq": "mEq",
        "eq": "Eq",
        "d": "day",
        "wk": "week",
        "mo": "month",
        "a": "year",
        "l": "L",
        "dl": "dL",
        "ml": "mL",
        "{session}": "session",
        "{tablet}": "tablet",
        "{tbl}": "tablet",
        "[HU]": "HU",
        "[hnsf'U]": "HU",
    }
)
_WHOLE: Mapping[str, str] = MappingProxyType(
    {"[iU]/L": "U/L", "cm3": "cm3", "kg/m2": "kg/m2", "%": "%", "1": "1"}
)
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "IU": "[iU]",
        "mEq": "meq",
        "Eq": "eq",
        "day": "d",
        "week": "wk",
        "month": "mo",
        "year": "a",
        "session": "{session}",
        "tablet": "{tbl}",
        "HU": "[hnsf'U]",
    }
)


def unit_of(code: str) -> str | None:
    """Our unit of a UCUM code: `"[iU]/d"` is `"IU/day"`. None for one that we do not have."""
    ours = _WHOLE.get(code) or "/".join(_PARTS.get(part, part) for part in code.split("/"))
    try:
        known = spelled(ours)
    except UnitError:
        return None
    return known if known == ours else None


def code_of(unit: str) -> str:
    """The UCUM code of one of our units: `"µg/day"` is `"ug/d"`."""
    return "/".join(_CODES.get(part, part) for part in spelled(unit).split("/"))
