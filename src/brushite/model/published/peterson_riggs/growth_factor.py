"""TGFβ: osteoblasts lay its latent form down in bone, osteoclasts set the active form free.

Equations
    deposition = activation_rate · latent₀ · osteoblast_ratio^a · oestrogen^−b
    activation = activation_rate · (latent/latent₀)^c · latent · osteoclast_ratio^d · oestrogen^e
    d(latent_growth_factor)/dt = deposition − activation
    d(growth_factor)/dt = activation − latent_per_active · activation_rate · growth_factor

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. Oestrogen is 1 there unless
switched on; here it is a parameter.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class States:
    latent_growth_factor = State("Latent TGFβ (TGFB)", "1", start=1000 * 0.228142)
    growth_factor = State("Active TGFβ (TGFBact)", "1", start=0.228142)


class Parameters:
    baseline_growth_factor = Parameter(
        "Active TGFβ at baseline (Pic0)", 0.228142, "1", Fixed(), LISTED
    )
    latent_per_active = Parameter(
        "Latent for each active TGFβ at baseline (1000)", 1000.0, "1", Fixed(), WRITTEN
    )
    activation_rate = Parameter(
        "Activation of latent TGFβ (koutTGF0)", 0.0000298449, "1/h", Fixed(), LISTED
    )
    latent_power = Parameter(
        "Power of latent TGFβ in its activation (koutTGFGam)", 0.919131, "1", Fixed(), LISTED
    )
    deposition_power = Parameter(
        "Power of osteoblasts in deposition (OBtgfGAM)", 0.0111319, "1", Fixed(), LISTED
    )
    activation_power = Parameter(
        "Power of osteoclasts in activation (OCtgfGAM)", 0.593891, "1", Fixed(), LISTED
    )
    oestrogen_deposition_power = Parameter(
        "Power of oestrogen against deposition (tgfbGAM)", 0.0374, "1", Fixed(), LISTED
    )
    oestrogen_activation_power = Parameter(
        "Power of oestrogen in activation (tgfbactGAM)", 0.045273, "1", Fixed(), LISTED
    )


@quantity("1")
def baseline_latent_growth_factor(latent_per_active, baseline_growth_factor):
    """Latent TGFβ at baseline (TGFB0)."""
    return latent_per_active * baseline_growth_factor


@quantity("1/h")
def growth_factor_deposition(
    activation_rate,
    baseline_latent_growth_factor,
    osteoblast_ratio,
    deposition_power,
    oestrogen,
    oestrogen_deposition_power,
):
    """Latent TGFβ that osteoblasts lay down."""
    by_oestrogen = oestrogen**-oestrogen_deposition_power
    basal = activation_rate * baseline_latent_growth_factor * by_oestrogen
    return basal * osteoblast_ratio**deposition_power


@quantity("1/h")
def growth_factor_activation(
    activation_rate,
    latent_growth_factor,
    baseline_latent_growth_factor,
    latent_power,
    osteoclast_ratio,
    activation_power,
    oestrogen,
    oestrogen_activation_power,
):
    """TGFβ that osteoclasts set free."""
    rate = activation_rate * oestrogen**oestrogen_activation_power
    crowding = (latent_growth_factor / baseline_latent_growth_factor) ** latent_power
    return rate * crowding * latent_growth_factor * osteoclast_ratio**activation_power


def ddt_latent_growth_factor(growth_factor_deposition, growth_factor_activation):
    return growth_factor_deposition - growth_factor_activation


def ddt_growth_factor(growth_factor_activation, latent_per_active, activation_rate, growth_factor):
    return growth_factor_activation - latent_per_active * activation_rate * growth_factor
