"""Cholecalciferol: raises calcidiol over months.

Equations
    calcidiol_from_cholecalciferol = calcidiol_loss · calcidiol_per_dose · cholecalciferol_dose,
        a part of calcidiol_supply

Sources: 20 000 IU a week took calcidiol from 14 to 49 ng/mL (Armas2012), 0.0122 ng/mL per IU a day.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, adds_to, quantity


class Inputs:
    cholecalciferol_dose = Input("Cholecalciferol taken", "IU/h", between=(0, 3000))


class Parameters:
    calcidiol_per_dose = Parameter(
        "Calcidiol gained, in the end, per dose", 0.293, "ng*h/mL/IU", LogNormal(0.3),
        Assumed("derived: 35 ng/mL in 12 weeks of 20 000 IU (Armas2012), taken as the end value"),
        between=(0.08, 0.8),
    )  # fmt: skip


@adds_to("calcidiol_supply")
@quantity("ng/mL/h")
def calcidiol_from_cholecalciferol(calcidiol_loss, calcidiol_per_dose, cholecalciferol_dose):
    """Calcidiol that the liver makes of cholecalciferol."""
    return calcidiol_loss * calcidiol_per_dose * cholecalciferol_dose
