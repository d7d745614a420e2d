"""RunX2, CREB and Bcl-2: how PTH tells osteoblasts to live.

Equations
    d(runx2)/dt = runx2_turnover · runx2₀ − runx2_loss · runx2, where runx2_loss rises with PTH
    d(creb)/dt = creb_turnover · (creb₀ · creb_drive − creb), where creb_drive rises with PTH
    d(bcl2)/dt = bcl2_turnover · (creb · runx2 − bcl2)

Sources: OpenBoneMin, the code that carries PetersonRiggs2010 on. The half effects of PTH follow
from the baseline, as there.
"""

from brushite.equations import Cited, Fixed, Parameter, State, quantity
from brushite.vocabulary import saturation

LISTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, parameters")
STARTED = Cited("OpenBoneMin", "inst/OpenBoneMin.cpp, initial states")


class States:
    runx2 = State("RunX2 (RX2)", "1", start=10.0)
    creb = State("CREB (CREB)", "1", start=10.0)
    bcl2 = State("Bcl-2 (BCL2)", "1", start=100.0)


class Parameters:
    baseline_runx2 = Parameter("RunX2 at baseline (RUNX20)", 10.0, "1", Fixed(), LISTED)
    baseline_creb = Parameter("CREB at baseline (CREB0)", 10.0, "1", Fixed(), STARTED)
    runx2_turnover = Parameter("Turnover of RunX2 (RX2Kout0)", 0.693, "1/h", Fixed(), LISTED)
    runx2_loss_without_pth = Parameter(
        "Loss of RunX2 without PTH (E0rx2Kout)", 0.125, "1/h", Fixed(), LISTED
    )
    runx2_pth_limit = Parameter(
        "Largest effect of PTH on it (EmaxPTHRX2x)", 5.0, "1/h", Fixed(), LISTED
    )
    creb_turnover = Parameter("Turnover of CREB (crebKout)", 0.00279513, "1/h", Fixed(), LISTED)
    creb_without_pth = Parameter(
        "Synthesis of CREB without PTH (E0crebKin)", 0.5, "1", Fixed(), LISTED
    )
    creb_pth_limit = Parameter(
        "Largest effect of PTH on CREB (EmaxPTHcreb)", 3.39745, "1", Fixed(), LISTED
    )
    bcl2_turnover = Parameter("Turnover of Bcl-2 (bcl2Kout)", 0.693, "1/h", Fixed(), LISTED)


@quantity("pmol/L")
def runx2_pth_half(
    baseline_pth_concentration, runx2_turnover, runx2_loss_without_pth, runx2_pth_limit
):
    """PTH at half its effect on RunX2."""
    share = (runx2_turnover - runx2_loss_without_pth) / runx2_pth_limit
    return baseline_pth_concentration * (1 / share - 1)


@quantity("1/h")
def runx2_loss(runx2_loss_without_pth, runx2_pth_limit, pth_concentration, runx2_pth_half):
    """Rate at which RunX2 is lost."""
    effect = saturation(pth_concentration, half=runx2_pth_half)
    return runx2_loss_without_pth + runx2_pth_limit * effect


@quantity("pmol/L")
def creb_pth_half(baseline_pth_concentration, creb_without_pth, creb_pth_limit):
    """PTH at half its effect on CREB."""
    share = (1 - creb_without_pth) / creb_pth_limit
    return baseline_pth_concentration * (1 / share - 1)


@quantity("1")
def creb_drive(creb_without_pth, creb_pth_limit, pth_concentration, creb_pth_half):
    """Synthesis of CREB, 1 at baseline."""
    return creb_without_pth + creb_pth_limit * saturation(pth_concentration, half=creb_pth_half)


def ddt_runx2(runx2_turnover, baseline_runx2, runx2_loss, runx2):
    return runx2_turnover * baseline_runx2 - runx2_loss * runx2


def ddt_creb(creb_turnover, baseline_creb, creb_drive, creb):
    return creb_turnover * (baseline_creb * creb_drive - creb)


def ddt_bcl2(bcl2_turnover, creb, runx2, bcl2):
    return bcl2_turnover * (creb * runx2 - bcl2)
