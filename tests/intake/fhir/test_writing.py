"""Records as bundles: complete, the same each time, and read back as they were."""

import copy
import json
import re
from dataclasses import replace

import pytest

from brushite.intake.fhir import fhir_bundle, fhir_in, not_held, plans_of
from brushite.intake.plans import plans_in, read_plans
from brushite.intake.records import read_record, record_in
from tests.conftest import ROOT

RICH = """
brushite: record/1
person:
  label: Everything
  age: 61 years
  sex: female
  weight: 70.5 kg
  dialysis_vintage: 30 months
  residual_urine: 300 mL/day
  residual_gfr: 1.5 mL/min
  kidney_disease: polycystic kidneys
  history: [hip fracture]
now: 2026-03-05
laboratory: {name: Central, pth_assay: Elecsys 1-84, pth_upper_limit: 5.1 pmol/L, note: said so}
measurements:
  - {analyte: ca, value: 2.5 mmol/L, taken: 2026-03-01, timing: before dialysis,
     laboratory_range: {low: 2.1 mmol/L, high: 2.55 mmol/L}}
  - {analyte: P, value: 2.04 mmol/L, taken: "2026-02-14, give or take 2 weeks"}
  - {analyte: pth, value: "> 250 pmol/L", assay: Elecsys 1-84, note: diluted}
  - {analyte: pth, value: 90 pg/mL, assay: intact, taken: 6 weeks before now, author_remark: low}
  - {analyte: alp, value: 210 U/L, taken: unknown}
  - {analyte: ionised calcium, value: 2.4 mEq/L, taken: after parathyroidectomy}
  - {analyte: albumin, value: 38 g/L, assay: BCG}
lesions:
  - name: right hip
    site: around the joint
    sizes:
      - {size: 8.6 x 7.6 x 5.9 cm, method: CT, taken: 2026-01-10}
      - {size: unknown, volume: 180 mL, mineral: 30 g, taken: 1 month after parathyroidectomy}
    first_noticed: "2024-05-01, give or take 6 months"
    relations: [sciatic nerve, femoral artery]
findings:
  - {kind: pain, text: hip, since: 2025-01-01, resolved: 2026-01-01}
  - {kind: other, text: itching}
glands:
  - {gland: left lower, method: ultrasound, result: nodule, size: 6 mm}
therapy:
  note: from the pharmacy
  steps:
    - dialysis: {modality: HDF, sessions: 3, hours: 4.5 h,
                 dialysate_calcium: [1.25 mmol/L, 1.5 mmol/L]}
      until: week -4
    - dialysis: {sessions: 3, hours: 240 min, dialysate_calcium: 1.5 mmol/L, blood_flow: 300 mL/min}
      from: week -4
    - {give: cinacalcet 30 mg/day, from: 2025-06-01, until: 2025-12-01}
    - {give: sevelamer, dose: [2.4 g/day, 4.8 g/day], as: tablets, adherence: 0.8}
    - {give: etelcalcetide 5 mg/session, from: 2025-12-01}
    - {give: denosumab 60 mg, every: 26 weeks}
    - {give: cholecalciferol 10000 IU/week}
    - {stop: alfacalcidol}
    - {surgery: parathyroidectomy, glands_left: 1/8, from: 2025-05-01}
    - {diet: 900 mg/day}
"""


def example(number):
    return read_record(ROOT / "examples" / f"case-{number}.yaml")


def plans(number):
    return read_plans(ROOT / "examples" / f"case-{number}-plans.yaml")


def returned(record, several=()):
    return fhir_in(json.dumps(fhir_bundle(record, several)), name="out.json")


def sized(record, like):
    """The record with the origins of sizes and facts that `like` has none for taken away."""

    def bare(fact, other):
        return replace(fact, origin=None) if other.origin is None else fact

    def each(facts, others):
        return tuple(bare(f, o) for f, o in zip(facts, others, strict=True))

    lesions = tuple(
        replace(bare(x, o), sizes=each(x.sizes, o.sizes))
        for x, o in zip(record.lesions, like.lesions, strict=True)
    )
    names = ("measurements", "findings", "imaging", "glands", "outcomes")
    fields = {name: each(getattr(record, name), getattr(like, name)) for name in names}
    return replace(record, lesions=lesions, **fields)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_example_comes_back_as_it_was(number):
    record = example(number)
    read = returned(record, plans(number))

    assert sized(read.record, record) == record
    assert read.doubts == ()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_plans_of_an_example_come_back_as_they_were(number):
    bundle = json.dumps(fhir_bundle(example(number), plans(number)))

    assert plans_of(bundle, name="out.json") == plans(number)


def test_a_record_with_everything_comes_back_as_it_was():
    record = record_in(RICH)
    read = returned(record)

    assert sized(read.record, record) == record
    assert read.doubts == ()


