"""What heads of columns are taken for."""

import pytest

from brushite.intake.tables.words import analyte_meaning, known_unit, language, loinc, meaning


@pytest.mark.parametrize(
    ("head", "analyte", "unit"),
    [
        ("Ca (mmol/L)", "calcium", "mmol/L"),
        ("CALCÉMIE [mg/l]", "calcium", "mg/L"),
        ("Ca tot", "calcium", ""),
        ("S-Calcium", "calcium", ""),
        ("calcium_mmol_l", "calcium", "mmol/L"),
        ("Calcium corrigé", "corrected calcium", ""),
        ("Albumin-corrected calcium, mg/dL", "corrected calcium", "mg/dL"),
        ("Ca++ ionisé (mmol/L)", "ionised calcium", "mmol/L"),
        ("Phosphate mg/dL", "phosphate", "mg/dL"),
        ("Phosphore inorganique", "phosphate", ""),
        ("Parathormone (ng/L)", "pth", "ng/L"),
        ("PAL (UI/L)", "alkaline phosphatase", "U/L"),
        ("Alk Phos", "alkaline phosphatase", ""),
        ("25-OH vitamine D (nmol/L)", "calcidiol", "nmol/L"),
        ("25(OH)D3", "calcidiol", ""),
        ("1,25 (OH)2 vit D", "calcitriol", ""),
        ("Albumine g/L", "albumin", "g/L"),
        ("Magnésémie", "magnesium", ""),
        ("RA", "bicarbonate", ""),
        ("CO2 total (mmol/L)", "bicarbonate", "mmol/L"),
        ("FGF-23", "fgf23", ""),
        ("Calcium [Mass/volume] in Serum or Plasma", "calcium", ""),
        ("2777-1", "phosphate", ""),
    ],
)
def test_an_analyte_is_known_by_its_french_and_english_names(head, analyte, unit):
    found = analyte_meaning(head)

    assert found is not None
    assert (found.analyte, found.unit) == (analyte, unit)


@pytest.mark.parametrize(
    "head",
    [
        "D",
        "Vitamine D",
        "Ca x P",
        "Ca/P",
        "Ca++",
        "Calcium dialysat",
        "Ca bain (mmol/L)",
        "dialysate Ca",
        "bath calcium",
        "Calcium urinaire",
        "Calcium (mmol/24h)",
        "Phosphate, urine 24 h",
        "Calciurie",
        "PAL osseuses",
        "C-terminal FGF23 (RU/mL)",
        "25-OH vitamine D2",
        "Calcium carbonate (g/j)",
        "Préalbumine",
        "pré-albumine",
        "Microalbuminurie",
        "Ca cible",
        "PTH après parathyroïdectomie",
    ],
)
def test_what_is_not_clearly_an_analyte_in_blood_is_none(head):
    assert analyte_meaning(head) is None


@pytest.mark.parametrize(
    ("head", "timing"),
    [
        ("Calcium pré-HD (mmol/L)", "before dialysis"),
        ("Phosphore avant dialyse", "before dialysis"),
        ("pre_Ca", "before dialysis"),
        ("Ca post dialyse", "after dialysis"),
        ("Calcémie après séance", "after dialysis"),
        ("Ca interdialytique", "between sessions"),
        ("Ca", "unknown"),
    ],
)
def test_a_head_says_how_a_sample_stands_to_dialysis(head, timing):
    found = analyte_meaning(head)

    assert found is not None
    assert found.timing == timing


def test_the_assay_of_pth_is_kept_apart_from_its_name():
    assert [meaning(h).assay for h in ("PTH 1-84", "PTH intacte (pg/mL)", "PTH 3e génération")] == [
        "1-84",
        "intact",
        "1-84",
    ]
    assert meaning("PTH (Roche Elecsys)").analyte == "pth"


@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("Date de prélèvement", "date"),
        ("collection_date", "date"),
        ("Date de naissance", "birth"),
        ("Date validation", "later date"),
        ("IPP", "patient"),
        ("Patient ID", "patient"),
        ("Libellé", "test name"),
        ("Résultat", "value"),
        ("Unités", "unit"),
        ("Borne inf", "lower limit"),
        ("ref_high", "upper limit"),
        ("Valeurs de référence", "normal range"),
        ("Code LOINC", "LOINC code"),
        ("Pré/Post", "timing"),
        ("Poids sec (kg)", "weight"),
        ("Kt/V", ""),
        ("Créatinine", ""),
    ],
)
def test_other_columns_are_known_by_what_they_are_for(head, role):
    assert meaning(head).role == role


def test_units_are_spelled_in_one_way():
    written = ("mmol.L-1", "UI/l", "mg/100 mL", "mg%", "µg/L", "(pg/ml)", "RU/mL", "n/a")
    assert [known_unit(unit) for unit in written] == [
        "mmol/L",
        "U/L",
        "mg/dL",
        "mg/dL",
        "ug/L",
        "pg/mL",
        "",
        "",
    ]


def test_the_language_is_that_of_most_words():
    assert language(["Calcémie", "Albumine", "Date"]) == "French"
    assert language(["Date", "Test", "Value", "Unit"]) == "English"
    assert language(["Date", "Ca", "PTH"]) == ""


def test_each_loinc_code_stands_in_the_shared_list(shared):
    listed = (shared / "science" / "codes.csv").read_text("utf-8")

    assert loinc()
    assert [code for code in loinc() if f",{code}," not in listed] == []
