"""Everything in which patients of a population differ, as independent standard normal numbers.

A patient is a row of such numbers, one for each quantity: a parameter, a part of the prescription
that the record leaves open, the mass of glands, the shape of a mass. A quantity of the population
has the value below which lies the share of the group that the normal number says. What goes
together in the population is mixed before. So whatever moves these numbers keeps all bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution, correlated_names, matrix, share_below
from brushite.drugs import MEDICINES
from brushite.equations import Fixed, Model
from brushite.errors import ModelError, did_you_mean
from brushite.inference.evidence import whole_molecule
from brushite.population import Population
from brushite.record import Lesion, Record

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

# What of a population a twin carries along by name.
UNSAID = ("dialysis.", "diet.", "procedure.", "transplant.")
# What is in proportion to body weight.
SIZED = ("dry_volume", "deep_volume", "albumin_space", "bicarbonate_space")
USUAL_WEIGHT = 70.0  # kg, of which the parameters speak
# How a mass fills its diameters.
SHAPES = tuple(f"lesion_{i}.{p}" for i in range(1, 5) for p in ("full", "slender", "flat"))
OF_MASS: Mapping[str, str] = MappingProxyType(
    {
        "volume": "Volume",
        "fullness": "Volume over that of an ellipsoid of its diameters",
        "slenderness": "Second diameter over the longest",
        "flatness": "Shortest diameter over the longest",
        "room": "Room to grow over that elsewhere",
    }
)
SMALL_PARTS = ("hand", "finger", "palm", "wrist", "foot", "toe")
BINDER, HIDDEN_BINDER = "binder.unreported", "unreported_binder"
# What a plan may give a range for, though no population has values of it.
ONLY_RANGED = ("dialysis.hours_per_week", "procedure.glands_left")
RANGE = "range."  # before the name of what a range in a plan is resolved with
GLAND_MASS, NODULAR_SHARE = "state.gland_mass", "state.nodular_share"
ASSAY = "laboratory.assay_share"
FILTRATION = "residual_filtration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latent:
    """What differs between the patients that a record may be about, by name.

    What is in `spreads` comes first, then where in any range that a plan gives for `ranges` the
    patient lies. `hides_binder` says whether a binder may be taken that nobody reported.
    `is_smooth` is what a small change of its normal number changes a little: not a choice between
    values. `mixing` (name, name) times independent numbers of the quantities that go together,
    which stand at `mixed`, gives theirs.
    """

    model: Model
    population: Population
    record: Record
    spreads: Mapping[str, Distribution]
    ranges: tuple[str, ...]
    hides_binder: bool
    is_smooth: Flags
    mixed: NDArray[np.int64]
    mixing: Column

    @property
    def names(self) -> tuple[str, ...]:
        """What differs, in the order of the normal numbers."""
        return (*self.spreads, *(f"{RANGE}{name}" for name in self.ranges))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """Patients of a population; every array has one value per patient.

    `parameters`, `unsaid` and `uniform` go by the names of `twin.Draws`; `gland_mass` is in normal
    glands, `nodular_share` a share of it. By slot, `volumes` are those of masses now (mL), and
    `inclinations` the normal numbers of local factor and cell capacity.
    """

    parameters: dict[str, Column]
    unsaid: Mapping[str, Column]
    uniform: Mapping[str, Column]
    gland_mass: Column
    nodular_share: Column
    volumes: Mapping[int, Column]
    inclinations: Mapping[int, tuple[Column, Column]]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.gland_mass)


def latent(
    model: Model, population: Population, record: Record, *, is_without_binders: bool = False
) -> Latent:
    """What differs between patients of `population` of whom `record` may speak.

    Who `is_without_binders` has none that their care does not name.

    Raises `ModelError` where the population says something of what the model does not have, or
    correlates what is not drawn once for each patient.
    """
    population.refuse_strangers(model)
    spreads = _spreads(model, population, record)
    names = tuple(spreads)
    ranges = (*(n for n in names if n.startswith((*UNSAID, "drug."))), *ONLY_RANGED)
    correlations = [
        replace(c, between=(_bare(c.between[0]), _bare(c.between[1])))
        for c in population.correlations
    ]
    together = correlated_names(correlations)
    for name in together:
        if name not in spreads:
            raise ModelError(
                f"{name!r} is not drawn once for each patient, so nothing can be correlated with "
                f"it.{did_you_mean(name, spreads)}"
            )
    return Latent(
        model=model,
        population=population,
        record=record,
        spreads=spreads,
        ranges=ranges,
        hides_binder=not (is_without_binders or record.therapy.names_a_binder),
        is_smooth=np.array([d.kind != "choice" for d in spreads.values()] + [True] * len(ranges)),
        mixed=np.array([names.index(n) for n in together], dtype=np.int64),
        mixing=np.asarray(np.linalg.cholesky(matrix(together, correlations))),
    )


def patients(of: Latent, numbers: Column) -> Patients:
    """The patients whose normal numbers are `numbers` (patient, name)."""
    if len(of.mixed):
        numbers = numbers.copy()
        numbers[:, of.mixed] = numbers[:, of.mixed] @ of.mixing.T
    ranks = share_below(numbers)
    found = {n: d.at(ranks[:, k]) for k, (n, d) in enumerate(of.spreads.items())}
    places = {n: k for k, n in enumerate(of.names)}
    model, record, size = of.model, of.record, len(numbers)
    parameters = {
        n: found.get(n, np.full(size, of.population.of_parameter(n, p).median))
        for n, p in model.parameters.items()
    }
    build = 1.0 if record.person.weight is None else record.person.weight.to("kg") / USUAL_WEIGHT
    parameters |= {n: parameters[n] * build for n in SIZED}
    if ASSAY in found:
        parameters["assay_share"] = found[ASSAY]
    slots = range(1, len(record.lesions) + 1)
    volumes: dict[int, Column] = {}
    for slot, lesion in zip(slots, record.lesions, strict=True):
        room = found[f"lesion_{slot}.room"] if is_in_hand_or_foot(lesion) else 1.0
        volumes[slot] = room * found[f"lesion_{slot}.volume"]
        limit = f"lesion_{slot}_volume_limit"
        parameters[limit] = room * parameters[limit]
    return Patients(
        parameters=parameters,
        unsaid=_unsaid(of, found, size),
        uniform={n: ranks[:, len(of.spreads) + k] for k, n in enumerate(of.ranges)},
        gland_mass=found[GLAND_MASS],
        nodular_share=found[NODULAR_SHARE],
        volumes=volumes,
        inclinations={
            slot: (
                numbers[:, places[f"lesion_{slot}_local_factor"]],
                numbers[:, places[f"lesion_{slot}_cell_capacity"]],
            )
            for slot in slots
        },
    )


def _bare(name: str) -> str:
    """A parameter as the model calls it."""
    return name.removeprefix("parameter.")


def is_in_hand_or_foot(lesion: Lesion) -> bool:
    """Whether the words for its name or site say that a mass lies in a hand or a foot."""
    words = f"{lesion.name} {lesion.site}".lower()
    return any(part in words for part in SMALL_PARTS)


def _spreads(model: Model, population: Population, record: Record) -> dict[str, Distribution]:
    """The spread of everything that differs, by name."""
    known = population.quantities
    found = {
        n: replace(population.of_parameter(n, p), name=n)
        for n, p in model.parameters.items()
        if not isinstance(p.spread, Fixed)
    }
    unsaid = {n: d for n, d in known.items() if n.startswith(UNSAID)}
    for drug in MEDICINES:
        dose, adherence = (f"drug.{drug.name}.{part}" for part in ("dose", "adherence"))
        unsaid[dose] = known[dose]
        unsaid[adherence] = replace(
            known["drug.adherence"],
            name=adherence,
            meaning=f"Share of the prescribed {drug.name} that is taken",
        )
    if BINDER in known:
        unsaid[BINDER] = known[BINDER]
    found |= unsaid
    found |= {n: known[n] for n in (GLAND_MASS, NODULAR_SHARE)}
    if any(m.analyte == "pth" and whole_molecule(record, m) for m in record.measurements):
        found[ASSAY] = known[ASSAY]
    for slot, lesion in enumerate(record.lesions, start=1):
        small = " of hand or foot" if is_in_hand_or_foot(lesion) else ""
        thin = known[f"lesion.slenderness{small}"]
        parts = {
            "volume": known["lesion.volume"],
            "fullness": known["lesion.fullness"],
            "slenderness": thin,
            "flatness": thin,
            "room": known["lesion.room of hand or foot"],
        }
        found |= {
            f"lesion_{slot}.{part}": replace(
                d, name=f"lesion_{slot}.{part}", meaning=f"{OF_MASS[part]} of {lesion.name}"
            )
            for part, d in parts.items()
        }
    return found


def _unsaid(of: Latent, found: Mapping[str, Column], size: int) -> dict[str, Column]:
    """What the record leaves open; kidneys of which nothing is said do not filter."""
    filtration = of.record.person.residual_gfr
    litres = 0.0 if filtration is None else filtration.to("L/h")
    columns = {n: c for n, c in found.items() if n.startswith((*UNSAID, "drug.", *SHAPES))}
    columns[FILTRATION] = np.full(size, litres)
    if BINDER in found:
        columns[HIDDEN_BINDER] = of.hides_binder * found[BINDER]
    return columns
