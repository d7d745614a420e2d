"""Dialysis: clearance of the dialyser, and what it takes or gives of phosphate and calcium.

Equations
    K = Qe · (e^Z − 1)/(e^Z − Qe/Qd),  Z = KoA/Qe · (1 − Qe/Qd),  Qe = water flow of the plasma
    phosphate_removal = session · (K_P + sieving · ultrafiltration) · plasma_phosphate
    calcium_from_dialysate = session · (K_Ca · (dialysate_calcium − w) − ultrafiltration · w),
        w = donnan_factor · diffusible_calcium
    haemodiafiltration adds substitution_flow · (1 − K/Qe) to each K

Sources: counter-current exchange is Michaels' textbook form; the areas are set so that 300 and
500 mL/min of blood and dialysate give the clearances the prototype needed (140 mL/min of phosphate,
150 of calcium; in vivo 160 ± 14 of phosphate, BloodPurif2013). Convection matters little
(Andersen2023).
Red cells do not give up their phosphate in passing, so the plasma water alone is cleared.
"""

from brushite.equations import Assumed, Fixed, Input, LogNormal, Parameter, quantity
from brushite.vocabulary import exp


class Inputs:
    blood_flow = Input("Blood flow", "L/h", idle=18.0, between=(3, 36))
    dialysate_flow = Input("Dialysate flow", "L/h", idle=30.0, between=(6, 60))
    substitution_flow = Input("Substitution in haemodiafiltration", "L/h", between=(0, 12))
    dialysate_calcium = Input("Calcium in the dialysate", "mmol/L", idle=1.5, between=(0.5, 2.5))


class Parameters:
    haematocrit = Parameter(
        "Haematocrit", 0.34, "1", LogNormal(0.10),
        Assumed("haemoglobin about 11 g/dL, the usual aim on dialysis"), between=(0.2, 0.5),
    )  # fmt: skip
    phosphate_transfer_area = Parameter(
        "Mass transfer area coefficient of phosphate", 19.2, "L/h", LogNormal(0.15),
        Assumed("gives 140 mL/min at 300 and 500 mL/min, where sessions remove 25 to 35 mmol"),
        between=(6, 60),
    )  # fmt: skip
    calcium_transfer_area = Parameter(
        "Mass transfer area coefficient of calcium", 23.3, "L/h", LogNormal(0.15),
        Assumed("gives the dialysance of 150 mL/min proposed from balance studies"),
        between=(6, 60),
    )  # fmt: skip
    donnan_factor = Parameter(
        "Calcium at the membrane relative to plasma water", 0.96, "1", Fixed(),
        Assumed("proteins hold a few percent of cations back; the value the prototype used"),
        between=(0.9, 1.0),
    )  # fmt: skip
    phosphate_sieving = Parameter(
        "Share of convection not yet in the measured phosphate clearance", 0.5, "1", LogNormal(0.3),
        Assumed("half is in the measured clearance already; negligible in Andersen2023"),
        between=(0.1, 1.5),
    )  # fmt: skip


@quantity("L/h")
def plasma_water_flow(plasma_water, blood_flow, haematocrit):
    """Plasma water that passes the dialyser."""
    return plasma_water * blood_flow * (1 - haematocrit)


@quantity("1")
def phosphate_transfer_units(phosphate_transfer_area, plasma_water_flow, dialysate_flow):
    """Transfer units of phosphate in the dialyser."""
    return phosphate_transfer_area / plasma_water_flow * (1 - plasma_water_flow / dialysate_flow)


@quantity("L/h")
def phosphate_diffusion(phosphate_transfer_units, plasma_water_flow, dialysate_flow):
    """Diffusive clearance of phosphate."""
    gain = exp(phosphate_transfer_units)
    return plasma_water_flow * (gain - 1) / (gain - plasma_water_flow / dialysate_flow)


@quantity("L/h")
def phosphate_clearance(phosphate_diffusion, substitution_flow, plasma_water_flow):
    """Clearance of phosphate while a session runs."""
    return phosphate_diffusion + substitution_flow * (1 - phosphate_diffusion / plasma_water_flow)


@quantity("1")
def calcium_transfer_units(calcium_transfer_area, plasma_water_flow, dialysate_flow):
    """Transfer units of calcium in the dialyser."""
    return calcium_transfer_area / plasma_water_flow * (1 - plasma_water_flow / dialysate_flow)


@quantity("L/h")
def calcium_diffusion(calcium_transfer_units, plasma_water_flow, dialysate_flow):
    """Diffusive clearance of calcium."""
    gain = exp(calcium_transfer_units)
    return plasma_water_flow * (gain - 1) / (gain - plasma_water_flow / dialysate_flow)


@quantity("L/h")
def calcium_dialysance(calcium_diffusion, substitution_flow, plasma_water_flow):
    """Dialysance of calcium while a session runs."""
    return calcium_diffusion + substitution_flow * (1 - calcium_diffusion / plasma_water_flow)


@quantity("mmol/h")
def phosphate_removal(
    session, phosphate_clearance, phosphate_sieving, ultrafiltration, plasma_phosphate
):
    """Phosphate that the session takes."""
    return session * (phosphate_clearance + phosphate_sieving * ultrafiltration) * plasma_phosphate


@quantity("mmol/L")
def calcium_at_membrane(donnan_factor, diffusible_calcium):
    """Diffusible calcium that the dialysate meets."""
    return donnan_factor * diffusible_calcium


@quantity("mmol/h")
def calcium_from_dialysate(
    session, calcium_dialysance, dialysate_calcium, calcium_at_membrane, ultrafiltration
):
    """Calcium given to the patient; negative when the session takes it."""
    diffused = calcium_dialysance * (dialysate_calcium - calcium_at_membrane)
    return session * (diffused - ultrafiltration * calcium_at_membrane)