def test_the_same_record_gives_the_same_bytes():
    one, other = (json.dumps(fhir_bundle(example(3), plans(3))) for _ in range(2))
    changed = replace(example(3), note="changed")

    assert one == other
    assert json.dumps(fhir_bundle(changed, plans(3))) != one


def test_every_reference_leads_to_an_entry():
    bundle = fhir_bundle(example(3), plans(3))
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    references = set(re.findall(r'"reference": "([^"]+)"', json.dumps(bundle)))

    assert len(addresses) == len(bundle["entry"])
    assert references <= addresses
    assert len(references) == 9  # the patient, the operation, two masses, five steps of plans


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def test_a_later_value_is_relative_to_the_procedure():
    bundle = fhir_bundle(example(3))
    (procedure,) = resources(bundle, "Procedure")
    address = next(e["fullUrl"] for e in bundle["entry"] if e["resource"] is procedure)
    value = next(
        o
        for o in resources(bundle, "Observation")
        if o.get("valueQuantity", {}).get("value") == 41.5
    )
    (relative,) = value["_effectiveDateTime"]["extension"]

    assert procedure["status"] == "completed"
    assert relative["url"].endswith("cqf-relativeDateTime")
    assert relative["extension"][0]["valueReference"]["reference"] == address
    assert relative["extension"][3]["valueDuration"]["code"] == "mo"


def test_a_third_generation_assay_gets_no_code_of_an_intact_one():
    values = [o for o in resources(fhir_bundle(example(3)), "Observation") if "method" in o]
    pth = [o for o in values if o["code"]["text"].startswith("PTH")]

    assert len(pth) == 3
    assert all("coding" not in o["code"] and o["method"]["text"] == "1-84" for o in pth)


def test_drugs_have_codes_of_atc_and_units_of_ucum():
    bundle = fhir_bundle(example(1), plans(1))
    requests = {
        r["medicationCodeableConcept"]["text"]: r for r in resources(bundle, "MedicationRequest")
    }
    rate = requests["sevelamer"]["dosageInstruction"][0]["doseAndRate"][0]["rateRatio"]

    assert requests["sevelamer"]["medicationCodeableConcept"]["coding"][0]["code"] == "V03AE02"
    assert (rate["numerator"]["value"], rate["numerator"]["code"]) == (3.2, "g")
    assert rate["denominator"]["code"] == "d"
    assert requests["calcium carbonate"].get("doNotPerform") in {True, None}


def test_no_code_of_rxnorm_is_written_and_no_name_of_a_person():
    text = json.dumps([fhir_bundle(example(n), plans(n)) for n in (1, 2, 3)])

    assert "rxnorm" not in text
    assert '"name"' not in text.replace('"url": "name"', "")
    assert "birthDate" not in text


def test_a_dose_that_somebody_changed_beside_our_step_is_asked_about():
    bundle = copy.deepcopy(fhir_bundle(record_in(RICH)))
    (statement,) = [
        r
        for r in resources(bundle, "MedicationStatement")
        if r["medicationCodeableConcept"]["text"] == "cholecalciferol"
    ]
    statement["dosage"][0]["doseAndRate"][0]["rateRatio"]["numerator"]["value"] = 20000
    read = fhir_in(bundle, name="out.json")

    assert any("Which one holds" in doubt.question for doubt in read.doubts)
    assert "cholecalciferol" not in [getattr(s, "drug", "") for s in read.record.therapy.steps]


def test_a_prescription_that_somebody_changed_is_asked_about():
    bundle = copy.deepcopy(fhir_bundle(record_in(RICH)))
    request = resources(bundle, "ServiceRequest")[1]
    request["orderDetail"] = [{"text": "dialysate calcium 1.25 mmol/L"}]
    read = fhir_in(bundle, name="out.json")

    assert any("Which one holds" in doubt.question for doubt in read.doubts)


def test_what_other_software_cannot_find_is_named():
    said = not_held(record_in(RICH))

    assert any("6 weeks before now" in words for words in said)
    assert "what masses touch" in said
    assert "adherence, and doses that follow the laboratory" in said
    assert "starts and ends that depend on a value" not in said


def test_a_plan_that_follows_the_laboratory_comes_back():
    text = """
brushite: plan/1
plan: Titrated
steps:
  - give: cinacalcet 30 mg/day
    titrate: {every: 4 weeks, doses: [30 mg, 60 mg], raise_if: PTH > 300 pg/mL}
    from: {all: [P < 1.78 mmol/L, Ca > 2.1 mmol/L], held: 2 weeks, by: week 26}
monitor: {labs: every 2 weeks}
"""
    several = plans_in(text)
    bundle = json.dumps(fhir_bundle(example(2), several))

    assert plans_of(bundle, name="out.json") == several
