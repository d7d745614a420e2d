"""What a quantity is at the values of reference, and at the ends of its range."""

import pytest

from brushite.model import MINERAL
from points import point, usual, with_changed

VALUE = {name: parameter.value for name, parameter in MINERAL.parameters.items()}
SEEDS = range(10)
RELATIVE = (
    *("osteoclast_drive", "osteoblast_work", "surface_pth_effect", "vitamin_d_signal"),
    *("diffuse_brake", "nodular_brake_effect", "turnover_drive", "proton_ratio"),
    "phosphate_transport",
)
DRUGS = ("paricalcitol", "dihydroxyvitamin_d2", "cinacalcet", "etelcalcetide", "denosumab")
AT_REST = (
    *("growth_drive", "ddt_osteoclasts", "ddt_chronic_calcium", "ddt_calcium_receptor"),
    *("ddt_vitamin_d_receptor", "ddt_vitamin_d_action"),
)


def at_reference(seed: int, **changed: float) -> dict[str, float]:
    """A patient of the prior in whom all that has a reference is at it."""
    known = point(MINERAL, seed)
    return with_changed(MINERAL, known, {**reference(known), **changed})


def reference(of: dict[str, float]) -> dict[str, float]:
    """The values of reference of one patient, by the names of what they refer to."""
    return {
        "pth": of["reference_pth"],
        "surface_signal": of["reference_pth"],
        "calcitriol": of["reference_calcitriol"],
        "deep_concentration": of["reference_phosphate"],
        "ionised_calcium": of["reference_ionised_calcium"],
        "chronic_calcium": of["reference_ionised_calcium"],
        "ph": of["reference_ph"],
        "gut_tenapanor": 0.0,
        "bone_mineral": of["reference_mineral"],
        "rapid_calcium": of["rapid_reference"],
        "calcium_receptor": 1.0,
        "vitamin_d_receptor": 1.0,
        "vitamin_d_action": 1.0,
        "osteoblasts": 1.0,
        "osteoclasts": 1.0,
        **dict.fromkeys(DRUGS, 0.0),
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", RELATIVE)
def test_what_is_relative_to_a_reference_is_one_at_it(name, seed):
    assert at_reference(seed)[name] == pytest.approx(1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", AT_REST)
def test_what_is_driven_by_a_distance_rests_at_the_reference(name, seed):
    assert at_reference(seed)[name] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_set_point_is_that_of_rest_at_the_reference(seed):
    values = at_reference(seed)
    assert values["set_point"] == pytest.approx(values["set_point_at_rest"])


@pytest.mark.parametrize("seed", SEEDS)
def test_osteoid_mineralises_in_its_time_at_the_usual_ion_product(seed):
    values = at_reference(seed, ion_product=1.0)
    assert values["mineralisation"] == pytest.approx(
        values["osteoid"] / values["mineralisation_time"]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_bone_turns_over_at_its_usual_speed_at_the_reference(seed):
    values = at_reference(seed)
    assert values["resorption"] == pytest.approx(values["bone_turnover"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_quiet_surface_gives_and_takes_nothing_at_the_reference(seed):
    values = at_reference(seed, phosphate_limit=1.0)
    assert values["secondary_uptake"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_uptake_is_not_limited_at_the_usual_phosphate(seed):
    values = at_reference(seed, plasma_phosphate=VALUE["mineralisation_phosphate"])
    assert values["phosphate_limit"] == pytest.approx(1)


def test_the_usual_patient_has_the_usual_propensity():
    named = ("phosphate", "magnesium", "citrate", "albumin", "bicarbonate", "ionised_calcium")
    held = {name: VALUE[f"usual_{name}"] for name in named}
    held["plasma_phosphate"] = held.pop("phosphate")

    values = usual(MINERAL, **held)

    assert values["calcification_propensity"] == pytest.approx(VALUE["healthy_propensity"])


def test_osteoblasts_are_as_many_as_are_needed_when_all_is_usual():
    enough = VALUE["osteoblast_loss"] / usual(MINERAL, pth=VALUE["reference_pth"])["maturation"]
    values = usual(MINERAL, **reference(VALUE), precursors=enough)
    assert values["ddt_precursors"] == pytest.approx(0, abs=1e-12)
    assert values["ddt_osteoblasts"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kind", ["diffuse", "nodular"])
def test_glands_open_fully_without_calcium_and_never_close_fully(kind):
    floor = {"diffuse": "release_floor", "nodular": "nodular_floor"}[kind]

    opened = usual(MINERAL, sensed_calcium=0.2)[f"{kind}_opening"]
    closed = usual(MINERAL, sensed_calcium=6.0)[f"{kind}_opening"]

    assert opened == pytest.approx(1, abs=1e-3)
    assert closed == pytest.approx(VALUE[floor], abs=1e-3)


def test_diffuse_glands_are_half_open_at_the_set_point():
    values = usual(MINERAL, sensed_calcium=1.1, set_point=1.1)
    assert values["diffuse_opening"] == pytest.approx((1 + VALUE["release_floor"]) / 2)


def test_glands_neither_grow_at_their_largest_nor_shrink_below_nothing():
    largest = usual(MINERAL, diffuse_mass=VALUE["largest_gland"], nodular_mass=0.0)
    none = usual(MINERAL, diffuse_mass=0.0, nodular_mass=0.0, gland_mass=1.0)
    assert largest["room_to_grow"] == pytest.approx(0)
    assert largest["ddt_diffuse_mass"] < 0
    assert usual(MINERAL, room_to_grow=0.0)["ddt_nodular_mass"] == pytest.approx(
        usual(MINERAL)["nodular_formation"]
    )
    assert none["ddt_diffuse_mass"] == 0


# Dialysis


def test_clearances_are_those_measured_at_usual_flows():
    """150 to 175 mL/min of phosphate were measured; ours may be a little less."""
    values = usual(MINERAL, blood_flow=18.0, dialysate_flow=30.0, substitution_flow=0.0)
    assert 130 < values["phosphate_clearance"] * 1000 / 60 < 175
    assert 130 < values["calcium_dialysance"] * 1000 / 60 < 175


@pytest.mark.parametrize("kind", ["phosphate", "calcium"])
def test_a_huge_membrane_clears_all_plasma_water_but_no_more(kind):
    values = usual(
        MINERAL, **{f"{kind}_transfer_area": 900.0}, blood_flow=18.0, dialysate_flow=48.0
    )
    assert values[f"{kind}_diffusion"] == pytest.approx(values["plasma_water_flow"], rel=1e-6)


@pytest.mark.parametrize("kind", ["phosphate", "calcium"])
def test_little_dialysate_takes_up_no_more_than_its_own_volume(kind):
    values = usual(MINERAL, **{f"{kind}_transfer_area": 300.0}, blood_flow=24.0, dialysate_flow=3.0)
    assert values[f"{kind}_diffusion"] == pytest.approx(3.0, rel=1e-6)


@pytest.mark.parametrize("kind", ["phosphate", "calcium"])
def test_without_a_membrane_only_substitution_clears(kind):
    values = usual(MINERAL, **{f"{kind}_transfer_area": 1e-9}, substitution_flow=4.0)
    cleared = {"phosphate": "phosphate_clearance", "calcium": "calcium_dialysance"}[kind]
    assert values[cleared] == pytest.approx(4.0, rel=1e-6)


def test_a_bath_as_strong_as_the_plasma_water_gives_nothing_but_loses_what_is_filtered():
    held = {"session": 1.0, "dialysate_calcium": 1.3, "calcium_at_membrane": 1.3}
    values = usual(MINERAL, **held, ultrafiltration=0.6)
    assert values["calcium_from_dialysate"] == pytest.approx(-0.6 * 1.3)


def test_nothing_crosses_the_membrane_between_sessions():
    values = usual(MINERAL, session=0.0)
    assert values["phosphate_removal"] == 0
    assert values["calcium_from_dialysate"] == 0
    assert values["ultrafiltration"] == 0


# Gut, kidney, vitamin D


def test_a_little_binder_is_used_up_and_much_binds_all_that_is_eaten():
    little = usual(MINERAL, dietary_phosphate=1.2, binder_capacity=0.001)["phosphate_bound"]
    much = usual(MINERAL, dietary_phosphate=1.2, binder_capacity=100.0)["phosphate_bound"]
    assert little == pytest.approx(0.001, rel=1e-3)
    assert much == pytest.approx(1.2)


def test_twelve_percent_of_calcium_is_absorbed_with_the_usual_calcitriol_of_dialysis():
    """Armas2012, abstract: median 12 % (7 to 17) at 15 pg/mL."""
    assert usual(MINERAL, calcitriol=15.1)["calcium_absorbed_share"] == pytest.approx(
        0.12, abs=0.02
    )


def test_nothing_leaves_through_a_kidney_that_filters_nothing():
    values = usual(MINERAL, residual_filtration=0.0)
    assert values["urinary_calcium_flow"] == 0
    assert values["urinary_phosphate_flow"] == 0


@pytest.mark.parametrize(("calcidiol", "calcitriol"), [(14.2, 15.1), (49.3, 20.5)])
def test_calcitriol_follows_its_substrate_as_measured(calcidiol, calcitriol):
    """Armas2012, abstract: before and after cholecalciferol; a tenth off, for a fitted curve."""
    values = usual(MINERAL, calcidiol=calcidiol, residual_filtration=0.0, calcitriol=calcitriol)
    assert values["calcitriol_production"] == pytest.approx(calcitriol, rel=0.15)


def test_twenty_thousand_units_a_week_lift_calcidiol_as_measured():
    """Armas2012, abstract: from 14.2 to 49.3 ng/mL in 12 to 13 weeks, most of the way to rest."""
    values = usual(MINERAL, cholecalciferol_dose=20_000 / 168)
    assert 30 < values["calcidiol_supply"] / values["calcidiol_loss"] < 45


# Masses


def test_a_mass_of_500_mmol_is_fifty_grams_of_mineral():
    values = usual(MINERAL, lesion_1_mineral=500.0)
    grams = values["lesion_1_volume"] * values["lesion_1_density"]
    assert grams == pytest.approx(50.25, rel=1e-3)


def test_the_surface_of_a_mass_is_that_of_a_ball():
    radius = 2.0
    volume = 4 / 3 * 3.14159265 * radius**3
    assert usual(MINERAL, lesion_1_volume=volume)["lesion_1_surface"] == pytest.approx(
        4 * 3.14159265 * radius**2, rel=1e-3
    )


def test_nothing_grows_or_dissolves_where_there_is_no_mass():
    values = usual(MINERAL, lesion_2_mineral=0.0)
    assert values["lesion_2_growth"] == 0
    assert values["lesion_2_wear"] == 0


def test_a_mass_at_its_limit_grows_half_as_fast_as_a_flat_one():
    at = VALUE["lesion_1_volume_limit"]
    limited = usual(MINERAL, lesion_1_volume=at, lesion_1_surface=1.0)["lesion_1_growth"]
    free = usual(MINERAL, lesion_1_volume=1e-9, lesion_1_surface=1.0)["lesion_1_growth"]
    assert limited == pytest.approx(free / 2)
