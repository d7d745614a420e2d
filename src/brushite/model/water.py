"""Water: the extracellular volume swells between sessions, and ultrafiltration brings it back.

Equations
    extracellular_volume = dry_volume + excess_volume
    d(excess_volume)/dt = fluid_gain − ultrafiltration − diuresis
    diuresis = diuresis_response · residual_filtration · excess_volume
    ultrafiltration = session · (completeness/session_length) · excess_volume

Sources: the spread of the volume is that of the phosphate space after dialysis (Leypoldt2013).
Departure: a machine removes a fixed volume at a steady rate. Here the rate is in proportion to the
excess that is left, so that any calendar of sessions, missed ones too, returns to the dry volume
without a look into the future; 95 % of the excess has gone by the end.
Fluid gain is less the urine at dry weight; a kidney that filters also answers to an excess, which
keeps the volume of people with a transplant, and matters little with a residual kidney.
Left out: sodium, and plasma refilling.
"""

from brushite.equations import Assumed, Input, LogNormal, Parameter, State, quantity


class States:
    excess_volume = State("Extracellular volume above that at dry weight", "L", start=1.0)


class Inputs:
    session = Input("1 while a dialysis session runs, else 0", "1", between=(0, 1))
    session_length = Input("Length of a session", "h", idle=4.0, between=(0.5, 12))


class Parameters:
    dry_volume = Parameter(
        "Extracellular volume at dry weight", 14.0, "L", LogNormal(0.18),
        Assumed("20 % of 70 kg; its spread is that of the phosphate space, 9.4 (7.2 to 12.0) L"),
        between=(6, 30),
    )  # fmt: skip
    fluid_gain = Parameter(
        "Water gained, less urine", 0.0446, "L/h", LogNormal(0.30),
        Assumed("7.5 L a week, 2.5 L for each of three sessions, the prototype's setting"),
        between=(0.005, 0.2),
    )  # fmt: skip
    completeness = Parameter(
        "Logarithm of the excess before a session over that after it", 3.0, "1", LogNormal(0.15),
        Assumed("e^−3: a session leaves 5 % of the excess behind"), between=(1, 6),
    )  # fmt: skip
    diuresis_response = Parameter(
        "Urine that an excess drives, per filtration", 0.03, "1/L", LogNormal(0.3),
        Assumed("half a litre of excess drives the daily litre at 45 mL/min"), between=(0.005, 0.2),
    )  # fmt: skip


@quantity("L")
def extracellular_volume(dry_volume, excess_volume):
    """Water outside cells."""
    return dry_volume + excess_volume


@quantity("L/h")
def ultrafiltration(session, completeness, session_length, excess_volume):
    """Water taken off by the machine."""
    return session * completeness / session_length * excess_volume


@quantity("L/h")
def diuresis(diuresis_response, residual_filtration, excess_volume):
    """Urine that an excess drives."""
    return diuresis_response * residual_filtration * excess_volume


def ddt_excess_volume(fluid_gain, ultrafiltration, diuresis):
    return fluid_gain - ultrafiltration - diuresis
