"""Chemistry: ionised, complexed and bound calcium, and how far plasma is supersaturated.

Equations, per litre of plasma water; h = proton_ratio, o = 1/h
    Ca²⁺ · (1 + pairs) + N K Ca²⁺/(1 + K Ca²⁺ + K Mg²⁺) = calcium of the space     (a quadratic)
    pairs  = aH · HPO4 + ligands + citrate_pairing · citrate
    HPO4   = phosphate/(1 + r + sodium_pairing + aH · Ca²⁺ + mH · Mg²⁺)
    Mg²⁺   = magnesium/(1 + mH · HPO4 + magnesium_ligands + pairs with citrate and albumin)
    two rounds of these, from a first guess, are within 0.5 % of their solution (see speciation)
    total_calcium = plasma_water · (Ca²⁺ · (1 + pairs) + bound)
    supersaturation S = (Ca²⁺/healthy) · (HPO4/healthy)^0.74 · 10^(0.52 · (pH − reference))
    calcification_propensity = T0 · e^(linear in phosphate, Ca²⁺, magnesium, citrate, albumin,
        bicarbonate)

Sources: association constants as given at each parameter, made fit for concentrations with the
activity coefficients 0.754 and 0.3225 of single and double charges (Davies, ionic strength 0.152,
from memory); S is the activity product of an amorphous phase, {Ca}{H}^0.22{PO4}^0.74, relative to
healthy serum, where it is 1. The same equation with the albumin sites spread over the extracellular
space gives ionised calcium from the extracellular amount, so that the laboratory's total follows
albumin, pH and phosphate. The propensity is the half-time of a laboratory test (minutes; larger is
safer).
Departure: the prototype prints no sulphate or lactate. With 1.0 mmol/L of each, healthy ionised
calcium is 1.219 mmol/L instead of its 1.227, which 0.5 mmol/L of sulphate would give.
Left out: octacalcium phosphate, brushite and hydroxyapatite, above saturation at all times and no
driver here.
"""

from brushite.equations import (
    Assumed,
    Cited,
    Fixed,
    LogNormal,
    Parameter,
    quantity,
)
from brushite.vocabulary import power_of_ten

SMALL = Assumed("from memory of textbooks; moves below 2 % of calcium")
OURS = Assumed(
    "ours, for want of a source; without it healthy ionised calcium is at most 1.3 % higher"
)
UNTOLD = Assumed("the prototype's, which does not say what it is made of")
USUAL = Assumed("where the propensity of a usual patient is anchored; a round value of no source")
PLUMMER = Assumed(
    "derived from 14.7 and 2227 L/mol, pK2 10.24 (PlummerBusenberg1982) and activities"
)
PAIRS = Assumed("derived from 542, 8.4, 1004 and 43 L/mol at 37 °C (Pairs1990) and activities")


