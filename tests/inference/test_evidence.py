"""What of a record the fit uses, with which errors, and what it says of the rest."""

import dataclasses
import math

import numpy as np
import pytest

from brushite.analytes import ANALYTES
from brushite.inference.evidence import (
    CONSTANTS,
    GLAND_ERROR,
    LENGTH_ERROR,
    WEEK,
    covariance,
    evidence,
)
from brushite.intake.records import record_in
from brushite.laboratory import LASTING_SHARE, READINGS
from brushite.model import MINERAL
from brushite.plan import Moment
from brushite.record import GlandFinding, Laboratory, Lesion, Measurement, Person, Record, Size
from brushite.units import Quantity

FINE = {"method": "ultrasound", "result": "enlarged"}


def measured(analyte: str, value: str, **fields) -> Measurement:
    return Measurement(analyte=analyte, value=Quantity.parse(value), **fields)


def record(*measurements: Measurement, **fields) -> Record:
    return Record(person=Person(label="Someone"), measurements=measurements, **fields)


def weeks(number: float) -> Moment:
    return Moment(offset=Quantity(number, "weeks"))


def centimetres(*values: float) -> tuple[Quantity, ...]:
    return tuple(Quantity(v, "cm") for v in values)


def of_mass(*sizes: Size):
    """What is used of a mass of these sizes, and what is said."""
    used, notes = evidence(record(lesions=(Lesion(name="hip", site="hip", sizes=sizes),)))
    return [e for e in used if e.kind in ("volume", "diameter", "mineral")], notes


def of_glands(*findings: GlandFinding):
    return evidence(record(glands=findings))


def gland(name: str, size: float | None = 6, when: float = 0) -> GlandFinding:
    length = None if size is None else Quantity(size, "mm")
    return GlandFinding(gland=name, size=length, taken=weeks(when), **FINE)


def test_a_value_is_compared_in_the_unit_of_the_model():
    (used,), notes = evidence(record(measured("calcium", "101 mg/L")))

    assert used.value == pytest.approx(2.52, abs=0.005)
    assert used.unit == "mmol/L"
    assert used.kind == "laboratory"
    assert notes == ()


@pytest.mark.parametrize("name", sorted(set(READINGS) - {"mass volume"}))
def test_the_error_of_a_value_is_that_of_the_laboratory_and_what_strays(name):
    value = {"alkaline phosphatase": 90}.get(name, 2.3)

    (used,), _ = evidence(record(measured(name, f"{value} {READINGS[name].unit}")))

    assert used.error == pytest.approx(math.hypot(READINGS[name].error, READINGS[name].stray))
    assert used.quantity in MINERAL.units


def test_a_value_after_now_is_never_used():
    late = record(
        measured("pth", "41.5 pg/mL", taken=weeks(4)),
        measured("albumin", "30 g/L", taken=weeks(1)),
        lesions=(
            Lesion(name="hip", site="hip", sizes=(Size(axes=centimetres(9), taken=weeks(4)),)),
        ),
        glands=(gland("left", when=2),),
    )

    used, notes = evidence(late)

    assert not [e for e in used if e.name != "growth of hip"]
    assert notes == ()


def test_a_value_within_the_past_is_read_on_the_nearest_laboratory_day():
    (used,), _ = evidence(record(measured("pth", "900 pg/mL", taken=weeks(-8.2))))

    assert used.hour == -8 * WEEK


def test_everything_that_a_laboratory_can_report_is_used():
    assert {a.name for a in ANALYTES} <= set(READINGS) | set(CONSTANTS)
    for each in ANALYTES:
        unit = each.measure.units[0]
        middle = math.sqrt(each.measure.usual[0] * each.measure.usual[1])
        (used,), notes = evidence(record(measured(each.name, f"{middle:.4g} {unit}")))
        assert used.name == each.name
        assert notes == ()


@pytest.mark.parametrize("name", CONSTANTS)
def test_what_is_measured_of_constants_is_a_parameter_in_the_unit_of_the_model(name):
    parameter, unit, _ = CONSTANTS[name]

    assert MINERAL.parameters[parameter].unit == unit


