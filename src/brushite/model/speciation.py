"""Speciation: the two rounds that solve chemistry's equations, and what follows from the solution.

Equations: those of chemistry, written out twice. Each round takes HPO4²⁻, citrate, magnesium and
calcium in this order, every one with the newest values of the others.

Sources: as in chemistry. Error against these equations solved to the end, in 3000 plasmas over the
range of tests/model/test_speciation.py, root mean square and largest: ionised calcium 0.14 and
0.46 %, HPO4²⁻ 0.11 and 0.28 %, supersaturation 0.07 and 0.29 %.
Departure: the prototype takes HPO4²⁻ once more after the last calcium. That would bring HPO4²⁻ to
0.01 %, but supersaturation to 0.14 and 0.44 %, since the errors of its two ions then add up.
"""

from brushite.equations import quantity
from brushite.vocabulary import exp, power_of_ten, quadratic_root


@quantity("mmol/L")
def guessed_magnesium(magnesium, plasma_water):
    """First guess: half of all magnesium."""
    return magnesium / plasma_water / 2


@quantity("mmol/L")
def guessed_calcium(
    calcium_of_space, binding_sites_of_space, albumin_affinity, first_pairs, guessed_magnesium
):
    """First guess of ionised calcium."""
    return _ionised(
        calcium_of_space, binding_sites_of_space, albumin_affinity, first_pairs, guessed_magnesium
    )


@quantity("mmol/L")
def first_hydrogen_phosphate(
    plasma_phosphate,
    plasma_water,
    dihydrogen_ratio,
    sodium_pairing,
    calcium_phosphate_pairs,
    guessed_calcium,
    magnesium_phosphate_pairs,
    guessed_magnesium,
):
    """HPO4²⁻ after the first round."""
    held = calcium_phosphate_pairs * guessed_calcium + magnesium_phosphate_pairs * guessed_magnesium
    return plasma_phosphate / plasma_water / (1 + dihydrogen_ratio + sodium_pairing + held)


@quantity("mmol/L")
def first_citrate(
    citrate,
    plasma_water,
    citrate_proton,
    proton_ratio,
    calcium_citrate,
    guessed_calcium,
    magnesium_citrate,
    guessed_magnesium,
):
    """Citrate after the first round."""
    held = calcium_citrate * guessed_calcium + magnesium_citrate * guessed_magnesium
    return citrate / plasma_water / (1 + citrate_proton * proton_ratio + held)


@quantity("mmol/L")
def first_magnesium(
    magnesium,
    plasma_water,
    magnesium_phosphate_pairs,
    first_hydrogen_phosphate,
    magnesium_ligands,
    magnesium_citrate,
    first_citrate,
    binding_sites,
    albumin_affinity,
    guessed_calcium,
    guessed_magnesium,
):
    """Free magnesium after the first round."""
    sites = 1 + albumin_affinity * (guessed_calcium + guessed_magnesium)
    pairs = magnesium_phosphate_pairs * first_hydrogen_phosphate + magnesium_ligands
    held = pairs + magnesium_citrate * first_citrate + binding_sites * albumin_affinity / sites
    return magnesium / plasma_water / (1 + held)


@quantity("1")
def first_calcium_pairs(
    calcium_phosphate_pairs,
    first_hydrogen_phosphate,
    calcium_ligands,
    calcium_citrate,
    first_citrate,
):
    """Complexed over ionised calcium after the first round."""
    with_phosphate = calcium_phosphate_pairs * first_hydrogen_phosphate
    return with_phosphate + calcium_ligands + calcium_citrate * first_citrate


@quantity("mmol/L")
def first_calcium(
    calcium_of_space, binding_sites_of_space, albumin_affinity, first_calcium_pairs, first_magnesium
):
    """Ionised calcium after the first round."""
    return _ionised(
        calcium_of_space,
        binding_sites_of_space,
        albumin_affinity,
        first_calcium_pairs,
        first_magnesium,
    )


@quantity("mmol/L")
def hydrogen_phosphate(
    plasma_phosphate,
    plasma_water,
    dihydrogen_ratio,
    sodium_pairing,
    calcium_phosphate_pairs,
    first_calcium,
    magnesium_phosphate_pairs,
    first_magnesium,
):
    """HPO4²⁻ per plasma water."""
    held = calcium_phosphate_pairs * first_calcium + magnesium_phosphate_pairs * first_magnesium
    return plasma_phosphate / plasma_water / (1 + dihydrogen_ratio + sodium_pairing + held)