class Parameters:
    plasma_water = Parameter(
        "Water in a litre of plasma",
        0.93,
        "1",
        Fixed(),
        Assumed("the textbook value at 70 g/L protein"),
    )
    reference_ph = Parameter("pH of healthy plasma", 7.40, "1", Fixed(), Assumed("textbook value"))
    albumin = Parameter(
        "Albumin", 38.0, "g/L", LogNormal(0.10), Assumed("usual on dialysis"), between=(15, 60)
    )
    sulphate = Parameter(
        "Sulphate of plasma", 1.0, "mmol/L", LogNormal(0.3), OURS, between=(0.1, 5)
    )
    lactate = Parameter("Lactate of plasma", 1.0, "mmol/L", LogNormal(0.3), OURS, between=(0.1, 5))
    albumin_space = Parameter(
        "Plasma in which the exchangeable albumin would fit", 7.5, "L", LogNormal(0.10),
        Assumed("300 g of exchangeable albumin at 40 g/L"), between=(4, 14),
    )  # fmt: skip
    sites_per_albumin = Parameter(
        "Calcium sites on an albumin molecule", 12.0, "1", Fixed(),
        Cited("Pedersen1971", "abstract: 12 ± 1 equal sites"),
    )  # fmt: skip
    albumin_molar_mass = Parameter(
        "Molar mass of albumin", 66.5, "g/mmol", Fixed(), Assumed("its sequence")
    )
    globulin_sites = Parameter(
        "Calcium sites on globulins", 1.70, "mmol/L", LogNormal(0.2),
        Assumed("so that 40 % of healthy calcium is bound"), between=(0.8, 3),
    )  # fmt: skip
    site_affinity = Parameter(
        "Affinity of a site in healthy plasma", 0.095, "L/mmol", Fixed(),
        Cited("Pedersen1971", "abstract: 95 (90 to 100) L/mol at 37 °C, the same for magnesium"),
    )  # fmt: skip
    dialysis_affinity = Parameter(
        "Affinity in dialysis patients relative to healthy plasma", 1.45, "1", LogNormal(0.12),
        Assumed("an ultrafilterable share of 0.55 at albumin 38 g/L; balances imply 0.52 to 0.58"),
        between=(0.7, 3),
    )  # fmt: skip
    affinity_ph_slope = Parameter(
        "Decades of affinity per unit of pH", 0.35, "1", Fixed(),
        Assumed("ionised calcium then falls by 0.41 mmol/L per unit; published 0.36 to 0.5"),
    )  # fmt: skip
    bicarbonate_pairing = Parameter("Total over free bicarbonate", 1.1156, "1", Fixed(), UNTOLD)
    carbonate_share = Parameter("Carbonate over free bicarbonate", 0.00338, "1", Fixed(), PLUMMER)
    phosphate_pk = Parameter(
        "pH at which half of phosphate is H2PO4⁻, activities included", 6.8314, "1", Fixed(),
        Assumed("pK2 7.20 with activity coefficients at an ionic strength of 0.152"),
    )  # fmt: skip
    sodium_pairing = Parameter(
        "Sodium bound over free HPO4²⁻",
        0.3374,
        "1",
        Fixed(),
        Assumed("derived: 7.0 L/mol at 25 °C (NIST), activities and 140 mmol/L of sodium"),
    )
    calcium_pair = Parameter("Calcium with HPO4²⁻, at pH 7.4", 0.05638, "L/mmol", Fixed(), PAIRS)
    calcium_pair_acid = Parameter("The same with H2PO4⁻", 0.000732, "L/mmol", Fixed(), PAIRS)
    calcium_pair_base = Parameter("The same with PO4³⁻", 0.004731, "L/mmol", Fixed(), SMALL)
    magnesium_pair = Parameter("Magnesium with HPO4²⁻, at pH 7.4", 0.1044, "L/mmol", Fixed(), PAIRS)
    magnesium_pair_acid = Parameter("The same with H2PO4⁻", 0.003745, "L/mmol", Fixed(), PAIRS)
    calcium_bicarbonate = Parameter("Calcium with HCO3⁻", 0.004744, "L/mmol", Fixed(), PLUMMER)
    calcium_carbonate_pair = Parameter("Calcium with CO3²⁻", 0.000783, "L/mmol", Fixed(), PLUMMER)
    magnesium_bicarbonate = Parameter("Magnesium with HCO3⁻", 0.005112, "L/mmol", Fixed(), SMALL)
    magnesium_carbonate = Parameter("Magnesium with CO3²⁻", 0.000352, "L/mmol", Fixed(), SMALL)
    sulphate_pairing = Parameter("Calcium with sulphate", 0.0226, "L/mmol", Fixed(), SMALL)
    lactate_pairing = Parameter("Calcium with lactate", 0.0063, "L/mmol", Fixed(), SMALL)
    calcium_citrate = Parameter(
        "Calcium with citrate",
        2.349,
        "L/mmol",
        Fixed(),
        Assumed("derived: 7.0e4 L/mol at 18 to 45 °C (Singh1991) and activities"),
    )
    magnesium_citrate = Parameter("Magnesium with citrate", 2.117, "L/mmol", Fixed(), SMALL)
    citrate_proton = Parameter(
        "Protonated over free citrate at pH 7.4", 0.0193, "1", Fixed(), SMALL
    )
    first_pairs = Parameter(
        "First guess of complexed over ionised calcium", 0.20, "1", Fixed(),
        Assumed("the healthy value; two rounds forget it"),
    )  # fmt: skip
    healthy_ionised_calcium = Parameter(
        "Ionised calcium of healthy serum", 1.219, "mmol/L", Fixed(),
        Assumed("these equations at Ca 2.38, P 1.10, Mg 0.85 mmol/L, pH 7.40, albumin 43 g/L"),
    )  # fmt: skip
    healthy_hydrogen_phosphate = Parameter(
        "HPO4²⁻ of healthy serum", 0.684, "mmol/L", Fixed(),
        Assumed("these equations at the same composition"),
    )  # fmt: skip
    amorphous_phosphate_power = Parameter(
        "Power of phosphate in the amorphous phase", 0.74, "1", Fixed(),
        Cited("Amorphous2020", "{Ca}{H}^0.22{PO4}^0.74; table or page not noted"),
    )  # fmt: skip
    amorphous_proton_power = Parameter(
        "Power of protons in the amorphous phase", 0.22, "1", Fixed(),
        Cited("Amorphous2020", "{Ca}{H}^0.22{PO4}^0.74; table or page not noted"),
    )  # fmt: skip
    healthy_propensity = Parameter(
        "Half-time of the test in a usual patient", 245.0, "min", LogNormal(0.15),
        Assumed("near 233 and 247 (Bressendorff2018); elsewhere to 288"), between=(100, 600),
    )  # fmt: skip
    propensity_phosphate = Parameter(
        "Its fall per phosphate", 0.60, "L/mmol", LogNormal(0.25),
        Assumed("change in a session after taking out magnesium and calcium"), between=(0.1, 1.5),
    )  # fmt: skip
    propensity_calcium = Parameter(
        "Its fall per ionised calcium", 0.5, "L/mmol", LogNormal(0.5),
        Assumed("17 min between two baths of one cross-over (TerMeulen2019)"), between=(0, 3),
    )  # fmt: skip
    propensity_magnesium = Parameter(
        "Its rise per magnesium", 1.2, "L/mmol", LogNormal(0.25),
        Assumed("73 min for about 0.22 mmol/L (Bressendorff2018); the rise itself is from memory"),
        between=(0.3, 3),
    )  # fmt: skip
    propensity_citrate = Parameter(
        "Its rise per citrate", 0.4, "L/mmol", LogNormal(0.5),
        Assumed("one arm of one trial (TerMeulen2019)"), between=(0, 2),
    )  # fmt: skip
    propensity_albumin = Parameter(
        "Its rise per albumin", 0.01, "L/g", LogNormal(0.5),
        Assumed("known as a determinant, its slope is not"), between=(0, 0.05),
    )  # fmt: skip
    propensity_bicarbonate = Parameter(
        "Its fall per bicarbonate", 0.02, "L/mmol", LogNormal(0.5),
        Assumed("known as a determinant, its slope is not"), between=(0, 0.1),
    )  # fmt: skip
    usual_phosphate = Parameter("Phosphate of a usual patient", 1.6, "mmol/L", Fixed(), USUAL)
    usual_ionised_calcium = Parameter("His ionised calcium", 1.2, "mmol/L", Fixed(), USUAL)
    usual_magnesium = Parameter("His magnesium", 1.0, "mmol/L", Fixed(), USUAL)
    usual_citrate = Parameter("His citrate", 0.1, "mmol/L", Fixed(), USUAL)
    usual_albumin = Parameter("His albumin", 38.0, "g/L", Fixed(), USUAL)
    usual_bicarbonate = Parameter("His bicarbonate", 23.0, "mmol/L", Fixed(), USUAL)


