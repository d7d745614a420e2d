"""Bone: PTH drives cells that dissolve and build; when it falls, building outlasts dissolving.

Equations; each effect is 1 at a PTH of 300 pg/mL
    d(osteoclasts)/dt = osteoclast_turnover · (osteoclast_drive − osteoclasts)
        where drugs divide the drive by 1 + osteoclast_block
    d(precursors)/dt = osteoblast_loss · osteoclasts^coupling/osteoblast_work − maturation
        · precursors
    d(osteoblasts)/dt = maturation · precursors − osteoblast_loss · osteoblasts
    d(osteoid)/dt = bone_turnover · osteoblasts · osteoblast_work − mineralisation
    mineralisation = osteoid/mineralisation_time · (1 + half) π/(half + π),  π = (Ca²⁺/ref)^m
        · P/ref
    resorption = bone_turnover · osteoclasts · √(bone_mineral/reference_mineral)
    secondary_uptake = uptake · surface · (rapid_calcium/reference · phosphate_limit
        − bone_mineral/reference)
    d(bone_mineral)/dt = mineralisation + secondary_uptake − resorption
    d(surface_signal)/dt = (PTH − surface_signal)/surface_time, from which quiet surfaces take the
        level of calcium that they hold

Sources: a trial of these equations on 76 published numbers; hungry bone comes out of osteoclasts
that stop within two days, osteoid that goes on filling, precursors that high PTH held back, and
quiet surfaces whose calcium level depends on PTH. Ca:P of mineral is that of hydroxyapatite.
Departures from that trial: the slow uptake follows the difference between surface and mineral, so
that it ends; its power 1.04 of PTH in the osteoclast drive is 1 here; calcitriol drives osteoclasts
with the power 0.2 that it advises, not the 0.507 that it fitted. Quiet surfaces answer to PTH
within a day, not at once: three hours after the operation calcium was low in one of nine, and in
four of five within three days (CalciumProtocol2020, HungryBone2020).
"""

from brushite.equations import (
    Assumed,
    Fixed,
    LogitNormal,
    LogNormal,
    Parameter,
    State,
    Total,
    quantity,
)
from brushite.vocabulary import root, saturation


class States:
    osteoclasts = State("Osteoclast activity, relative", "1", start=1.0)
    precursors = State("Osteoblast precursors, relative", "1", start=0.33)
    osteoblasts = State("Osteoblasts, relative", "1", start=1.0)
    osteoid = State("Calcium that osteoid is waiting for", "mmol", start=70.0)
    bone_mineral = State("Calcium in bone mineral", "mmol", start=25000.0)
    alkaline_phosphatase = State("Alkaline phosphatase", "U/L", start=140.0)
    surface_signal = State("PTH as quiet bone surfaces feel it", "pg/mL", start=300.0)


class Totals:
    osteoclast_block = Total("Drugs that stop osteoclasts, each by what does half", "1")


