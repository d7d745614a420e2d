"""A measured mass in a record, and the twin that is fitted to it."""

from dataclasses import replace

import numpy as np
import pytest

from brushite.ct.entries import measurement_in, measurement_text
from brushite.ct.lesions import size_of, with_mass
from brushite.ct.measured import (
    Calibration,
    Diameters,
    Distance,
    Measure,
    MeasuredMass,
    Measurement,
    Shape,
)
from brushite.ct.volume import Acquisition, Flag, Grid
from brushite.errors import ImageError, RecordError
from brushite.inference.evidence import covariance, evidence
from brushite.intake.records import record_in, record_text
from brushite.plan import Moment
from brushite.record import PRESENT, Person, Record, Size
from brushite.units import Quantity

MASS = MeasuredMass(
    name="mass 1",
    at=(10.0, 20.0, 30.0),
    side="left",
    mineral_volume=Measure(value=80.0, error=3.0, unit="mL"),
    threshold_volume=Measure(value=110.0, error=28.0, unit="mL"),
    envelope_volume=Measure(value=130.0, error=7.0, unit="mL"),
    hydroxyapatite=Measure(value=36_000.0, error=4_500.0, unit="mg"),
    mean_hounsfield=600.0,
    brightest=1100,
    diameters=Diameters(
        axial_long=86.0,
        axial_short=59.0,
        craniocaudal=76.0,
        feret=(92.0, 75.0, 60.0),
        box=(90.0, 74.0, 60.0),
        error=0.8,
    ),
    shape=Shape(
        solidity=0.6,
        sphericity=0.5,
        lobules=14,
        mineral_share=0.6,
        septa_share=0.3,
        fluid_share=0.1,
    ),
    levels=(),
    distances=(
        Distance(to="left femur", kind="bone", millimetres=0.0, error=1.5, contact=90.0),
        Distance(to="sciatic nerve", kind="nerve", millimetres=4.0, error=1.2),
    ),
)


def measurement(taken="2025-03-01", scanner="Siemens", kilovolts=120.0, **changed):
    return Measurement(
        acquisition=Acquisition(
            source="pelvis", kind="DICOM", taken=taken, scanner=scanner, kilovolts=kilovolts
        ),
        grid=Grid(shape=(10, 10, 10), spacing=(1.0, 1.0, 1.0)),
        flags=changed.pop("flags", ()),
        calibration=Calibration(factor=0.779, absolute=0.125, repeated=0.02, source="table"),
        masses=(MASS,),
    )


RECORD = Record(person=Person(label="somebody"), now=Moment.parse("2025-06-01"))
NEW = {"lesion": "left hip", "site": "gluteal"}


def test_a_measurement_comes_back_from_its_text():
    text = measurement_text(measurement())
    found = measurement_in(text, "measurement.json")
    assert measurement_text(found) == text
    assert found.masses[0] == MASS


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": "ct-measurement/1"}', '{"version": 3}', "[" * 100_000]
)
def test_another_text_is_no_measurement(text):
    with pytest.raises(ImageError, match=r"measurement\.json is no measurement"):
        measurement_in(text, "measurement.json")


def test_the_volume_of_a_record_is_the_envelope_and_its_mineral_the_hydroxyapatite():
    size = size_of(MASS, measurement(), PRESENT)
    assert size.volume == Quantity(130.0, "mL")
    assert size.volume_error == Quantity(7.0, "mL")
    assert size.mineral == Quantity(36.0, "g")
    assert size.mineral_error == Quantity(4.5, "g")
    assert [axis.to("cm") for axis in size.axes] == [8.6, 7.6, 5.9]
    assert size.scanner == "Siemens, 120 kVp"


def test_a_new_lesion_has_its_side_and_what_it_touches():
    lesion = with_mass(RECORD, MASS, measurement(), **NEW).lesions[0]
    assert (lesion.side, lesion.relations) == ("left", ("left femur",))


