"""The toy model as a patient: draws, twins, settings and operations for tests of the engine."""

import numpy as np

from brushite.engine.course import Setting
from brushite.engine.draw import Draw
from brushite.engine.ensemble import alone, conducted
from brushite.engine.lanes.engine import engine
from brushite.engine.lanes.passages import passages
from brushite.engine.operations import Operations, Theatre
from brushite.engine.program import written_out
from brushite.engine.reference import answered
from brushite.engine.standings import base_lanes
from brushite.equations import Jump, assemble
from brushite.plan import Condition, Dialysis, Drug, Moment, Plan, Rule, When
from brushite.twin import Draws, LesionSlot, Twin
from brushite.units import Quantity
from engine import toy

MODEL = assemble(toy)
PROGRAM = written_out(MODEL)
PARAMETERS = {n: p.value for n, p in MODEL.parameters.items()}
STATES = {n: s.start for n, s in MODEL.states.items()}
IDLE = {n: i.idle for n, i in MODEL.inputs.items()}
PHOSPHATE = {
    "plasma_phosphate_amount": 1,
    "deep_phosphate": 1,
    "eaten_phosphate": -1,
    "dialysed_phosphate": 1,
}
THRICE = Dialysis(sessions=3, hours="4 h", dialysate_calcium="1.5 mmol/L")
SEVELAMER = Drug(drug="sevelamer", dose="2.4 g/day")
PAST = Plan(name="past", base="none", steps=(THRICE, SEVELAMER))
RIGHT_HIP = LesionSlot(slot=1, name="right hip")


def parathyroidectomy(_states, tissue_left, _nodular_share_left, _autograft):
    return (Jump("gland_mass", tissue_left),)


def excision(slot, removed):
    assert slot == 1
    return (Jump("lesion_1_mineral", 1 - removed, {"lesion_1_excised_calcium": 1.0}),)


def destruction(destroyed):
    return (Jump("gland_mass", 1 - destroyed),)


def corticosteroid(slot, _quietened):
    return (Jump(f"lesion_{slot}_cells", 1.0),)


OPERATIONS = Operations(
    parathyroidectomy=parathyroidectomy,
    destruction=destruction,
    excision=excision,
    corticosteroid=corticosteroid,
)


def draw(number=0, *, seed=1, unsaid=None, uniform=None, **changed):
    return Draw(
        number=number,
        seed=seed,
        parameters={n: changed.pop(n, v) for n, v in PARAMETERS.items()},
        states={n: changed.pop(n, v) for n, v in STATES.items()},
        unsaid=unsaid or {},
        uniform=uniform or {},
    )


def twin(size=3, **columns):
    """A twin whose draws differ in the speed of secretion; `columns` replace any parameter."""
    parameters = {n: np.full(size, v) for n, v in PARAMETERS.items()}
    parameters["secretion"] = np.linspace(400, 1600, size)
    parameters |= {n: np.array(c, dtype=float) for n, c in columns.items()}
    draws = Draws(
        parameters=parameters,
        states={n: np.full(size, v) for n, v in STATES.items()},
        unsaid={
            "procedure.tissue_left": np.linspace(0.02, 0.1, size),
            "procedure.nodular_share_left": np.full(size, 0.05),
        },
        uniform={"procedure.removed": np.linspace(0.1, 0.9, size)},
    )
    return Twin(
        model=MODEL,
        at=Moment.parse("now"),
        draws=draws,
        therapy=PAST,
        lesions=(RIGHT_HIP,),
        seed=7,
        population="toy",
    )


def setting(*steps, weeks=8, past=PAST, base="current", **changed):
    plan = Plan(name="test", base=base, steps=steps, **changed)
    end = weeks * 168.0
    return Setting(
        model=MODEL,
        plan=plan,
        base=base_lanes(past, Moment.parse("now")) if base == "current" else {},
        now=Moment.parse("now"),
        start=0.0,
        end=end,
        hours=tuple(168.0 * i for i in range(weeks + 1)),
        quantities=("observed_calcium", "observed_phosphate", "observed_pth", "lesion_1_volume"),
        theatre=Theatre(operations=OPERATIONS, lesions=(RIGHT_HIP,)),
        accuracy=1e-6,
    )


def on_lanes(setting, draw):
    """The course of one draw, by the fast engine."""
    ready = engine(setting.model)

    def answer(asked):
        return [tuple(passages(ready, group, accuracy=setting.accuracy)) for group in asked]

    return conducted([alone(setting, draw)], answer)[0]


def course(setting, draw):
    """The course of one draw, by the reference engine."""
    program = written_out(setting.model)

    def answer(asked):
        return [(answered(program, s, accuracy=setting.accuracy),) for (s,) in asked]

    return conducted([alone(setting, draw)], answer)[0]


def once(condition, **rest):
    """A moment that a condition brings about."""
    rest = {n: Quantity.parse(v) for n, v in rest.items()}
    return When(rule=Rule(any_of=(Condition.parse(condition),), **rest))


def bars(course, lane):
    return [(b.label, b.start, b.end) for b in course.bars if b.lane == lane]
