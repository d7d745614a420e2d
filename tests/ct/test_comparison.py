"""Whether a mass changed: every answer, and the reason for it."""

from dataclasses import replace

import pytest

from brushite.ct.comparison import Side, changes_between
from brushite.ct.measured import Distance, Measure
from ct.bodies import ALIKE, CALIBRATION, measured

AT = (0.0, 0.0, 0.0)
LARGE = 28.0  # mm: 92 mL
EARLIER = Side(
    acquisition=replace(ALIKE, source="a", taken="2024-01-10"),
    thickness=1.0,
    edge=1.0,
    noise=15.0,
    calibration=CALIBRATION,
    seen="measured",
    masses=(measured("mass 1", AT, LARGE),),
)
LATER = replace(EARLIER, acquisition=replace(ALIKE, source="b", taken="2024-07-10"))


def sized(side: Side, scale: float) -> Side:
    """The same scan with all volumes and masses of mineral scaled."""
    return replace(
        side,
        masses=tuple(
            replace(
                mass,
                mineral_volume=times(mass.mineral_volume, scale),
                envelope_volume=times(mass.envelope_volume, scale),
                hydroxyapatite=times(mass.hydroxyapatite, scale),
            )
            for mass in side.masses
        ),
    )


def times(measure: Measure, scale: float) -> Measure:
    return replace(measure, value=measure.value * scale)


def told(side: Side, **said: object) -> Side:
    return replace(side, acquisition=replace(side.acquisition, **said))


def compared(before: Side, after: Side, quantity: str = "mineral mass"):
    found = {change.quantity: change for change in changes_between(before, after)}
    return found[quantity]


def answers(before: Side, after: Side) -> list[str]:
    return [change.answer for change in changes_between(before, after)]


# How large a change is one


def test_the_limit_is_that_of_two_repeats_with_the_calibration():
    """2.77 × 0.3 % of repeats of 92 mL, and 1.96 × 2 % of the calibration of a repeated scan."""
    change = compared(EARLIER, LATER)

    repeats = 2.77 * 0.00307
    assert change.limit_per_cent == pytest.approx(
        100 * (repeats**2 + (1.96 * 0.02) ** 2) ** 0.5, rel=0.01
    )
    assert (change.change, change.per_cent, change.answer) == (0, 0, "not shown")
    assert compared(EARLIER, LATER, "mineral volume").limit_per_cent == pytest.approx(
        100 * repeats, rel=0.01
    )


@pytest.mark.parametrize(
    ("scale", "answer"),
    [(1.03, "not shown"), (0.97, "not shown"), (1.05, "changed"), (0.95, "changed")],
)
def test_a_mass_changed_when_the_change_is_beyond_the_limit(scale, answer):
    change = compared(EARLIER, sized(LATER, scale))

    assert change.answer == answer
    assert change.per_cent == pytest.approx(100 * (scale - 1))
    is_beyond = abs(change.change) > change.limit
    assert is_beyond == (answer == "changed")
    assert ("no more than" in change.reason) == (answer == "not shown")


def test_a_length_is_compared_with_its_own_error():
    """Errors of 1 mm in both scans: 2.77 mm."""
    longer = measured("mass 1", AT, LARGE + 1.5)

    change = compared(EARLIER, replace(LATER, masses=(longer,)), "largest diameter")

    assert change.limit == pytest.approx(2.77)
    assert (change.unit, change.answer) == ("mm", "changed")


def test_small_masses_need_larger_changes():
    limits = [
        compared(*(replace(side, masses=(measured("m", AT, radius),)) for side in (EARLIER, LATER)))
        for radius in (28.0, 12.0, 5.0, 3.0)
    ]
    found = [each.limit_per_cent for each in limits]
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_beside_bone_a_change_must_be_larger():
    contact = Distance(to="femur_left", kind="bone", millimetres=0.0, error=1.0, contact=600.0)
    touching = [
        replace(side, masses=(replace(side.masses[0], distances=(contact,)),))
        for side in (EARLIER, LATER)
    ]
    unknown = [
        replace(side, masses=(replace(side.masses[0], distances=()),)) for side in (EARLIER, LATER)
    ]

    far, none, near = (
        compared(*sides, "mineral volume").limit for sides in ((EARLIER, LATER), unknown, touching)
    )

    assert far < none < near
    assert near == pytest.approx((far**2 + (2.77 * 0.3) ** 2) ** 0.5)