@quantity("1")
def proton_ratio(reference_ph, ph):
    """Protons relative to healthy plasma."""
    return power_of_ten(reference_ph - ph)


@quantity("L/mmol")
def albumin_affinity(site_affinity, dialysis_affinity, affinity_ph_slope, ph, reference_ph):
    """Affinity of albumin for calcium at this pH."""
    shift = power_of_ten(affinity_ph_slope * (ph - reference_ph))
    return site_affinity * dialysis_affinity * shift


@quantity("mmol/L")
def binding_sites(sites_per_albumin, albumin, albumin_molar_mass, globulin_sites, plasma_water):
    """Calcium sites on albumin and globulins, per plasma water."""
    return (sites_per_albumin * albumin / albumin_molar_mass + globulin_sites) / plasma_water


@quantity("mmol/L")
def binding_sites_of_space(binding_sites, plasma_water, albumin_space, extracellular_volume):
    """The same sites, spread over all extracellular water."""
    return binding_sites * plasma_water * albumin_space / extracellular_volume


@quantity("mmol/L")
def free_bicarbonate(bicarbonate, plasma_water, bicarbonate_pairing, carbonate_share, proton_ratio):
    """Bicarbonate not bound by cations."""
    return bicarbonate / plasma_water / (bicarbonate_pairing + carbonate_share / proton_ratio)


@quantity("1")
def dihydrogen_ratio(phosphate_pk, ph):
    """H2PO4⁻ over HPO4²⁻."""
    return power_of_ten(phosphate_pk - ph)


@quantity("L/mmol")
def calcium_phosphate_pairs(calcium_pair, calcium_pair_acid, calcium_pair_base, proton_ratio):
    """Calcium held per ionised calcium and HPO4²⁻."""
    return calcium_pair + calcium_pair_acid * proton_ratio + calcium_pair_base / proton_ratio


@quantity("L/mmol")
def magnesium_phosphate_pairs(magnesium_pair, magnesium_pair_acid, proton_ratio):
    """Magnesium held per free magnesium and HPO4²⁻."""
    return magnesium_pair + magnesium_pair_acid * proton_ratio


@quantity("1")
def calcium_ligands(
    calcium_bicarbonate,
    calcium_carbonate_pair,
    proton_ratio,
    free_bicarbonate,
    sulphate_pairing,
    sulphate,
    lactate_pairing,
    lactate,
    plasma_water,
):
    """Calcium held by bicarbonate, sulphate and lactate, relative to ionised calcium."""
    with_carbonate = calcium_bicarbonate + calcium_carbonate_pair / proton_ratio
    others = (sulphate_pairing * sulphate + lactate_pairing * lactate) / plasma_water
    return with_carbonate * free_bicarbonate + others


@quantity("1")
def magnesium_ligands(
    magnesium_bicarbonate,
    magnesium_carbonate,
    proton_ratio,
    free_bicarbonate,
    sulphate_pairing,
    sulphate,
    plasma_water,
):
    """Magnesium held by bicarbonate and sulphate, relative to free magnesium."""
    with_carbonate = magnesium_bicarbonate + magnesium_carbonate / proton_ratio
    return with_carbonate * free_bicarbonate + sulphate_pairing * sulphate / plasma_water


@quantity("mmol/L")
def calcium_of_space(extracellular_calcium, extracellular_volume):
    """Extracellular calcium over extracellular volume."""
    return extracellular_calcium / extracellular_volume