@pytest.mark.parametrize(
    ("measurement", "reason"),
    [
        (measured("pth", "900 pg/mL", taken=weeks(-261)), "older than the 260 weeks"),
        (
            measured(
                "pth", "900 pg/mL", taken=Moment(offset=Quantity(-1, "week"), anchor="biopsy")
            ),
            "1 week before biopsy cannot be placed before or after the record's now",
        ),
        (measured("albumin", "30 g/L", limit="below"), "a bound of it says too little"),
        (
            measured("bicarbonate", "29 mmol/L", timing="after dialysis"),
            "the model has it as it is before a session",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_the_reason(measurement, reason):
    used, (note,) = evidence(record(measurement))

    assert used == ()
    assert reason in note
    assert note.startswith(f"{measurement.analyte} {measurement.value} is not used: ")


def test_an_old_value_within_five_years_is_used():
    (used,), notes = evidence(record(measured("pth", "900 pg/mL", taken=weeks(-260))))

    assert used.hour == -260 * WEEK
    assert notes == ()


def test_a_bound_says_on_which_side_the_truth_lies():
    used, notes = evidence(
        record(
            measured("pth", "2500 pg/mL", limit="above"),
            measured("calcidiol", "5 ng/mL", limit="below"),
            measured("phosphate", "1.9 mmol/L"),
        )
    )

    assert [e.sign for e in used] == [1, -1, 0]
    assert [e.limit for e in used] == ["above", "below", None]
    assert notes == ()


def test_a_value_after_dialysis_is_read_at_the_end_of_a_session():
    used, notes = evidence(
        record(
            measured("phosphate", "0.8 mmol/L", timing="after dialysis", taken=weeks(-3)),
            measured("phosphate", "1.9 mmol/L", timing="before dialysis", taken=weeks(-3)),
        )
    )

    assert [e.kind for e in used] == ["after dialysis", "laboratory"]
    assert [e.hour for e in used] == [-3 * WEEK, -3 * WEEK]
    assert notes == ()


def test_after_the_session_of_the_present_is_read_a_week_before_it():
    """That session is still to come."""
    (used,), _ = evidence(record(measured("phosphate", "0.8 mmol/L", timing="after dialysis")))

    assert used.hour == -WEEK


def test_the_newest_constant_that_can_be_used_counts():
    (used,), notes = evidence(
        record(
            measured("albumin", "30 g/L", taken=weeks(-1)),
            measured("albumin", "44 g/L", taken=weeks(-20)),
            measured("albumin", "50 g/L", timing="after dialysis"),
        )
    )

    assert used.value == pytest.approx(30)
    assert (used.kind, used.quantity, used.hour) == ("parameter", "albumin", 0)
    assert used.error == 0.05
    assert len(notes) == 1


def test_pth_is_that_of_the_assay_that_measured_it():
    of = dataclasses.replace(
        record(measured("pth", "900 pg/mL"), measured("pth", "800 pg/mL", assay="intact")),
        laboratory=Laboratory(pth_assay="1-84"),
    )

    used, _ = evidence(of)

    assert [e.quantity for e in used] == ["observed_pth", "pth"]


def test_a_value_without_a_time_is_named_as_taken_for_the_present():
    (used,), (note,) = evidence(record(measured("pth", "900 pg/mL", taken=Moment())))

    assert used.hour == 0
    assert "taken for the present" in note


# Masses


def test_a_measured_volume_has_the_error_of_a_scan():
    (used,), _ = of_mass(Size(volume=Quantity(0.12, "L"), taken=weeks(-5)))

    assert (used.kind, used.quantity, used.slot) == ("volume", "lesion_1_volume", 1)
    assert used.value == pytest.approx(120)
    assert used.error == READINGS["mass volume"].scatter
    assert used.hour == -5 * WEEK


def test_three_lengths_give_their_mean_diameter():
    (used,), _ = of_mass(Size(axes=centimetres(5.9, 8.6, 7.6)))

    assert used.kind == "diameter"
    assert used.value == pytest.approx((8.6 * 7.6 * 5.9) ** (1 / 3))
    assert used.error == pytest.approx(LENGTH_ERROR / math.sqrt(3))
    assert used.unreported == 0


@pytest.mark.parametrize(
    ("lengths", "value", "error"),
    [
        ((8, 6), (8 * 6 * 8) ** (1 / 3), math.sqrt(5) / 3),
        ((6, 8), (8 * 6 * 8) ** (1 / 3), math.sqrt(5) / 3),
        ((8,), 8, 1),
    ],
)
def test_the_longest_stands_in_for_lengths_that_nobody_reported(lengths, value, error):
    """Its error counts as often as it does."""
    (used,), _ = of_mass(Size(axes=centimetres(*lengths)))

    assert used.value == pytest.approx(value)
    assert used.unreported == 3 - len(lengths)
    assert used.error == pytest.approx(error * LENGTH_ERROR)


def test_a_volume_counts_more_than_lengths_beside_it():
    (used,), _ = of_mass(Size(volume=Quantity(100, "mL"), axes=centimetres(8, 8, 8)))

    assert used.kind == "volume"


def test_mineral_is_used_beside_any_size():
    used, _ = of_mass(
        Size(volume=Quantity(100, "mL"), mineral=Quantity(25, "g")),
        Size(mineral=Quantity(20, "g"), taken=weeks(-9)),
    )

    assert [(e.kind, e.value, e.hour) for e in used] == [
        ("volume", 100, 0),
        ("mineral", 25, 0),
        ("mineral", 20, -9 * WEEK),
    ]
    assert used[1].quantity == "lesion_1_mineral"


def test_all_sizes_of_all_masses_count_each_in_its_slot():
    volumes = (
        Size(volume=Quantity(v, "mL"), taken=weeks(-w)) for v, w in ((100, 30), (150, 0), (5, 0))
    )
    first, second, other = volumes
    masses = (
        Lesion(name="hip", site="hip", sizes=(first, second)),
        Lesion(name="knee", site="knee", sizes=(other,)),
    )

    used, _ = evidence(record(lesions=masses))

    sizes = [(e.name, e.slot, e.value) for e in used if e.kind == "volume"]
    assert sizes == [
        ("volume of hip", 1, 100),
        ("volume of hip", 1, 150),
        ("volume of knee", 2, 5),
    ]


def test_a_size_of_unknown_date_is_taken_for_the_present():
    (used,), _ = of_mass(Size(volume=Quantity(100, "mL"), taken=Moment()))

    assert used.hour == 0


@pytest.mark.parametrize(
    ("taken", "reason"),
    [
        (weeks(-300), "older than the 260 weeks"),
        (Moment(offset=Quantity(1, "week"), anchor="biopsy"), "cannot be placed"),
    ],
)
def test_a_size_that_cannot_be_used_is_named_with_the_reason(taken, reason):
    used, (note,) = of_mass(Size(volume=Quantity(100, "mL"), taken=taken))

    assert used == []
    assert "The size of hip" in note
    assert reason in note

    found = GlandFinding(gland="left", size=Quantity(9, "mm"), taken=taken, **FINE)
    used, (note,) = of_glands(found)
    assert used == ()
    assert "The size of the gland left" in note


# Glands


def test_glands_that_were_seen_are_the_least_that_there_is():
    (used,), _ = of_glands(gland("left", 12), gland("right", 6))

    assert used.value == pytest.approx(2**3 + 1)  # a gland of 6 mm is a normal one
    assert used.limit == "above"
    assert used.error == GLAND_ERROR


def test_all_four_glands_are_all_that_there_is():
    (used,), _ = of_glands(*(gland(name) for name in ("a", "b", "c", "d")))

    assert used.value == pytest.approx(4)
    assert used.limit is None


def test_the_newest_size_of_each_gland_counts():
    (used,), _ = of_glands(gland("left", 12, -2), gland("left", 6, -30), gland("right", 6, -30))

    assert used.value == pytest.approx(9)
    assert used.hour == -2 * WEEK


def test_a_gland_without_a_size_says_nothing():
    assert of_glands(gland("left", None)) == ((), ())


# Errors that go together


def test_what_lasts_of_an_error_is_shared_by_values_of_one_kind_and_dies_away():
    times = (0, -1, -13, -130)
    used, _ = evidence(record(*(measured("pth", "900 pg/mL", taken=weeks(t)) for t in times)))
    lasting = LASTING_SHARE * READINGS["pth"].stray ** 2

    found = covariance(used)

    assert np.diag(found) == pytest.approx([e.error**2 for e in used])
    assert found[0, 1] == pytest.approx(lasting * math.exp(-1 / 13))
    assert found[0, 2] == pytest.approx(lasting / math.e)
    assert found[0, 3] < 1e-4 * lasting
    assert np.array_equal(found, found.T)
    assert np.linalg.eigvalsh(found).min() > 0


def test_errors_of_different_things_of_bounds_and_of_sizes_go_their_own_ways():
    of = record(
        measured("pth", "900 pg/mL"),
        measured("pth", "800 pg/mL", limit="above"),
        measured("pth", "300 pg/mL", timing="after dialysis"),
        measured("phosphate", "2 mmol/L"),
        lesions=(
            Lesion(
                name="hip",
                site="hip",
                sizes=tuple(Size(volume=Quantity(v, "mL"), taken=weeks(v - 90)) for v in (80, 90)),
            ),
        ),
    )
    used, _ = evidence(of)

    found = covariance(used)

    assert np.array_equal(found, np.diag(np.diag(found)))


def test_without_values_there_is_nothing():
    assert evidence(record()) == ((), ())
    assert covariance(()).shape == (0, 0)


@pytest.mark.parametrize(
    ("taken", "read"),
    [
        ("2025-11-25", -42.0),  # eight days before the operation: six weeks before now
        ("2025-12-02", -35.0),  # the day before it
        ("2025-12-03", -35.0),  # its own day: drawn before it
        ("2025-12-04", -28.0),  # the day after it, though five weeks ago would be nearer
    ],
)
def test_a_value_is_read_on_its_own_side_of_an_operation(taken, read):
    operated = record_in(
        "brushite: record/1\nperson: {label: A}\nnow: 2026-01-05\n"
        f"measurements: [{{analyte: pth, value: 30 pg/mL, taken: {taken}}}]\n"
        "therapy:\n  - dialysis: {sessions: 3, hours: 4 h}\n"
        "  - {surgery: parathyroidectomy, glands_left: 1/8, from: 2025-12-03}\n"
    )

    (item,), _ = evidence(operated)

    assert item.hour == read * 24