def test_a_mass_of_several_parts_is_their_sum():
    parts = tuple(measured(f"mass {n}", AT, 15.0) for n in (1, 2))

    change = compared(EARLIER, replace(LATER, masses=parts), "mineral volume")

    assert change.after == pytest.approx(2 * parts[0].mineral_volume.value)


# Scans that were not made alike


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kilovolts": 100.0}, "the tube voltages differ (120 and 100 kV)"),
        ({"kilovolts": None}, "nobody says both tube voltages"),
        ({"scanner": "Boreas"}, "the scanners differ (Atlas and Boreas)"),
        ({"scanner": None}, "nobody says both scanners"),
    ],
)
def test_unlike_scans_share_no_calibration(said, why):
    """10 % in each scan: 28 % of the mass, and no more is said of volumes."""
    change = compared(EARLIER, told(sized(LATER, 0.8), **said))

    assert change.answer == "not shown"
    assert why in change.reason
    assert change.limit_per_cent == pytest.approx(1.96 * 10 * (1 + 0.8**2) ** 0.5, rel=0.01)
    assert compared(EARLIER, told(sized(LATER, 0.6), **said)).answer == "changed"
    assert compared(EARLIER, told(sized(LATER, 0.8), **said), "mineral volume").answer == "changed"


def test_two_kinds_of_calibration_share_no_error():
    own = replace(CALIBRATION, absolute=0.05, source="measured on the scanner")

    change = compared(EARLIER, replace(sized(LATER, 0.9), calibration=own))

    assert change.answer == "not shown"
    assert "the calibrations differ (table and measured on the scanner)" in change.reason


def test_other_slices_leave_the_mass_comparable_and_no_volume():
    after = replace(sized(LATER, 0.5), thickness=5.0, edge=5.0)

    assert answers(EARLIER, after) == ["changed", "not comparable", "not comparable", "not shown"]
    reason = compared(EARLIER, after, "mineral volume").reason
    assert reason == (
        "Slices are 1 mm thick in a (2024-01-10) and 5 mm in b (2024-07-10), which changes volumes "
        "by up to 13 % by itself."
    )


@pytest.mark.parametrize("kernel", ["B70f", None])
def test_another_kernel_leaves_the_mass_comparable_and_no_volume(kernel):
    after = told(sized(LATER, 0.5), kernel=kernel)

    assert answers(EARLIER, after) == ["changed", "not comparable", "not comparable", "not shown"]
    expected = (
        f"The kernel of a (2024-01-10) is B30f and that of b (2024-07-10) {kernel or 'not told'}"
    )
    assert expected in compared(EARLIER, after, "envelope volume").reason


def test_kernels_that_nobody_told_widen_the_limit():
    before, after = told(EARLIER, kernel=None), told(sized(LATER, 0.9), kernel=None)

    change = compared(before, after, "mineral volume")

    assert change.answer == "not shown"
    assert "13 % for kernels" in change.reason
    assert (
        compared(before, told(sized(LATER, 0.8), kernel=None), "mineral volume").answer == "changed"
    )


def test_contrast_medium_in_one_scan_spoils_mass_and_volumes():
    before, after = told(EARLIER, has_contrast=False), told(LATER, has_contrast=True)

    assert answers(before, after)[:3] == ["not comparable"] * 3
    assert "given for b (2024-07-10) only" in compared(before, after).reason
    assert compared(before, before).answer == "not shown"


def test_a_mass_without_milligrams_has_comparable_volumes():
    silent = replace(LATER, masses=(replace(LATER.masses[0], hydroxyapatite=None),))

    change = compared(EARLIER, silent)

    assert (change.answer, change.after, change.change) == ("not comparable", None, None)
    assert "could not be told in b" in change.reason
    assert compared(EARLIER, silent, "mineral volume").answer == "not shown"


def test_a_mass_that_is_partly_out_of_view_is_not_comparable():
    change = compared(EARLIER, replace(LATER, in_view=0.8))

    assert change.answer == "not comparable"
    assert "Only 80 % of the mass are in the field of view of b (2024-07-10)." in change.reason


def test_every_reason_is_one_sentence():
    sides = (
        LATER,
        sized(LATER, 0.5),
        replace(LATER, thickness=5.0),
        told(LATER, kernel=None),
        told(LATER, kilovolts=80.0),
        replace(LATER, in_view=0.5),
        replace(LATER, masses=(), seen="gone"),
    )
    reasons = [change.reason for side in sides for change in changes_between(EARLIER, side)]

    assert all(each.endswith(".") and ". " not in each for each in reasons), reasons
