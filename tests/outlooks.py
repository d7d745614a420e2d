"""Trajectories made by hand, with plausible curves, to test what comes after simulation."""

import numpy as np

from brushite.compare import side_by_side
from brushite.goals import KDIGO
from brushite.model import MINERAL
from brushite.plan import Dialysis, Moment, Plan, Procedure
from brushite.record import Laboratory, LaboratoryRange, Lesion, Measurement, Person, Record, Size
from brushite.twin import Draws, Interval, LesionSlot, Provenance, Trajectories, Twin
from brushite.units import Quantity

MADE = Provenance(version="0.1.0", model="0123456789ab", seed=1, draws=8)
WEEKS = 52


def moment(weeks):
    return Moment(offset=Quantity(weeks, "week"))


def record(**changed):
    values = {
        "person": Person(label="A person <b>on</b> dialysis", age=Quantity(32, "year"), sex="male"),
        "measurements": (
            Measurement(analyte="calcium", value=Quantity(96, "mg/L")),
            Measurement(analyte="phosphate", value=Quantity(49, "mg/L")),
            Measurement(analyte="pth", value=Quantity(1363, "pg/mL")),
            Measurement(analyte="pth", value=Quantity(1100, "pg/mL"), taken=moment(-10)),
            Measurement(analyte="pth", value=Quantity(41.5, "pg/mL"), taken=moment(4.3)),
            Measurement(analyte="calcium", value=Quantity(3.4, "mmol/L"), taken=moment(17)),
        ),
        "lesions": (
            Lesion(
                name="right hand",
                site="hand",
                side="right",
                sizes=(Size(axes=("10 cm", "8 cm", "6 cm")),),
            ),
        ),
        "laboratory": Laboratory(pth_upper_limit=Quantity(65, "pg/mL")),
    }
    return Record(**(values | changed))


def own_range():
    return LaboratoryRange(low=Quantity(2.2, "mmol/L"), high=Quantity(2.6, "mmol/L"))


def run(name="Current care", *, draws=8, operated=False, failed=(), step=168.0, start=0.0):
    """Weekly readings; after an operation PTH falls at once, and the rest follows over weeks."""
    hours = np.arange(0.0, WEEKS * 168 + 1, step)
    weeks = hours / 168
    luck = np.linspace(-1, 1, draws)[:, None]
    settled = 1 - np.exp(-weeks / 6)
    fall = 1.0 * operated
    values = {
        "observed_calcium": 2.42 + 0.05 * luck - fall * 0.2 * settled * np.exp(-weeks / 40),
        "observed_phosphate": 1.62 + 0.2 * luck - fall * 0.3 * settled,
        "arterial_burden": 1 + (0.2 + 0.1 * luck) * weeks / 52,
        "observed_pth": (1363 + 200 * luck) * (1 - fall * 0.96 * (weeks > start)) + 4 * weeks,
        "observed_alkaline_phosphatase": 300 + 80 * luck - fall * 150 * settled,
        "lesion_1_volume": (250 + 40 * luck) * (1 + 0.3 * settled - fall * 0.8 * settled),
    }
    values = {n: np.array(v, dtype=float) + 0 * luck for n, v in values.items()}
    outcome = ["solved"] * draws
    for number in failed:
        outcome[number] = "stopped between hour 4000 and hour 4004: too stiff"
        for v in values.values():
            v[number, 24:] = np.nan
    steps = (Procedure(operation="parathyroidectomy", glands_left="1/8"),) if operated else ()
    return Trajectories(
        plan=Plan(name=name, steps=steps),
        hours=hours,
        values=values,
        units={},
        outcome=tuple(outcome),
        courses=tuple(bars(i, operated=operated, start=start) for i in range(draws)),
        final_states={},
        made=MADE,
        notes=("The population filled in the dialysate calcium.",),
    )


def bars(number, *, operated, start=0.0):
    end = WEEKS * 168.0
    found = [
        Interval(
            lane="dialysis", label="3 × 4 h a week, calcium 1.5 mmol/L", start=0, end=end, weekly=12
        ),
        Interval(lane="drug: calcium carbonate", label="3 g/day", start=0, end=end, weekly=21),
    ]
    if operated:
        at = start * 168.0
        found.append(
            Interval(lane="parathyroidectomy", label="1/8 of the glands left", start=at, end=at)
        )
        later = (9 + number) * 168.0
        found.append(
            Interval(lane="drug: alfacalcidol", label="1 ug/day", start=later, end=end, weekly=7)
        )
    return tuple(found)


def comparison(*, operated=("Parathyroidectomy 7/8",), of=None, **options):
    of = record() if of is None else of
    runs = [run(**options), *(run(name, operated=True, **options) for name in operated)]
    return side_by_side(runs, KDIGO.of(of), seed=1, notes=("Fitted to 3 values.",))


def twin(*, draws=8):
    """A twin of which only what a report shows is filled."""
    calcium = np.array([1.25, 1.5, 1.5, 1.75] * (draws // 4))
    return Twin(
        model=MINERAL,
        at=moment(0),
        draws=Draws(
            parameters={},
            states={"pth": np.full(draws, 1363.0)},
            unsaid={
                "dialysis.dialysate_calcium": calcium,
                "drug.sevelamer.dose": np.full(draws, 0.15),
            },
            uniform={},
        ),
        therapy=Plan(
            name="Therapy so far",
            base="none",
            steps=(Dialysis(sessions=3, hours=Quantity(4, "h"), dialysate_calcium="unknown"),),
        ),
        lesions=(LesionSlot(slot=1, name="right hand"),),
        seed=1,
        population="haemodialysis",
        notes=("Fitted to 3 values.",),
    )
