"""How masses begin: a readiness that all sites of a person share, and that each waits for.

Equations
    mass_hazard = nidus_rate · frailty · mass_growth_speed/deposition_speed
    d(mass_readiness)/dt = mass_hazard
    a mass begins once mass_readiness passes its nidus_threshold (see lesion)

Where thresholds are sums of one, two, three … exponential numbers of mean 1, the beginnings are a
Poisson process with the hazard `mass_hazard`, exactly, however the hazard moves. The rest is the
drive that makes masses grow: deposition, turnover and inhibition.

Sources: prevalence on dialysis, 0.5 to 7 %, and that a third of those with masses have several:
with one hazard for all, 3 % would have. No rate of beginning was ever measured.
Departure: the prototype has a readiness for each mass, with a weight for its site. One for all,
whose beginnings are then given sites by the same weights, is the same process.
Left out: trauma as a cause. A person's own first mass is not forecast; this is for populations.
"""

from brushite.equations import Assumed, Fixed, LogNormal, Parameter, State, quantity


class States:
    mass_readiness = State("Masses expected to have begun so far", "1", start=0.0)


class Parameters:
    nidus_rate = Parameter(
        "Masses that begin per person at full drive", 0.021 / 8766, "1/h", LogNormal(0.7),
        Assumed("a prevalence of 0.5 to 7 %: a quarter to four times as many"),
        between=(2e-7, 3e-5),
    )  # fmt: skip
    frailty = Parameter(
        "Inclination of a person to masses, 1 in the mean of people", 0.02613, "1", LogNormal(2.7),
        Assumed("a third of patients have several masses; the median of a log-normal of mean 1"),
        between=(1e-6, 1e4),
    )  # fmt: skip
    nidus_width = Parameter(
        "Width of the beginning of a mass, relative to its threshold", 0.02, "1", Fixed(),
        Assumed("narrow enough to be a beginning, wide enough to be smooth"),
    )  # fmt: skip


@quantity("1/h")
def mass_hazard(nidus_rate, frailty, mass_growth_speed, deposition_speed):
    """Hazard with which a person's next mass begins."""
    return nidus_rate * frailty * mass_growth_speed / deposition_speed


def ddt_mass_readiness(mass_hazard):
    return mass_hazard
