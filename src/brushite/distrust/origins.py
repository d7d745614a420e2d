"""For each forecast of a comparison: which groups of quantities its variance goes with.

Everything that differs between the draws of the twin belongs to one of four groups: parameters that
are only assumed, parameters that are cited, what record and plan leave unsaid, and glands and
masses as they are now. Other states follow from these. Nothing is simulated again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brushite.compare import Comparison, Outlook
from brushite.distrust.variance import Parts, parts
from brushite.drugs import MEDICINES
from brushite.equations import Assumed
from brushite.forecast import Band
from brushite.inference.latent import GLAND_MASS
from brushite.influence.designs import FEWEST_DRAWS
from brushite.influence.draws import NODULAR, Differing, differing
from brushite.influence.findings import Estimate
from brushite.influence.outputs import MASSES
from brushite.influence.screening import STEADY
from brushite.plan import Drug, Step, is_open, layered
from brushite.population import Population, population_names
from brushite.twin import Twin

Column = NDArray[np.float64]
Group = Literal["assumed", "cited", "unsaid", "present"]

GROUPS: tuple[Group, ...] = ("assumed", "cited", "unsaid", "present")
NAMED = 0.05  # of the variance: a quantity with a smaller share goes without name


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A quantity that goes with a good part of the variance, beyond what chance gives."""

    name: str
    meaning: str
    group: Group
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where the variance of one output at the end of one plan comes from.

    `groups` are shares of the variance between `draws` that differ and could be computed, of the
    logarithm but for masses, and `left` is what goes with none: luck, interactions, and what so few
    draws do not tell. Together they come to 1. Margins are twice the standard error of a share.
    The largest of the `drivers` stands first.
    """

    letter: str
    output: str
    title: str
    draws: int
    groups: Mapping[Group, Estimate]
    left: Estimate
    drivers: tuple[Driver, ...]


@dataclass(frozen=True, slots=True)
class _Quantity:
    """What differs: its values (draw,) on the scale on which it is most nearly normal."""

    name: str
    meaning: str
    group: Group
    values: Column


def can_tell(twin: Twin) -> bool:
    """Whether the draws are enough, and the sources of their population are known."""
    return twin.draws.size >= FEWEST_DRAWS and twin.population in population_names()


def origins(twin: Twin, comparison: Comparison) -> tuple[Origins, ...]:
    """Every output of every plan, in their order; `comparison` is of the draws of `twin`.

    Left out is what is the same in all draws, or was computed in too few of them, or all of it
    where the twin `can_tell` nothing.
    """
    if not can_tell(twin):
        return ()
    known = differing(twin, Population.named(twin.population))
    found = []
    for outlook in comparison.outlooks:
        steps = layered(twin.therapy, outlook.plan).steps
        among = [_quantity(twin, each) for each in known if _plays(twin, each, steps)]
        found += [_of(outlook, band, among) for band in outlook.forecast.outputs.values()]
    return tuple(each for each in found if each is not None)


def _plays(twin: Twin, each: Differing, steps: Sequence[Step]) -> bool:
    """Whether a quantity can matter: drugs that nobody takes and operations not done do not."""
    name = each.distribution.name
    if name in twin.draws.unsaid:
        return is_open(name, steps)
    of = twin.model.owner.get(name, "").replace("_", " ")
    given = {step.drug for step in steps if isinstance(step, Drug)}
    return of in given or all(of != medicine.name for medicine in MEDICINES)


def _quantity(twin: Twin, each: Differing) -> _Quantity:
    of, name = each.distribution, each.distribution.name
    group: Group = "unsaid"
    meaning = of.meaning.partition(";")[0]  # what follows is a remark
    if name in twin.model.parameters:
        group = "assumed" if isinstance(of.source, Assumed) else "cited"
        mass = [m.name for m in twin.lesions if name.startswith(f"lesion_{m.slot}_")]
        meaning += f" in the mass {mass[0]!r}" if mass else ""
    elif name in {GLAND_MASS, NODULAR} or name.startswith("lesion_"):
        group = "present"
    bent = each.values if of.kind == "choice" else of.bent(each.values)
    is_bent = bool(np.isfinite(bent[np.isfinite(each.values)]).all())  # none stands at an end
    return _Quantity(name, meaning, group, bent if is_bent else each.values)


def _of(outlook: Outlook, band: Band, among: Sequence[_Quantity]) -> Origins | None:
    ends = band.true[:, -1]
    columns = np.column_stack([q.values for q in among])
    whole = np.isfinite(ends) & np.isfinite(columns).all(axis=1)
    if band.output != MASSES:
        whole &= ends > 0
    values = ends[whole] if band.output == MASSES else np.log(ends[whole])
    columns = columns[whole]
    draws = len(np.unique(columns, axis=0))
    if draws < FEWEST_DRAWS or _is_steady(values):
        return None
    differ = [k for k, column in enumerate(columns.T) if not _is_steady(column)]
    among = [among[k] for k in differ]
    numbers = np.array([GROUPS.index(q.group) for q in among])
    found = parts(columns[:, differ], numbers, values, len(GROUPS))
    return Origins(
        letter=outlook.letter,
        output=band.output,
        title=band.title,
        draws=draws,
        groups=dict(zip(GROUPS, found.groups, strict=True)),
        left=found.left,
        drivers=_drivers(among, found),
    )


def _is_steady(values: Column) -> bool:
    return bool(np.ptp(values) <= STEADY * np.abs(values).max())


def _drivers(among: Sequence[_Quantity], found: Parts) -> tuple[Driver, ...]:
    order = np.argsort(-found.of_quantity)
    return tuple(
        Driver(
            name=among[k].name,
            meaning=among[k].meaning,
            group=among[k].group,
            share=float(found.of_quantity[k]),
        )
        for k in order
        if found.clear[k] and found.of_quantity[k] >= NAMED
    )