class Parameters:
    reference_pth = Parameter(
        "PTH of reference", 300.0, "pg/mL", Fixed(), Assumed("usual on dialysis")
    )
    osteoclast_turnover = Parameter(
        "Turnover of osteoclasts", 0.021, "1/h", LogNormal(0.3),
        Assumed("fitted: a life of 2 days, so 0.5 a day; 0.7 in the code of PetersonRiggs2010"),
        between=(0.005, 0.06),
    )  # fmt: skip
    resistance_pth = Parameter(
        "PTH at half of the most that osteoclasts answer", 2010.0, "pg/mL", LogNormal(0.40),
        Assumed("uraemic resistance; fitted, and a constant of the patient"), between=(300, 10000),
    )  # fmt: skip
    osteoclast_floor = Parameter(
        "Osteoclast drive without PTH, of the most possible", 0.005, "1", LogNormal(0.5),
        Assumed("turnover 0.2 of usual at a PTH of 45 pg/mL"), between=(0.0005, 0.05),
    )  # fmt: skip
    osteoclast_calcitriol_power = Parameter(
        "Power of calcitriol in osteoclast drive", 0.2, "1", LogNormal(0.4),
        Assumed("0.5 kept alkaline phosphatase from falling under calcitriol; 0.2 does not"),
        between=(0.02, 0.8),
    )  # fmt: skip
    osteoblast_loss = Parameter(
        "Loss of osteoblasts", 0.00157, "1/h", LogNormal(0.2),
        Assumed("alkaline phosphatase is normal 13 weeks after surgery: a life of 27 days"),
        between=(0.0006, 0.004),
    )  # fmt: skip
    coupling = Parameter(
        "Power with which building follows dissolving", 0.952, "1", Fixed(),
        Assumed("fitted; 1 would be perfect coupling, 0.90 to 0.98 is plausible"),
        between=(0.85, 1),
    )  # fmt: skip
    precursor_maturation = Parameter(
        "Maturation of precursors without PTH", 0.0079, "1/h", LogNormal(0.25),
        Assumed("alkaline phosphatase peaks 2 weeks after surgery"), between=(0.002, 0.03),
    )  # fmt: skip
    maturation_pth = Parameter(
        "PTH that halves it", 443.0, "pg/mL", LogNormal(0.35),
        Assumed("fitted: high PTH holds cells back as precursors"), between=(100, 2000),
    )  # fmt: skip
    work_needing_pth = Parameter(
        "Share of osteoblast work that needs PTH", 0.66, "1", LogitNormal(0.4),
        Assumed("fitted: calcium uptake slows by week 4 after surgery"), between=(0.1, 0.95),
    )  # fmt: skip
    work_pth = Parameter(
        "PTH at half of that work", 150.0, "pg/mL", LogNormal(0.3),
        Assumed("not measured in people; 80 to 300 plausible"),
        between=(40, 600),
    )  # fmt: skip
    bone_turnover = Parameter(
        "Calcium dissolved and laid down at a PTH of 300 pg/mL", 0.223, "mmol/h", LogNormal(0.30),
        Assumed("5.35 mmol a day; 5 to 8 in health"), between=(0.05, 0.9),
    )  # fmt: skip
    mineralisation_time = Parameter(
        "Time in which osteoid fills", 314.0, "h", LogNormal(0.25),
        Assumed("13 days; a lag of 10 to 25"),
        between=(100, 1000),
    )  # fmt: skip
    mineralisation_half = Parameter(
        "Ion product at half of full mineralisation, relative", 0.83, "1", LogNormal(0.3),
        Assumed("fitted from 1"), between=(0.2, 3),
    )  # fmt: skip
    mineralisation_calcium_power = Parameter(
        "Power of calcium in that product", 1.76, "1", LogNormal(0.2),
        Assumed("fitted by the prototype between 1 and 3"),
        between=(0.8, 4),
    )  # fmt: skip
    mineralisation_phosphate = Parameter(
        "Plasma phosphate of reference for mineralisation", 1.5, "mmol/L", Fixed(),
        Assumed("a weekly mean on dialysis"),
    )  # fmt: skip
    reference_mineral = Parameter(
        "Calcium in the mineral of a skeleton", 25000.0, "mmol", Fixed(),
        Assumed("rounded from the 24 900 mmol (Qbone) in the code of PetersonRiggs2010"),
    )  # fmt: skip
    phosphate_per_calcium = Parameter(
        "Phosphate per calcium in mineral", 0.6, "1", Fixed(), Assumed("formula of hydroxyapatite")
    )
    surface_needing_pth = Parameter(
        "Share of the exchange level that needs PTH", 0.28, "1", LogitNormal(0.4),
        Assumed("calcium falls after adenectomy; fitted, 0.15 to 0.45 plausible"),
        between=(0.05, 0.7),
    )  # fmt: skip
    surface_pth = Parameter(
        "PTH at half of that",
        141.0,
        "pg/mL",
        LogNormal(0.3),
        Assumed("not measured in people; 80 to 250 plausible"),
        between=(40, 500),
    )
    surface_time = Parameter(
        "Time in which quiet surfaces answer to PTH", 18.0, "h", LogNormal(0.5),
        Assumed("calcium is lowest days after an operation, and hardly lower after three hours"),
        between=(1, 120),
    )  # fmt: skip
    surface_uptake = Parameter(
        "Slow uptake per relative excess of surface calcium", 0.794, "mmol/h", LogNormal(0.40),
        Assumed("19 mmol a day, fitted to trials of dialysate calcium; 14.6 in PetersonRiggs2010"),
        between=(0.1, 3),
    )  # fmt: skip
    surface_at_rest = Parameter(
        "Share of that surface independent of turnover", 0.634, "1", LogitNormal(0.5),
        Assumed("fitted by the prototype between 0.3 and 0.8"), between=(0.1, 0.95),
    )  # fmt: skip
    uptake_phosphate = Parameter(
        "Phosphate at half of full slow uptake", 0.1, "mmol/L", LogNormal(0.3),
        Assumed("stops uptake when phosphate runs out; far below any patient's"),
        between=(0.01, 0.4),
    )  # fmt: skip
    other_phosphatase = Parameter(
        "Alkaline phosphatase not from bone", 45.0, "U/L", LogNormal(0.25),
        Assumed("what a laboratory finds with quiet bone, 25 to 70"),
        between=(10, 150),
    )  # fmt: skip
    bone_phosphatase = Parameter(
        "Alkaline phosphatase of usual osteoblasts", 97.0, "U/L", LogNormal(0.40),
        Assumed("the laboratory's scale"), between=(20, 400),
    )  # fmt: skip
    phosphatase_loss = Parameter(
        "Loss of alkaline phosphatase from serum", 1 / 120, "1/h", LogNormal(0.3),
        Assumed("usual time in serum, 5 days; 2 to 8 plausible"),
        between=(0.002, 0.03),
    )  # fmt: skip


