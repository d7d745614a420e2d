"""Buffers: bicarbonate, pH, magnesium and citrate, which the bath moves and calcium feels.

Equations
    d(bicarbonate)/dt = session · passage · calcium_dialysance · (dialysate_bicarbonate
        − bicarbonate)/space − (bicarbonate − undialysed_bicarbonate)/acidification_time
    undialysed_bicarbonate = before − depth · (34 − before), kept above zero; before is the level
        before a session with a bath of 34 mmol/L, two days after another
    pH = pK + log10(bicarbonate/carbon_dioxide), carbon_dioxide = usual · (before/23)^power
    steady_magnesium = own_magnesium + rise · (dialysate_magnesium − 0.5)
    magnesium = steady_magnesium + session · approach · (dialysate_magnesium/diffusible share
        − steady_magnesium)
    citrate = own_citrate · (1 − session · washout) + session · gain · dialysate_citrate

Sources: a session with acetate takes bicarbonate from 22.3 to 28.6 mmol/L and citrate from 133 to
87 µmol/L (AcetateBath), or ends at pH 7.47 and 27.3 mmol/L (CitrateBath). Acid comes at 50 to 100
mmol a day, faster while bicarbonate is high, which the return to a level stands for. With three
sessions a week the level before them is then the patient's own, 1.5 mmol/L lower after three days
than after two, and follows a stronger bath by a third. Carbon dioxide is as dissolved, 0.0307
mmol/L for each mmHg; breathing answers a lasting acidosis by 1.2 mmHg for each mmol/L, but no
session. Magnesium in a session explains why half-times of calcification lengthen by no more than
TerMeulen2019 found.
Departure: with 1 mmol/L in the bath, citrate is 0.31 mmol/L in the session, and ionised calcium
at its end 0.06 mmol/L below that with acetate; printed is 0.11 (CitrateBath). Magnesium and citrate
are where a session takes them from its first minute to its last.
Left out: acid that a residual kidney excretes, other than by the patient's own level; bicarbonate
that liver and muscle make of citrate and acetate, other than as bicarbonate of the bath.
"""

from brushite.equations import Assumed, Fixed, Input, LogNormal, Parameter, State, quantity
from brushite.vocabulary import common_log, positive


class States:
    bicarbonate = State("Bicarbonate of plasma", "mmol/L", start=23.0)


class Inputs:
    dialysate_bicarbonate = Input(
        "Bicarbonate in the dialysate", "mmol/L", idle=34.0, between=(10, 50)
    )
    dialysate_magnesium = Input("Magnesium in the dialysate", "mmol/L", idle=0.5, between=(0, 2))
    dialysate_citrate = Input("Citrate in the dialysate", "mmol/L", between=(0, 3))


class Parameters:
    bicarbonate_before_dialysis = Parameter(
        "Bicarbonate before a session two days after another, with the usual bath", 23.0,
        "mmol/L", LogNormal(0.10),
        Assumed("usual before a session; 22.3 in AcetateBath"), between=(10, 40),
    )  # fmt: skip
    usual_dialysate_bicarbonate = Parameter(
        "Bicarbonate in the usual bath",
        34.0,
        "mmol/L",
        Fixed(),
        Assumed("32 to 36 is usual in the baths of today"),
    )
    bicarbonate_space = Parameter(
        "Apparent space of bicarbonate", 35.0, "L", LogNormal(0.15),
        Assumed("half of body weight, from memory of textbooks"), between=(15, 80),
    )  # fmt: skip
    bicarbonate_passage = Parameter(
        "Dialysance of bicarbonate over that of calcium, less acids that the session takes", 0.55,
        "1", LogNormal(0.15),
        Assumed("4 h with 34 mmol/L then lift 23 to 27.5 mmol/L"), between=(0.2, 1),
    )  # fmt: skip
    acidification_time = Parameter(
        "Time in which bicarbonate falls back between sessions", 72.0, "h", LogNormal(0.20),
        Assumed("acid then comes at 50 mmol a day before a session and twice that after it"),
        between=(20, 300),
    )  # fmt: skip
    acidosis_depth = Parameter(
        "Fall of bicarbonate without sessions over what it is below the usual bath before one",
        0.46, "1", Fixed(),
        Assumed("derived: three sessions a week that end at 27.5 then begin at 23 after two days"),
        between=(0, 1),
    )  # fmt: skip
    acidosis_width = Parameter(
        "Bicarbonate near which a fall without sessions slows down", 3.0, "mmol/L", Fixed(),
        Assumed("keeps the level above zero; hardly matters above 15 mmol/L before a session"),
    )  # fmt: skip
    carbonic_pk = Parameter(
        "pH at which bicarbonate equals dissolved carbon dioxide", 6.10, "1", Fixed(),
        Assumed("textbook value for plasma at 37 °C"),
    )  # fmt: skip
    usual_carbon_dioxide = Parameter(
        "Carbon dioxide dissolved in plasma at a bicarbonate of 23 mmol/L", 1.20, "mmol/L",
        LogNormal(0.06),
        Assumed("39 mmHg at 0.0307 mmol/L for each; pH is then 7.38 ± 0.03 before sessions"),
        between=(0.7, 2),
    )  # fmt: skip
    breathing_power = Parameter(
        "Power of the bicarbonate of a patient in carbon dioxide", 0.7, "1", Fixed(),
        Assumed("1.2 mmHg for each mmol/L in metabolic acidosis, a textbook rule"),
        between=(0, 1),
    )  # fmt: skip
    own_magnesium = Parameter(
        "Total magnesium of plasma with the usual bath", 1.0, "mmol/L", LogNormal(0.12),
        Assumed("a little above normal without kidneys"), between=(0.4, 2.5),
    )  # fmt: skip
    usual_dialysate_magnesium = Parameter(
        "Magnesium in the usual bath", 0.5, "mmol/L", Fixed(), Assumed("usual in most units")
    )
    magnesium_from_bath = Parameter(
        "Rise of plasma magnesium per magnesium in the bath", 0.44, "1", LogNormal(0.20),
        Assumed("0.22 mmol/L for 0.5 more in the bath of Bressendorff2018, the rise from memory"),
        between=(0.1, 0.75),
    )  # fmt: skip
    magnesium_approach = Parameter(
        "Share of the way to the bath that magnesium goes in a session", 0.70, "1",
        LogNormal(0.15),
        Assumed("from 1.0 to 0.8 mmol/L; the change of propensity in TerMeulen2019 includes it"),
        between=(0.2, 1),
    )  # fmt: skip
    magnesium_diffusible = Parameter(
        "Share of plasma magnesium that passes the membrane", 0.70, "1", Fixed(),
        Assumed("a textbook value: a third is bound to albumin"), between=(0.5, 1),
    )  # fmt: skip
    own_citrate = Parameter(
        "Citrate of plasma between sessions", 0.11, "mmol/L", LogNormal(0.2),
        Assumed("the healthy value; 0.133 before a session in AcetateBath"), between=(0.02, 1),
    )  # fmt: skip
    citrate_washout = Parameter(
        "Share of own citrate that a session takes", 0.35, "1", LogNormal(0.3),
        Assumed("133 to 87 µmol/L in a session with acetate (AcetateBath)"), between=(0.05, 0.9),
    )  # fmt: skip
    citrate_from_bath = Parameter(
        "Citrate of plasma per citrate in the bath, while a session runs", 0.24, "1",
        LogNormal(0.3),
        Assumed("about 0.35 mmol/L were assumed with 1 in the bath; liver and muscle burn it"),
        between=(0.05, 0.8),
    )  # fmt: skip


