"""A patient of eight states, for tests of the engine that should not need the whole physiology."""

from brushite.equations import (
    Assumed,
    Fixed,
    Input,
    LogNormal,
    Parameter,
    State,
    Total,
    adds_to,
    quantity,
)
from brushite.vocabulary import hill

TOY = Assumed("a toy")
ANY = (float("-inf"), float("inf"))


class States:
    plasma_phosphate_amount = State("Phosphate in plasma", "mmol", start=17.0)
    deep_phosphate = State("Phosphate in the deep pool", "mmol", start=130.0)
    eaten_phosphate = State("Phosphate eaten so far", "mmol", start=0.0)
    dialysed_phosphate = State("Phosphate removed so far", "mmol", start=0.0)
    calcium_amount = State("Calcium outside cells", "mmol", start=34.0)
    pth = State("PTH in plasma", "pg/mL", start=300.0)
    gland_mass = State("Parathyroid tissue", "1", start=5.0)
    lesion_1_mineral = State("Calcium in the mass", "mmol", start=500.0)
    lesion_1_excised_calcium = State("Calcium taken out", "mmol", start=0.0)


class Inputs:
    session = Input("1 while a session runs", "1", between=(0, 1))
    session_length = Input("Length of a session", "h", idle=4.0)
    blood_flow = Input("Blood flow", "L/h", idle=18.0)
    dialysate_calcium = Input("Calcium in the bath", "mmol/L", idle=1.5)
    dietary_phosphate = Input("Phosphate eaten", "mmol/h", idle=1.2)
    sevelamer_dose = Input("Sevelamer taken", "g/h")
    cholecalciferol_dose = Input("Cholecalciferol taken", "IU/h")


class Totals:
    bound_phosphate = Total("Phosphate held back", "mmol/h")
    unused_flow = Total("A flow without contributors", "mmol/h")


class Parameters:
    plasma_space = Parameter("Phosphate space", 10.0, "L", LogNormal(0.1), TOY)
    deep_space = Parameter("Deep volume", 80.0, "L", LogNormal(0.2), TOY)
    mobilisation = Parameter("Clearance from deep", 6.0, "L/h", LogNormal(0.3), TOY)
    absorbed_share = Parameter("Share absorbed", 0.65, "1", Fixed(), TOY, between=(0, 1))
    binding = Parameter("Phosphate per gram", 0.6, "mmol/g", Fixed(), TOY)
    clearance_share = Parameter("Clearance per blood flow", 0.45, "1", Fixed(), TOY)
    calcium_space = Parameter("Calcium space", 15.0, "L", Fixed(), TOY)
    calcium_return = Parameter("Return to rest", 0.05, "1/h", Fixed(), TOY)
    calcium_rest = Parameter("Calcium at rest", 2.3, "mmol/L", Fixed(), TOY)
    secretion = Parameter("Secretion of a gland", 900.0, "pg/mL/h", LogNormal(0.3), TOY)
    set_point = Parameter("Calcium of half secretion", 2.2, "mmol/L", Fixed(), TOY)
    slope = Parameter("Steepness", 12.0, "1", Fixed(), TOY)
    elimination = Parameter("Elimination of PTH", 10.0, "1/h", Fixed(), TOY)
    gland_growth = Parameter("Growth of tissue", 1e-5, "L/mmol/h", Fixed(), TOY)
    mass_decay = Parameter("Resorption of the mass", 2e-4, "1/h", Fixed(), TOY)
    mass_per_volume = Parameter("Calcium per volume", 3.0, "mmol/mL", Fixed(), TOY)
    vitamin_effect = Parameter("Effect of cholecalciferol", 1e-4, "1/IU*h", Fixed(), TOY)


@quantity("mmol/L")
def plasma_phosphate(plasma_phosphate_amount, plasma_space):
    return plasma_phosphate_amount / plasma_space


@quantity("mmol/L")
def total_calcium(calcium_amount, calcium_space):
    return calcium_amount / calcium_space


@adds_to("bound_phosphate")
@quantity("mmol/h")
def sevelamer_binding(binding, sevelamer_dose):
    return binding * sevelamer_dose


@quantity("mmol/h")
def phosphate_absorption(absorbed_share, dietary_phosphate, bound_phosphate):
    return absorbed_share * (dietary_phosphate - bound_phosphate)


@quantity("mmol/h")
def phosphate_refill(mobilisation, deep_phosphate, deep_space, plasma_phosphate):
    return mobilisation * (deep_phosphate / deep_space - plasma_phosphate)


@quantity("mmol/h")
def phosphate_removal(session, clearance_share, blood_flow, plasma_phosphate):
    return session * clearance_share * blood_flow * plasma_phosphate


@quantity("mmol/h")
def calcium_gain(session, clearance_share, blood_flow, dialysate_calcium, total_calcium):
    return session * clearance_share * blood_flow * (dialysate_calcium - total_calcium / 2)


@quantity("mmol/h")
def mass_loss(mass_decay, lesion_1_mineral):
    return mass_decay * lesion_1_mineral


@quantity("pg/mL/h")
def pth_secretion(secretion, total_calcium, set_point, slope, cholecalciferol_dose, vitamin_effect):
    """Inverse sigmoid of calcium."""
    closed = hill(total_calcium, half=set_point, slope=slope)
    return secretion * (1 - closed) / (1 + vitamin_effect * cholecalciferol_dose)


def ddt_plasma_phosphate_amount(phosphate_absorption, phosphate_refill, phosphate_removal):
    return phosphate_absorption + phosphate_refill - phosphate_removal


def ddt_deep_phosphate(phosphate_refill):
    return -phosphate_refill


def ddt_eaten_phosphate(phosphate_absorption):
    return 1 * phosphate_absorption


def ddt_dialysed_phosphate(phosphate_removal):
    return 1 * phosphate_removal


def ddt_calcium_amount(
    calcium_gain,
    calcium_return,
    calcium_rest,
    calcium_space,
    calcium_amount,
    mass_loss,
    unused_flow,
):
    rest = calcium_return * (calcium_rest * calcium_space - calcium_amount)
    return calcium_gain + rest + mass_loss + unused_flow


def ddt_pth(gland_mass, pth_secretion, elimination, pth):
    return gland_mass * pth_secretion - elimination * pth


def ddt_gland_mass(gland_growth, plasma_phosphate, gland_mass):
    return gland_growth * plasma_phosphate * gland_mass


def ddt_lesion_1_mineral(mass_loss):
    return -mass_loss


def ddt_lesion_1_excised_calcium():
    """Only a procedure fills it."""
    return 0


@quantity("mmol/L")
def observed_phosphate(plasma_phosphate):
    return 1 * plasma_phosphate


@quantity("mmol/L")
def observed_calcium(total_calcium):
    return 1 * total_calcium


@quantity("pg/mL")
def observed_pth(pth):
    return 1 * pth


@quantity("mL")
def lesion_1_volume(lesion_1_mineral, mass_per_volume):
    return lesion_1_mineral / mass_per_volume