@quantity("1")
def osteoclast_drive(
    osteoclast_floor,
    pth,
    resistance_pth,
    reference_pth,
    calcaemic_vitamin_d,
    reference_calcitriol,
    osteoclast_calcitriol_power,
    osteoclast_block,
):
    """Activity that PTH and vitamin D ask of osteoclasts, relative, as far as drugs let them."""
    here = osteoclast_floor + saturation(pth, half=resistance_pth)
    usual = osteoclast_floor + saturation(reference_pth, half=resistance_pth)
    vitamin_d = (calcaemic_vitamin_d / reference_calcitriol) ** osteoclast_calcitriol_power
    return here / usual * vitamin_d / (1 + osteoclast_block)


@quantity("1")
def osteoblast_work(work_needing_pth, pth, work_pth, reference_pth):
    """Work of one osteoblast, relative."""
    helped = saturation(pth, half=work_pth) / saturation(reference_pth, half=work_pth)
    return 1 - work_needing_pth + work_needing_pth * helped


@quantity("1/h")
def maturation(precursor_maturation, pth, maturation_pth):
    """Rate at which precursors become osteoblasts; PTH holds it back."""
    return precursor_maturation / (1 + pth / maturation_pth)


@quantity("1")
def ion_product(
    ionised_calcium,
    reference_ionised_calcium,
    mineralisation_calcium_power,
    plasma_phosphate,
    mineralisation_phosphate,
):
    """Calcium and phosphate on offer to osteoid, relative."""
    calcium = (ionised_calcium / reference_ionised_calcium) ** mineralisation_calcium_power
    return calcium * plasma_phosphate / mineralisation_phosphate


@quantity("mmol/h")
def mineralisation(osteoid, mineralisation_time, mineralisation_half, ion_product):
    """Calcium that osteoid takes up."""
    filled = (1 + mineralisation_half) * saturation(ion_product, half=mineralisation_half)
    return osteoid / mineralisation_time * filled


@quantity("mmol/h")
def resorption(bone_turnover, osteoclasts, bone_mineral, reference_mineral):
    """Calcium that osteoclasts set free."""
    return bone_turnover * osteoclasts * root(bone_mineral / reference_mineral)


@quantity("1")
def surface_pth_effect(surface_needing_pth, surface_signal, surface_pth, reference_pth):
    """Calcium level that quiet surfaces hold, relative."""
    usual = saturation(reference_pth, half=surface_pth)
    helped = saturation(surface_signal, half=surface_pth) / usual
    return 1 - surface_needing_pth + surface_needing_pth * helped


@quantity("1")
def phosphate_limit(plasma_phosphate, uptake_phosphate, mineralisation_phosphate):
    """What lack of phosphate leaves of slow uptake, relative."""
    usual = saturation(mineralisation_phosphate, half=uptake_phosphate)
    return saturation(plasma_phosphate, half=uptake_phosphate) / usual


@quantity("mmol/h")
def secondary_uptake(
    surface_uptake,
    surface_at_rest,
    osteoblasts,
    rapid_calcium,
    rapid_reference,
    phosphate_limit,
    bone_mineral,
    reference_mineral,
):
    """Slow exchange of quiet surfaces with the mineral beneath."""
    surface = surface_at_rest + (1 - surface_at_rest) * osteoblasts
    excess = rapid_calcium / rapid_reference * phosphate_limit - bone_mineral / reference_mineral
    return surface_uptake * surface * excess


@quantity("mmol/h")
def bone_calcium_release(resorption, mineralisation):
    """To plasma; what quiet surfaces exchange goes through rapid_exchange."""
    return resorption - mineralisation


@quantity("mmol/h")
def bone_phosphate_release(phosphate_per_calcium, resorption, mineralisation, secondary_uptake):
    """Phosphate that bone gives to plasma."""
    return phosphate_per_calcium * (resorption - mineralisation - secondary_uptake)


def ddt_osteoclasts(osteoclast_turnover, osteoclast_drive, osteoclasts):
    return osteoclast_turnover * (osteoclast_drive - osteoclasts)


def ddt_precursors(osteoblast_loss, osteoclasts, coupling, osteoblast_work, maturation, precursors):
    recruited = osteoblast_loss * osteoclasts**coupling / osteoblast_work
    return recruited - maturation * precursors


def ddt_osteoblasts(maturation, precursors, osteoblast_loss, osteoblasts):
    return maturation * precursors - osteoblast_loss * osteoblasts


def ddt_osteoid(bone_turnover, osteoblasts, osteoblast_work, mineralisation):
    return bone_turnover * osteoblasts * osteoblast_work - mineralisation


def ddt_bone_mineral(mineralisation, secondary_uptake, resorption):
    return mineralisation + secondary_uptake - resorption


def ddt_alkaline_phosphatase(
    phosphatase_loss, other_phosphatase, bone_phosphatase, osteoblasts, alkaline_phosphatase
):
    made = other_phosphatase + bone_phosphatase * osteoblasts
    return phosphatase_loss * (made - alkaline_phosphatase)


def ddt_surface_signal(pth, surface_signal, surface_time):
    return (pth - surface_signal) / surface_time
