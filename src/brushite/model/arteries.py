"""Arteries: calcification that feeds on itself, on supersaturation and on bone out of balance.

Equations
    turnover_imbalance = (1 − r)²/(1 + r²),  r = pth/balanced_pth
    arterial_drive = S^power · (1 + rise · turnover_imbalance)
    d(arterial_burden)/dt = progression · arterial_drive · burden/(1 + burden/limit)
    burden is relative to that at the start, where it is 1

Sources: progression is in proportion to the burden, and PTH and calcium predict it (Coronary2010);
+20 % (14 to 26) a year under placebo (CaLIPSO2019). Two years with 1.25 mmol/L in the bath gave
+36 %, with 1.75 +61 % (Ok2016); S^2 came out of these.
The imbalance is even in the logarithm of r: 0 where bone turns over as it should, 1 both without
PTH and at the highest. Bone that hardly turns over leaves calcium to the arteries, bone that turns
over too fast feeds them. So a bath low in calcium spares arteries through S in everybody; where
PTH was low (85 % of Ok2016 had low turnover, all a PTH below 300 pg/mL) its rise spares them too,
and where PTH was high it harms them in time, more than S spares. That shape is ours: the two facts
ask for it, nobody measured it.
A calcification score has no unit of its own and differs tenfold between patients of one kind, so
only its ratio to the start is followed.
Left out: the mineral, below 0.1 mmol a day, is not taken from plasma; regression, which is hardly
ever seen; that calcium binders calcify at an equal phosphate, a median of 37 units against none
in a year (Chertow2002): they move S too little for it.
"""

from brushite.equations import Assumed, LogNormal, Parameter, State, quantity


class States:
    arterial_burden = State(
        "Calcification of arteries, relative to that at the start", "1", start=1.0
    )


class Parameters:
    arterial_progression = Parameter(
        "Progression of arterial calcification at the supersaturation of healthy serum",
        0.10 / 8766, "1/h", LogNormal(0.60),
        Assumed("0.10 a year: +20 % in the median patient, as in CaLIPSO2019"),
        between=(1e-6, 2e-4),
    )  # fmt: skip
    arterial_supersaturation_power = Parameter(
        "Power of supersaturation in it", 2.0, "1", LogNormal(0.25),
        Assumed("2.1 for the two baths of Ok2016 in the prototype; 1 to 3"), between=(0.5, 4),
    )  # fmt: skip
    balanced_pth = Parameter(
        "PTH at which bone feeds arteries least", 300.0, "pg/mL", LogNormal(0.30),
        Assumed("the middle of 130 to 585 pg/mL, twice to nine times the limit, is 275"),
        between=(80, 1000),
    )  # fmt: skip
    turnover_rise = Parameter(
        "Relative rise of progression where bone does not turn over at all", 1.0, "1",
        LogNormal(0.60),
        Assumed("PTH predicts progression (Coronary2010), how steeply is not known: 0.3 to 3"),
        between=(0.05, 6),
    )  # fmt: skip
    arterial_limit = Parameter(
        "Burden at which progression halves", 30.0, "1", LogNormal(0.5),
        Assumed("scores are some hundreds in most and above ten thousand in hardly anybody"),
        between=(5, 300),
    )  # fmt: skip


@quantity("1")
def turnover_imbalance(pth, balanced_pth):
    """0 where bone turns over as it should, 1 far below and far above."""
    relative = pth / balanced_pth
    return (1 - relative) ** 2 / (1 + relative**2)


@quantity("1")
def arterial_drive(
    supersaturation, arterial_supersaturation_power, turnover_rise, turnover_imbalance
):
    """Speed of progression relative to that at healthy serum and balanced bone."""
    mineral = supersaturation**arterial_supersaturation_power
    return mineral * (1 + turnover_rise * turnover_imbalance)


def ddt_arterial_burden(arterial_progression, arterial_drive, arterial_burden, arterial_limit):
    room = 1 + arterial_burden / arterial_limit
    return arterial_progression * arterial_drive * arterial_burden / room
