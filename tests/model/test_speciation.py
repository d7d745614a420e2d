"""The closed form of the ions of plasma against the balances that it has to fulfil."""

import random

import pytest

from brushite.model import MINERAL, chemistry, speciation
from points import point, usual, with_changed

HEALTHY = {  # serum of prototype and textbook, albumin of usual affinity
    "plasma_phosphate": 1.10,
    "magnesium": 0.85,
    "bicarbonate": 25.0,
    "citrate": 0.11,
    "ph": 7.40,
    "albumin": 43.0,
    "dialysis_affinity": 1.0,
}


def plasma(total: float, **changed: float) -> dict[str, float]:
    """Everything, in a plasma of `total` calcium (mmol/L) whose proteins are not spread out."""
    water = MINERAL.parameters["plasma_water"].value
    sites = usual(MINERAL, **changed)["binding_sites"]
    return usual(MINERAL, calcium_of_space=total / water, binding_sites_of_space=sites, **changed)


def some_plasma(seed: int) -> dict[str, float]:
    """A plasma from the range over which the error of the closed form was printed."""
    chance = random.Random(seed)
    return plasma(
        chance.uniform(1.6, 3.2),
        plasma_phosphate=chance.uniform(0.5, 4),
        ph=chance.uniform(7.2, 7.6),
        albumin=chance.uniform(25, 50),
        magnesium=chance.uniform(0.6, 1.6),
        bicarbonate=chance.uniform(16, 34),
        citrate=chance.uniform(0.05, 0.6),
    )


def next_round(values: dict[str, float]) -> dict[str, float]:
    """The same plasma after one more round."""
    after = dict(values)
    after["first_calcium"] = values["ionised_calcium"]
    after["first_magnesium"] = values["ionised_magnesium"]
    for name in (
        "hydrogen_phosphate",
        "free_citrate",
        "ionised_magnesium",
        "calcium_pairs",
        "ionised_calcium",
    ):
        arguments = MINERAL.arguments[name]
        after[name] = getattr(speciation, name)(*(after[a] for a in arguments))
    return after


@pytest.mark.parametrize("seed", range(30))
def test_two_rounds_come_within_half_a_percent_of_the_solution(seed):
    first = exact = some_plasma(seed)

    for _ in range(60):
        exact = next_round(exact)

    assert first["ionised_calcium"] == pytest.approx(exact["ionised_calcium"], rel=0.005)
    assert first["hydrogen_phosphate"] == pytest.approx(exact["hydrogen_phosphate"], rel=0.01)
    assert first["ionised_magnesium"] == pytest.approx(exact["ionised_magnesium"], rel=0.05)


@pytest.mark.parametrize("seed", range(10))
def test_the_first_round_comes_within_three_and_a_half_percent(seed):
    first = some_plasma(seed)
    assert first["first_calcium"] == pytest.approx(first["ionised_calcium"], rel=0.035)
    assert first["first_hydrogen_phosphate"] == pytest.approx(first["hydrogen_phosphate"], rel=0.05)


@pytest.mark.parametrize("seed", range(10))
def test_ionised_complexed_and_bound_calcium_are_all_there_is(seed):
    values = some_plasma(seed)

    found = values["diffusible_calcium"] + values["bound_calcium"]

    assert found == pytest.approx(values["calcium_of_space"], rel=1e-9)
    assert values["total_calcium"] == pytest.approx(found * values["plasma_water"])


@pytest.mark.parametrize("seed", range(10))
def test_magnesium_adds_up_once_the_rounds_have_settled(seed):
    values = some_plasma(seed)
    for _ in range(60):
        values = next_round(values)
    free, calcium, affinity = (
        values[n] for n in ("ionised_magnesium", "ionised_calcium", "albumin_affinity")
    )

    pairs = (
        values["magnesium_phosphate_pairs"] * values["hydrogen_phosphate"]
        + values["magnesium_ligands"]
        + values["magnesium_citrate"] * values["free_citrate"]
    )
    bound = values["binding_sites"] * affinity * free / (1 + affinity * (calcium + free))

    assert free * (1 + pairs) + bound == pytest.approx(values["magnesium"] / values["plasma_water"])


def test_healthy_serum_is_split_as_in_textbooks():
    """48 % ionised, 12 % complexed, 40 % bound."""
    values = plasma(2.38, **HEALTHY)
    total = values["calcium_of_space"]

    complexed = values["diffusible_calcium"] - values["ionised_calcium"]

    assert values["ionised_calcium"] == pytest.approx(1.227, abs=0.01)
    assert complexed / total == pytest.approx(0.12, abs=0.02)
    assert values["bound_calcium"] / total == pytest.approx(0.40, abs=0.02)


def test_healthy_serum_is_neither_under_nor_supersaturated():
    assert plasma(2.38, **HEALTHY)["supersaturation"] == pytest.approx(1, abs=0.03)


def test_ionised_calcium_falls_by_a_third_to_a_half_per_unit_of_ph():
    low, high = (plasma(2.38, **{**HEALTHY, "ph": ph})["ionised_calcium"] for ph in (7.3, 7.5))
    assert -0.5 < (high - low) / 0.2 < -0.33


def test_case_one_is_more_supersaturated_than_case_three():
    first = plasma(2.52, plasma_phosphate=2.13)["supersaturation"]
    third = plasma(2.40, plasma_phosphate=1.58)["supersaturation"]
    after_surgery = plasma(2.30, plasma_phosphate=1.36)["supersaturation"]
    assert first > third > after_surgery


def test_sulphate_holds_magnesium_per_plasma_water():
    held = chemistry.magnesium_ligands(
        magnesium_bicarbonate=0.0,
        magnesium_carbonate=0.0,
        proton_ratio=1.3,
        free_bicarbonate=20.0,
        sulphate_pairing=0.02,
        sulphate=1.5,
        plasma_water=0.9,
    )

    assert held == pytest.approx(0.02 * 1.5 / 0.9)


def test_sulphate_and_lactate_hold_calcium_per_plasma_water():
    held = chemistry.calcium_ligands(
        calcium_bicarbonate=0.0,
        calcium_carbonate_pair=0.0,
        proton_ratio=1.3,
        free_bicarbonate=20.0,
        sulphate_pairing=0.02,
        sulphate=1.5,
        lactate_pairing=0.006,
        lactate=2.0,
        plasma_water=0.9,
    )

    assert held == pytest.approx((0.02 * 1.5 + 0.006 * 2.0) / 0.9)


@pytest.mark.parametrize("seed", range(50))
def test_bicarbonate_shortens_the_half_time_where_ionised_calcium_is_held(seed):
    """Where it is not, pairs with bicarbonate can weigh more: at very high calcium they do."""
    values = MINERAL.evaluate(point(MINERAL, seed))
    held = {"ionised_calcium": values["ionised_calcium"], "bicarbonate": values["bicarbonate"] + 1}
    more = with_changed(MINERAL, values, held)
    assert more["calcification_propensity"] < values["calcification_propensity"]
