"""Calcium and phosphate in the kidney, up to where the published model cuts negative urine off.

Equations
    calcium_filtered = filterable_calcium · distal_share · glomerular_filtration · calcium
    calcium_reabsorbed = limit · calcium/(calcium + reabsorption_half) · pth_effect
    urinary_calcium_surplus = (2 − calcitriol_effect) · (calcium_filtered − calcium_reabsorbed)
    urinary_phosphate_surplus = filterable_phosphate · glomerular_filtration
        · (phosphate − phosphate_threshold)

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on.
"""

from brushite.equations import Cited, Fixed, Parameter, quantity
from brushite.vocabulary import saturation

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
WRITTEN = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, equations")


class Parameters:
    filterable_calcium = Parameter(
        "Share of calcium that is filtered (0.6)", 0.6, "1", Fixed(), WRITTEN
    )
    distal_share = Parameter(
        "Share of it that reaches the regulated tubule (0.5)", 0.5, "1", Fixed(), WRITTEN
    )
    baseline_urinary_calcium = Parameter(
        "Calcium in urine at baseline (0.149997)", 0.149997, "mmol/h", Fixed(), WRITTEN
    )
    reabsorption_half = Parameter(
        "Calcium at half of its reabsorption (Reabs50)", 1.57322, "mmol/L", Fixed(), LISTED
    )
    pth_reabsorption_limit = Parameter(
        "Largest effect of PTH on it (T16)", 1.06147, "1", Fixed(), LISTED
    )
    calcitriol_urine_limit = Parameter(
        "Largest effect of calcitriol on urine (T7)", 2.0, "1", Fixed(), LISTED
    )
    calcitriol_urine_half = Parameter(
        "Calcitriol at half its effect on urine (T9)", 90.0, "pmol/L", Fixed(), LISTED
    )
    oestrogen_reabsorption = Parameter(
        "Reabsorption with a tenth of oestrogen (maxTmESTkid)", 0.923737, "1", Fixed(), LISTED
    )
    oestrogen_span = Parameter("Fall of oestrogen to that tenth (0.9)", 0.9, "1", Fixed(), WRITTEN)
    filterable_phosphate = Parameter(
        "Share of phosphate that is filtered (0.88)", 0.88, "1", Fixed(), WRITTEN
    )
    phosphate_threshold = Parameter(
        "Phosphate above which urine has any (T46)", 1.142, "mmol/L", Fixed(), LISTED
    )


@quantity("mmol/h")
def calcium_filtered(
    filterable_calcium, distal_share, glomerular_filtration, calcium_concentration
):
    """Calcium that comes to the regulated tubule."""
    return filterable_calcium * distal_share * glomerular_filtration * calcium_concentration


@quantity("1")
def oestrogen_in_kidney(oestrogen_reabsorption, oestrogen_span, oestrogen):
    """Effect of oestrogen on reabsorption (tmEST)."""
    slope = (1 - oestrogen_reabsorption) / oestrogen_span
    return 1 - slope + slope * oestrogen


@quantity("mmol/h")
def calcium_reabsorption_limit(
    oestrogen_in_kidney,
    filterable_calcium,
    distal_share,
    glomerular_filtration,
    baseline_calcium_concentration,
    baseline_urinary_calcium,
    reabsorption_half,
):
    """Largest reabsorption of calcium, so that urine has its baseline (ReabsMax)."""
    cleared = filterable_calcium * distal_share * glomerular_filtration
    kept = cleared * baseline_calcium_concentration - baseline_urinary_calcium
    return (
        oestrogen_in_kidney
        * kept
        / saturation(baseline_calcium_concentration, half=reabsorption_half)
    )


@quantity("1")
def pth_in_kidney(pth_reabsorption_limit, pth_concentration, baseline_pth_concentration):
    """Effect of PTH on reabsorption, 1 at baseline."""
    half = baseline_pth_concentration * (pth_reabsorption_limit - 1)
    return pth_reabsorption_limit * saturation(pth_concentration, half=half)


@quantity("mmol/h")
def calcium_reabsorbed(
    calcium_reabsorption_limit, calcium_concentration, reabsorption_half, pth_in_kidney
):
    """Calcium that the tubule takes back."""
    filled = saturation(calcium_concentration, half=reabsorption_half)
    return calcium_reabsorption_limit * filled * pth_in_kidney


@quantity("mmol/h")
def urinary_calcium_surplus(
    calcitriol_urine_limit,
    calcitriol_concentration,
    calcitriol_urine_half,
    calcium_filtered,
    calcium_reabsorbed,
):
    """Calcium in urine as long as there is any."""
    effect = calcitriol_urine_limit * saturation(
        calcitriol_concentration, half=calcitriol_urine_half
    )
    return (2 - effect) * (calcium_filtered - calcium_reabsorbed)


@quantity("mmol/h")
def urinary_phosphate_surplus(
    filterable_phosphate, glomerular_filtration, phosphate_concentration, phosphate_threshold
):
    """Phosphate in urine as long as there is any."""
    over = phosphate_concentration - phosphate_threshold
    return filterable_phosphate * glomerular_filtration * over