def test_adding_the_same_mass_twice_changes_nothing():
    once = with_mass(RECORD, MASS, measurement(), **NEW)
    assert with_mass(once, MASS, measurement(), **NEW) == once


def test_a_second_date_is_a_second_size_of_the_same_lesion():
    once = with_mass(RECORD, MASS, measurement(), **NEW)
    twice = with_mass(once, MASS, measurement("2025-05-01"), lesion="left hip")
    assert len(twice.lesions) == 1
    assert len(twice.lesions[0].sizes) == 2


def test_a_new_lesion_without_a_site_is_refused():
    with pytest.raises(ImageError, match="no mass called 'left hip'; it has none"):
        with_mass(RECORD, MASS, measurement(), lesion="left hip")


def test_a_scan_without_a_date_is_refused():
    with pytest.raises(ImageError, match="Nobody says when pelvis was made"):
        with_mass(RECORD, MASS, measurement(None), **NEW)


def test_a_date_that_the_record_cannot_place_is_refused():
    undated = replace(RECORD, now=PRESENT)
    with pytest.raises(ImageError, match="cannot be placed"):
        with_mass(undated, MASS, measurement(), **NEW)
    assert with_mass(undated, MASS, measurement(), taken=PRESENT, **NEW).lesions


def test_what_spoils_the_volume_keeps_it_out_of_the_record():
    cut = Flag(name="cut off", text="It goes on outside.", spoils=("volume",))
    with pytest.raises(ImageError, match="It goes on outside"):
        with_mass(RECORD, replace(MASS, flags=(cut,)), measurement(), **NEW)


def test_a_record_with_a_measured_mass_comes_back_from_its_text():
    record = with_mass(RECORD, MASS, measurement(), **NEW)
    assert record_in(record_text(record), name="record.yaml") == record


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"volume_error": Quantity(3, "mL")}, "stands without a volume"),
        ({"mineral": Quantity(3, "g"), "mineral_error": Quantity(3, "mL")}, "is no mineral"),
        ({"volume": Quantity(3, "mL"), "volume_error": Quantity(4, "mL")}, "between 0 and"),
    ],
)
def test_an_error_that_cannot_be_is_refused(given, says):
    with pytest.raises(RecordError, match=says):
        Size(**given)


def test_a_fit_is_held_to_the_errors_of_the_scan():
    used = {item.kind: item for item in evidence(scanned("2025-05-01"))[0] if item.slot}
    assert used["volume"].value == 130.0
    assert used["volume"].error == pytest.approx(7 / 130)
    assert used["mineral"].value == 36.0
    assert used["mineral"].error == pytest.approx(0.125)
    assert used["mineral"].quantity == "lesion_1_mineral"


def scanned(*dates, scanner="Siemens"):
    record = RECORD
    for number, date in enumerate(dates):
        name = scanner if isinstance(scanner, str) else scanner[number]
        record = with_mass(record, MASS, measurement(date, name), **NEW)
    return record


def test_what_one_scanner_reads_wrong_it_reads_wrong_on_both_dates():
    same = minerals(scanned("2025-01-01", "2025-05-01"))
    other = minerals(scanned("2025-01-01", "2025-05-01", scanner=("Siemens", "Philips")))
    change = np.array([1.0, -1.0])
    assert change @ same @ change == pytest.approx(2 * 0.03**2)
    assert change @ other @ change == pytest.approx(2 * 0.125**2)


def minerals(record):
    items, _ = evidence(record)
    chosen = [n for n, item in enumerate(items) if item.kind == "mineral"]
    return covariance(items)[np.ix_(chosen, chosen)]


@pytest.mark.parametrize("name", ["", "   ", "left\x07hip", "x" * 201])
def test_a_name_that_a_record_cannot_keep_is_refused(name):
    with pytest.raises(ImageError, match="cannot be kept"):
        with_mass(RECORD, MASS, measurement(), lesion=name, site="gluteal")