@quantity("mmol/L")
def undialysed_bicarbonate(
    bicarbonate_before_dialysis, acidosis_depth, usual_dialysate_bicarbonate, acidosis_width
):
    """The level to which acid would take bicarbonate without sessions."""
    lacking = usual_dialysate_bicarbonate - bicarbonate_before_dialysis
    return positive(bicarbonate_before_dialysis - acidosis_depth * lacking, width=acidosis_width)


@quantity("mmol/L/h")
def bicarbonate_gain(
    session,
    bicarbonate_passage,
    calcium_dialysance,
    dialysate_bicarbonate,
    bicarbonate,
    bicarbonate_space,
):
    """Rise of bicarbonate by the session alone."""
    clearance = session * bicarbonate_passage * calcium_dialysance
    return clearance * (dialysate_bicarbonate - bicarbonate) / bicarbonate_space


@quantity("mmol/L/h")
def acidification(bicarbonate, undialysed_bicarbonate, acidification_time):
    """Fall of bicarbonate by the acid that the body makes."""
    return (bicarbonate - undialysed_bicarbonate) / acidification_time


@quantity("mmol/L")
def carbon_dioxide(
    usual_carbon_dioxide, bicarbonate_before_dialysis, usual_bicarbonate, breathing_power
):
    """Carbon dioxide dissolved in plasma; breathing lowers it in those with acidosis."""
    relative = bicarbonate_before_dialysis / usual_bicarbonate
    return usual_carbon_dioxide * relative**breathing_power


@quantity("1")
def ph(carbonic_pk, bicarbonate, carbon_dioxide):
    """Plasma pH, by Henderson and Hasselbalch."""
    return carbonic_pk + common_log(bicarbonate / carbon_dioxide)


@quantity("mmol/L")
def steady_magnesium(
    own_magnesium, magnesium_from_bath, dialysate_magnesium, usual_dialysate_magnesium
):
    """Total magnesium of plasma between sessions, weeks after a change of the bath."""
    return own_magnesium + magnesium_from_bath * (dialysate_magnesium - usual_dialysate_magnesium)


@quantity("mmol/L")
def magnesium(
    steady_magnesium, session, magnesium_approach, dialysate_magnesium, magnesium_diffusible
):
    """Total magnesium of plasma, which a session takes towards the bath."""
    there = dialysate_magnesium / magnesium_diffusible
    return steady_magnesium + session * magnesium_approach * (there - steady_magnesium)


@quantity("mmol/L")
def citrate(own_citrate, session, citrate_washout, citrate_from_bath, dialysate_citrate):
    """Citrate of plasma, which a session settles within the hour."""
    kept = own_citrate * (1 - session * citrate_washout)
    return kept + session * citrate_from_bath * dialysate_citrate


def ddt_bicarbonate(bicarbonate_gain, acidification):
    return bicarbonate_gain - acidification
