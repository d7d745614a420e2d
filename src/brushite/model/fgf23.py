"""FGF23: phosphate, calcitriol and PTH drive it, and it holds back calcitriol a little.

Equations
    fgf23_aim = reference · (P/P_ref)^p · (calcitriol/calcitriol_ref)^c · (pth/pth_ref)^h
    d(fgf23)/dt = fgf23_turnover · (fgf23_aim − fgf23)
    fgf23_brake = (1 + a)/(1 + a · fgf23/reference), on calcitriol made outside the kidney

Sources: intact FGF23 was 763 (457 to 1430) pg/mL on haemodialysis (Minoo2018), and its correlation
with phosphate 0.45 (Miao2014). It doubled within 1 to 3 weeks without binders, while phosphate rose
by 1.5 mg/dL or more (Tenapanor2017); with a phosphate higher by 29 % that is a power of 3. PTH
falls on cinacalcet, and FGF23 fell by 42 % with it; oral calcitriol took it up by 16 % (Kim2013,
where an assay of C-terminal fragments was used). P is that of the deep pool, a mean over days.
Departure: the prototype has the powers 3, 0.2 and 0.3, a reference of 3000 and an inhibition of 0.3
instead of 0.1. A power of 3 would make phosphate explain nearly all of FGF23 among patients, where
it explains a fifth. So stopping binders raises FGF23 here by less than was seen, and on cinacalcet
it falls too little.
Left out: what FGF23 does to a residual kidney; iron, whose lack raises fragments more than the
whole; clearance by high-flux dialysers. Cases with tumours or genes that make FGF23 are others.
"""

from brushite.equations import Assumed, LogNormal, Parameter, State, quantity


class States:
    fgf23 = State("Intact FGF23 in plasma", "pg/mL", start=760.0)


class Parameters:
    reference_fgf23 = Parameter(
        "FGF23 at the phosphate, calcitriol and PTH of reference", 870.0, "pg/mL", LogNormal(0.70),
        Assumed("763 (457 to 1430) in Minoo2018, a fifth of it from phosphate (Miao2014)"),
        between=(40, 15000),
    )  # fmt: skip
    fgf23_turnover = Parameter(
        "Turnover of FGF23 and of the cells that make it", 0.02, "1/h", LogNormal(0.5),
        Assumed("2 days: it lives for an hour, its making follows over days; 0.01 to 0.1"),
        between=(0.003, 0.2),
    )  # fmt: skip
    fgf23_phosphate_power = Parameter(
        "Power of phosphate in FGF23", 1.5, "1", LogNormal(0.30),
        Assumed("between 1.2 among patients (Miao2014) and 3 without binders (Tenapanor2017)"),
        between=(1, 5),
    )  # fmt: skip
    fgf23_calcitriol_power = Parameter(
        "Power of calcitriol in FGF23", 0.35, "1", LogNormal(0.4),
        Assumed("+16 % on 0.27 µg a day while PTH fell (Kim2013); 0.2 in the prototype"),
        between=(0.03, 1),
    )  # fmt: skip
    fgf23_pth_power = Parameter(
        "Power of PTH in FGF23", 0.25, "1", LogNormal(0.4),
        Assumed("FGF23 fell with PTH on cinacalcet (Kim2013); 0.3 in the prototype"),
        between=(0.03, 0.9),
    )  # fmt: skip
    fgf23_inhibition = Parameter(
        "Inhibition of extrarenal calcitriol by FGF23 at its level of reference", 0.10, "1",
        LogNormal(0.5),
        Assumed("small, and not measured; 0.3 lifts calcium after surgery above Wetmore2016"),
        between=(0.01, 1),
    )  # fmt: skip


@quantity("pg/mL")
def fgf23_aim(
    reference_fgf23,
    deep_concentration,
    reference_phosphate,
    fgf23_phosphate_power,
    calcitriol,
    reference_calcitriol,
    fgf23_calcitriol_power,
    pth,
    reference_pth,
    fgf23_pth_power,
):
    """The level that phosphate, calcitriol and PTH ask for."""
    phosphate = (deep_concentration / reference_phosphate) ** fgf23_phosphate_power
    vitamin_d = (calcitriol / reference_calcitriol) ** fgf23_calcitriol_power
    return reference_fgf23 * phosphate * vitamin_d * (pth / reference_pth) ** fgf23_pth_power


@quantity("1")
def fgf23_brake(fgf23_inhibition, fgf23, reference_fgf23):
    """What FGF23 leaves of extrarenal calcitriol production, relative to its usual level."""
    return (1 + fgf23_inhibition) / (1 + fgf23_inhibition * fgf23 / reference_fgf23)


def ddt_fgf23(fgf23_turnover, fgf23_aim, fgf23):
    return fgf23_turnover * (fgf23_aim - fgf23)
