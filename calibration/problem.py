"""What is estimated, on what, and how far a set of values is from the studies and from belief.

A point has one number for each parameter: how many standard deviations of its prior its typical
value lies from the one beside the equation, on the scale on which the parameter is spread. The
prior of the typical value is taken to be as wide as people differ.

A residual is how far a prediction is off in half widths of what would hit, weighed so that every
study counts by its confidence, however many results it has. Large ones count less and less
(Cauchy), since some published numbers contradict each other. A direction that is foretold rightly
has none.
"""

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brushite.distribution import Distribution
from brushite.drugs import MEDICINES
from brushite.equations import Fixed
from brushite.errors import BrushiteError
from brushite.estimates import FOLDS
from brushite.model import MINERAL
from brushite.plan import Drug, Step
from brushite.population import Population
from brushite.study import Study
from brushite.validation.predict import foretell
from brushite.validation.score import NOTICED, Prediction

Column = NDArray[np.float64]

PEOPLE = 24  # in each cohort; the Latin hypercube keeps means of so few close to those of many
SEED = 1
FARTHEST = 2.5  # prior standard deviations that a typical value may move
SLACK = 10.0  # percent of a wrong change that counts as much as a prediction one range off
LOST = 6.0  # what counts where nothing can be computed

PARAMETERS = (
    *("phosphate_transfer_area", "calcium_transfer_area", "dialysis_affinity"),
    *("phosphate_space", "deep_volume", "mobilisation_speed", "mobilisation_rise"),
    *("passive_calcium_share", "active_calcium_share", "digestive_clearance"),
    *("active_phosphate_part", "extrarenal_calcitriol"),
    *("exchange_clearance", "level_at_rest", "rapid_reference"),
    *("set_point_at_rest", "set_point_tracking", "tracking_time"),
    *("release_floor", "release_steepness", "pth_degradation", "pth_clearance"),
    *("nodular_floor", "nodular_sensing", "nodular_brake"),
    *("synthesis_phosphate_power", "vitamin_d_brake", "receptor_time"),
    *("vitamin_d_action_time",),
    *("sensing_phosphate_power", "sensing_vitamin_d_power", "gland_growth", "gland_regression"),
    *("osteoclast_turnover", "resistance_pth", "osteoclast_floor", "osteoclast_calcitriol_power"),
    *("osteoblast_loss", "precursor_maturation", "maturation_pth", "work_needing_pth"),
    *("bone_turnover", "mineralisation_time", "mineralisation_half"),
    *("mineralisation_calcium_power", "surface_needing_pth", "surface_pth"),
    *("surface_uptake", "surface_at_rest", "bone_phosphatase"),
    *("reference_fgf23", "fgf23_phosphate_power", "fgf23_pth_power"),
    *("arterial_progression", "arterial_supersaturation_power"),
    *("most_calcimimetic", "nodular_calcimimetic", "calcimimetic_on_bone"),
    *("cinacalcet_half", "etelcalcetide_half", "denosumab_effect_half"),
    *("sevelamer_binding", "calcium_carbonate_binding", "calcium_acetate_binding"),
    *("lanthanum_carbonate_binding", "sucroferric_oxyhydroxide_binding"),
    *("ferric_citrate_binding", "tenapanor_doubling", "calcidiol_per_dose"),
    *("alfacalcidol_potency", "calcitriol_bioavailability"),
    *("paricalcitol_potency", "paricalcitol_calcaemic_share"),
)
CALCIMIMETIC = frozenset(("most_calcimimetic", "nodular_calcimimetic", "calcimimetic_on_bone"))
CALCIMIMETICS = frozenset(("cinacalcet", "etelcalcetide"))


def estimated() -> tuple[Distribution, ...]:
    """The priors of the typical values, one for each parameter that is estimated."""
    nobody = Population(name="", meaning="", quantities={})
    found = []
    for name in PARAMETERS:
        parameter = MINERAL.parameters[name]
        if isinstance(parameter.spread, Fixed):
            raise ValueError(f"{name} is the same in everybody and has no prior.")
        found.append(replace(nobody.of_parameter(name, parameter), name=name))
    return tuple(found)


def values_at(point: Column, priors: Sequence[Distribution]) -> Mapping[str, float]:
    """The typical values of a point, within the bounds of each parameter."""
    found = {}
    for z, prior in zip(point, priors, strict=True):
        bent = float(prior.bent(prior.median)) + prior.sd * float(z)
        value = float(prior.straight(np.array(bent)))
        low, high = prior.between
        found[prior.name] = float(f"{min(max(value, low), high):.6g}")
    return found


def fold_of(studies: Sequence[Study]) -> Mapping[str, int]:
    """Five folds, over which the studies of each topic are spread evenly, by a hash of the name."""
    by_topic: dict[str, list[Study]] = {}
    for study in studies:
        by_topic.setdefault(study.topic, []).append(study)
    found: dict[str, int] = {}
    turn = 0
    for topic in sorted(by_topic):
        for study in sorted(by_topic[topic], key=lambda s: zlib.crc32(s.name.encode())):
            found[study.name] = turn % FOLDS
            turn += 1
    return found


def matters(name: str, study: Study) -> bool:
    """Whether a parameter can change what is foretold of a study: that of a drug only if given."""
    drugs = {s.drug for s in _steps(study) if isinstance(s, Drug)}
    if name in CALCIMIMETIC:
        return bool(drugs & CALCIMIMETICS)
    if name.startswith("arterial_"):
        return any(result.of == "arterial burden" for result in study.results)
    owner = MINERAL.owner[name].replace("_", " ")
    return owner not in {medicine.name for medicine in MEDICINES} or owner in drugs


def _steps(study: Study) -> Iterator[Step]:
    yield from study.care
    for arm in study.arms:
        yield from arm.care or ()
        yield from arm.steps


@dataclass(frozen=True, slots=True)
class Answer:
    """Residuals of one study, not yet weighed, and how many of its results hit, of how many."""

    residuals: tuple[float, ...]
    hits: int
    of: int


def answered(study: Study, values: Mapping[str, float]) -> Answer:
    """What a study says of these typical values."""
    population = replace(Population.named(study.population), estimates=values)
    scored = sum(not r.put_in for r in study.results)
    try:
        found = foretell(study, model=MINERAL, population=population, size=PEOPLE, seed=SEED)
    except BrushiteError:
        return Answer((LOST,) * scored, 0, scored)
    predictions = [p for p in found.predictions if p.is_scored]
    return Answer(
        tuple(residual(p) for p in predictions),
        sum(p.is_hit for p in predictions),
        len(predictions),
    )


def residual(prediction: Prediction) -> float:
    """How far a prediction is off; nothing that is no number comes out."""
    found = prediction.off
    if prediction.result.kind == "direction":
        wrong = max(prediction.low - prediction.predicted, prediction.predicted - prediction.high)
        found = 0.0 if wrong <= 0 else 1 + (wrong - 100 * NOTICED) / SLACK
        found = math.copysign(found, prediction.predicted - prediction.low)
    return LOST if not math.isfinite(found) else max(-LOST, min(LOST, found))


def weights(studies: Sequence[Study]) -> Column:
    """The weight of every residual: a study counts by its confidence, its results share that."""
    found = []
    for study in studies:
        scored = sum(not r.put_in for r in study.results)
        found += [study.weight / scored] * scored
    return np.array(found)