@quantity("mmol/L")
def free_citrate(
    citrate,
    plasma_water,
    citrate_proton,
    proton_ratio,
    calcium_citrate,
    first_calcium,
    magnesium_citrate,
    first_magnesium,
):
    """Citrate not bound by cations."""
    held = calcium_citrate * first_calcium + magnesium_citrate * first_magnesium
    return citrate / plasma_water / (1 + citrate_proton * proton_ratio + held)


@quantity("mmol/L")
def ionised_magnesium(
    magnesium,
    plasma_water,
    magnesium_phosphate_pairs,
    hydrogen_phosphate,
    magnesium_ligands,
    magnesium_citrate,
    free_citrate,
    binding_sites,
    albumin_affinity,
    first_calcium,
    first_magnesium,
):
    """Free magnesium per plasma water."""
    sites = 1 + albumin_affinity * (first_calcium + first_magnesium)
    pairs = magnesium_phosphate_pairs * hydrogen_phosphate + magnesium_ligands
    held = pairs + magnesium_citrate * free_citrate + binding_sites * albumin_affinity / sites
    return magnesium / plasma_water / (1 + held)


@quantity("1")
def calcium_pairs(
    calcium_phosphate_pairs, hydrogen_phosphate, calcium_ligands, calcium_citrate, free_citrate
):
    """Complexed over ionised calcium."""
    with_phosphate = calcium_phosphate_pairs * hydrogen_phosphate
    return with_phosphate + calcium_ligands + calcium_citrate * free_citrate


@quantity("mmol/L")
def ionised_calcium(
    calcium_of_space, binding_sites_of_space, albumin_affinity, calcium_pairs, ionised_magnesium
):
    """What an electrode reads."""
    return _ionised(
        calcium_of_space, binding_sites_of_space, albumin_affinity, calcium_pairs, ionised_magnesium
    )


@quantity("mmol/L")
def diffusible_calcium(ionised_calcium, calcium_pairs):
    """Ionised and complexed calcium, per litre of plasma water."""
    return ionised_calcium * (1 + calcium_pairs)


@quantity("mmol/L")
def bound_calcium(binding_sites, albumin_affinity, ionised_calcium, ionised_magnesium):
    """Calcium bound to protein, per plasma water."""
    taken = 1 + albumin_affinity * (ionised_calcium + ionised_magnesium)
    return binding_sites * albumin_affinity * ionised_calcium / taken


@quantity("mmol/L")
def total_calcium(plasma_water, diffusible_calcium, bound_calcium):
    """What a laboratory reads, per litre of plasma."""
    return plasma_water * (diffusible_calcium + bound_calcium)


@quantity("1")
def supersaturation(
    ionised_calcium,
    healthy_ionised_calcium,
    hydrogen_phosphate,
    healthy_hydrogen_phosphate,
    amorphous_phosphate_power,
    amorphous_proton_power,
    ph,
    reference_ph,
):
    """Of amorphous calcium phosphate, relative to healthy serum."""
    phosphate = (hydrogen_phosphate / healthy_hydrogen_phosphate) ** amorphous_phosphate_power
    protons = power_of_ten(
        (amorphous_phosphate_power - amorphous_proton_power) * (ph - reference_ph)
    )
    return ionised_calcium / healthy_ionised_calcium * phosphate * protons


@quantity("min")
def calcification_propensity(
    healthy_propensity,
    propensity_phosphate,
    plasma_phosphate,
    usual_phosphate,
    propensity_calcium,
    ionised_calcium,
    usual_ionised_calcium,
    propensity_magnesium,
    magnesium,
    usual_magnesium,
    propensity_citrate,
    citrate,
    usual_citrate,
    propensity_albumin,
    albumin,
    usual_albumin,
    propensity_bicarbonate,
    bicarbonate,
    usual_bicarbonate,
):
    """Half-time of the calcification test; longer is safer."""
    worse = (
        propensity_phosphate * (plasma_phosphate - usual_phosphate)
        + propensity_calcium * (ionised_calcium - usual_ionised_calcium)
        + propensity_bicarbonate * (bicarbonate - usual_bicarbonate)
    )
    better = (
        propensity_magnesium * (magnesium - usual_magnesium)
        + propensity_citrate * (citrate - usual_citrate)
        + propensity_albumin * (albumin - usual_albumin)
    )
    return healthy_propensity * exp(better - worse)


def _ionised(total, sites, affinity, pairs, magnesium):
    """Ca²⁺ for which ionised, complexed and bound calcium add up to `total`."""
    crowding = 1 + affinity * magnesium
    linear = crowding * (1 + pairs) + sites * affinity - affinity * total
    return quadratic_root(affinity * (1 + pairs), linear, crowding * total)
