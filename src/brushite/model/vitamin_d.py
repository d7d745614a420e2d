"""Vitamin D: calcidiol from sun, food and drugs, and calcitriol made from it without kidneys.

Equations
    d(calcidiol)/dt = calcidiol_loss · (own_calcidiol − calcidiol) + calcidiol_supply
    calcitriol_production = (extrarenal · fgf23_brake + renal · residual_filtration)
        · calcidiol/(calcidiol + half)
    d(calcitriol)/dt = calcitriol_loss · (calcitriol_production − calcitriol) + calcitriol_supply
    gland_vitamin_d = calcitriol + gland_analogues
    calcaemic_vitamin_d = calcitriol + calcaemic_analogues, which is what gut and bone answer

Sources: calcitriol rose from 15.1 to 20.5 pg/mL when 20 000 IU a week took calcidiol from 14 to
49 ng/mL (Armas2012); half-life of calcitriol on dialysis 19 to 38 h (CalcitriolPulse).
Departure: that rise fits 24 pg/mL with plenty of calcidiol. The 21 of the prototype, taken here,
give 13.4 and 18.1 pg/mL.
Analogues of calcitriol act on the gland more than on gut and bone; calcitriol alone is measured.
Left out: the brake of FGF23 on a residual kidney; that on other tissue is in fgf23.
"""

from brushite.equations import Assumed, Cited, LogNormal, Parameter, State, Total, quantity
from brushite.vocabulary import saturation


class States:
    calcidiol = State("25-hydroxyvitamin D in plasma", "ng/mL", start=20.0)
    calcitriol = State("1,25-dihydroxyvitamin D in plasma", "pg/mL", start=15.0)


class Totals:
    calcidiol_supply = Total("Calcidiol from drugs", "ng/mL/h")
    calcitriol_supply = Total("Calcitriol from drugs", "pg/mL/h")
    gland_analogues = Total("Calcitriol that analogues stand for in the gland", "pg/mL")
    calcaemic_analogues = Total("Calcitriol that analogues stand for in gut and bone", "pg/mL")


class Parameters:
    own_calcidiol = Parameter(
        "Calcidiol kept up by sun and food", 18.0, "ng/mL", LogNormal(0.5),
        Cited("NECOSAD", "abstract: 18 ± 11 ng/mL in 762 people 12 months after they began"),
        between=(3, 60),
    )  # fmt: skip
    calcidiol_loss = Parameter(
        "Elimination of calcidiol", 0.00144, "1/h", LogNormal(0.15),
        Assumed("a half-life of 20 days (15 to 25)"), between=(0.0007, 0.003),
    )  # fmt: skip
    extrarenal_calcitriol = Parameter(
        "Calcitriol made outside the kidney with plenty of calcidiol", 21.0, "pg/mL",
        LogNormal(0.35),
        Assumed("the prototype's; 15.1 and 20.5 pg/mL at 14 and 49 ng/mL (Armas2012) give 24"),
        between=(4, 60),
    )  # fmt: skip
    renal_calcitriol = Parameter(
        "Calcitriol made per residual filtration", 6.0, "pg*h/mL/L", LogNormal(0.3),
        Assumed("35 pg/mL of a healthy kidney at 6 L/h"), between=(1, 15),
    )  # fmt: skip
    half_calcidiol = Parameter(
        "Calcidiol at half of full production", 8.0, "ng/mL", LogNormal(0.3),
        Assumed("derived from the same two values of Armas2012, which give 8.3"), between=(2, 30),
    )  # fmt: skip
    calcitriol_loss = Parameter(
        "Elimination of calcitriol", 0.03, "1/h", LogNormal(0.2),
        Assumed("a half-life of 23 h; 19 to 26 h into a vein, 30 to 38 by mouth (CalcitriolPulse)"),
        between=(0.01, 0.06),
    )  # fmt: skip


@quantity("pg/mL")
def calcitriol_production(
    extrarenal_calcitriol,
    fgf23_brake,
    renal_calcitriol,
    residual_filtration,
    calcidiol,
    half_calcidiol,
):
    """The level that own production alone would hold."""
    capacity = extrarenal_calcitriol * fgf23_brake + renal_calcitriol * residual_filtration
    return capacity * saturation(calcidiol, half=half_calcidiol)


@quantity("pg/mL")
def gland_vitamin_d(calcitriol, gland_analogues):
    """Calcitriol and what acts like it, as the gland feels it."""
    return calcitriol + gland_analogues


@quantity("pg/mL")
def calcaemic_vitamin_d(calcitriol, calcaemic_analogues):
    """Calcitriol and what acts like it, as gut and bone feel it."""
    return calcitriol + calcaemic_analogues


def ddt_calcidiol(calcidiol_loss, own_calcidiol, calcidiol, calcidiol_supply):
    return calcidiol_loss * (own_calcidiol - calcidiol) + calcidiol_supply


def ddt_calcitriol(calcitriol_loss, calcitriol_production, calcitriol, calcitriol_supply):
    return calcitriol_loss * (calcitriol_production - calcitriol) + calcitriol_supply
