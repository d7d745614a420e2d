"""Patients of whom the truth is known, with records as full of gaps as real ones."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from brushite.analytes import analyte
from brushite.engine.passage import SOLVED
from brushite.errors import RecordError
from brushite.inference.evidence import Evidence, covariance, evidence
from brushite.inference.latent import Latent, latent
from brushite.inference.past import Past, lived, past, slots_of
from brushite.laboratory import READINGS, true_values
from brushite.model import MINERAL
from brushite.plan import START, UNKNOWN, Dialysis, Drug, Moment, Plan, When
from brushite.population import Population
from brushite.record import Lesion, Measurement, Person, Record, Size
from brushite.simulate import simulate
from brushite.twin import Draws, Twin
from brushite.units import Quantity

Column = NDArray[np.float64]

CROWD, MOST_CROWDS = 64, 40  # patients that are made at a time, until one has such masses
VISITS = (4, 13)  # weeks from now, at which a next visit is foretold
FORETOLD = ("calcium", "phosphate", "pth", "alkaline phosphatase", "mass volume")
# How often a visit measures what, and how often a prescription is written: assumed, after reports.
MEASURED = {
    "calcium": 0.75,
    "corrected calcium": 0.1,
    "ionised calcium": 0.15,
    "phosphate": 0.9,
    "pth": 0.5,
    "alkaline phosphatase": 0.3,
    "calcidiol": 0.15,
    "albumin": 0.2,
    "bicarbonate": 0.1,
}
AFTER_DIALYSIS = 0.1  # of visits have a phosphate and a calcium after the session too
TAKEN = {
    "calcium carbonate": ("1.5 g/day", 0.35),
    "sevelamer": ("3.2 g/day", 0.4),
    "alfacalcidol": ("0.5 ug/day", 0.3),
    "cinacalcet": ("30 mg/day", 0.25),
    "cholecalciferol": ("1000 IU/day", 0.2),
}
LOWEST_PTH, HIGHEST_PTH = 15.0, 2500.0  # pg/mL, between which the assay gives a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One patient: the record, who it really is, and what the next visits would report.

    `draws` holds one draw; `future` are logarithms of reports by output and week, `now` those of
    the true present by output.
    """

    record: Record
    draws: Draws
    future: dict[tuple[str, int], float]
    now: dict[str, float]


def known(number: int, population: Population, seed: int) -> Known | None:
    """Patient `number`; None where nobody could write such a record, or it cannot be computed."""
    chance = np.random.default_rng([seed, number])
    record = _gaps(chance)
    of = latent(MINERAL, population, record)
    items, _ = evidence(record)
    asked = past(of, items, seed=seed + number, jobs=1)
    found = _somebody(asked, of, chance)
    if found is None:
        return None
    draws, answers = found
    ahead = simulate(
        twin_of(record, draws, seed + number),
        Plan(name="As now"),
        weeks=max(VISITS),
        jobs=1,
    )
    if ahead.outcome != (SOLVED,):
        return None
    true = {
        (output, week): float(np.log(values[0, week]))
        for output in FORETOLD
        for week in VISITS
        if (values := true_values(ahead.values, output)) is not None and values[0, week] > 0
    }
    later = tuple(_later(output, week) for output, week in true)
    errors = np.linalg.cholesky(covariance((*items, *later)))
    noise = errors @ chance.standard_normal(len(errors))
    future = dict(zip(true, np.array([*true.values()]) + noise[len(items) :], strict=True))
    try:
        written = _written(record, items, np.exp(answers + noise[: len(items)]))
    except RecordError:
        return None  # a value that no laboratory would print
    now = {
        output: float(np.log(values[0, 0]))
        for output in dict.fromkeys(output for output, _ in true)
        if (values := true_values(ahead.values, output)) is not None
    }
    return Known(record=written, draws=draws, future=future, now=now)


def _somebody(asked: Past, of: Latent, chance: np.random.Generator) -> tuple[Draws, Column] | None:
    """One patient of the population, as often as such masses would be there; None if none is.

    Of patients drawn from the prior a share stays that falls with the strain of their masses.
    """
    for _ in range(MOST_CROWDS):
        found = lived(asked, of, chance.standard_normal((CROWD, len(of.names))))
        exists = np.exp(log_ndtr(-found.strain).sum(axis=1))
        stays = found.solved & (chance.uniform(size=CROWD) < exists)
        if stays.any():
            first = int(np.argmax(stays))
            return found.draws.at(slice(first, first + 1)), found.answers[first]
    return None


def twin_of(record: Record, draws: Draws, seed: int) -> Twin:
    """A twin with these draws, of the patient in a record."""
    return Twin(
        model=MINERAL,
        at=record.now,
        draws=draws,
        therapy=record.therapy,
        lesions=slots_of(record),
        seed=seed,
        population="",
    )


def _later(output: str, week: int) -> Evidence:
    """A report to come, for its error only."""
    reading = READINGS[output]
    return Evidence(
        kind="volume" if output == "mass volume" else "laboratory",
        name=output,
        quantity=reading.quantity,
        hour=168.0 * week,
        value=1.0,
        unit=reading.unit,
        error=reading.scatter,
    )


def _gaps(chance: np.random.Generator) -> Record:
    """A record whose values are still to be filled in."""
    weeks = np.unique(chance.integers(0, 26, size=chance.integers(1, 11)))
    return Record(
        person=Person(label="A computed patient"),
        measurements=tuple(m for week in weeks for m in _visit(int(week), chance)),
        lesions=_masses(chance),
        therapy=Plan(name="Therapy so far", base="none", steps=_therapy(chance)),
    )


def _visit(week: int, chance: np.random.Generator) -> list[Measurement]:
    taken = _ago(week)
    found = [
        Measurement(analyte=name, value=_usual(name), taken=taken)
        for name, share in MEASURED.items()
        if chance.uniform() < share
    ]
    if chance.uniform() < AFTER_DIALYSIS:
        found += [
            Measurement(analyte=n, value=_usual(n), taken=taken, timing="after dialysis")
            for n in ("phosphate", "calcium")
        ]
    return found


def _usual(name: str) -> Quantity:
    """A value that stands for the one to come."""
    measure = analyte(name).measure
    return Quantity(measure.usual[1], measure.units[0])


def _ago(weeks: float) -> Moment:
    return Moment(offset=Quantity(-weeks, "week"))


def _masses(chance: np.random.Generator) -> tuple[Lesion, ...]:
    count = chance.choice(3, p=[0.4, 0.45, 0.15])
    sites = ("hip", "hand", "shoulder")
    return tuple(
        Lesion(
            name=f"mass {i + 1}",
            site=str(chance.choice(sites)),
            sizes=tuple(
                _size(int(week), chance)
                for week in np.unique(chance.integers(0, 26, size=chance.integers(0, 3)))
            ),
        )
        for i in range(count)
    )


def _size(week: int, chance: np.random.Generator) -> Size:
    kind = chance.integers(0, 4)
    if kind == 0:
        return Size(volume=Quantity(100, "mL"), taken=_ago(week))
    return Size(axes=(Quantity(5, "cm"),) * int(kind), taken=_ago(week))


def _therapy(chance: np.random.Generator) -> tuple[Dialysis | Drug, ...]:
    bath = Quantity(float(chance.choice([1.25, 1.5, 1.75])), "mmol/L")
    dialysis = Dialysis(
        sessions=3 if chance.uniform() < 0.8 else UNKNOWN,
        hours=Quantity(4, "h") if chance.uniform() < 0.6 else UNKNOWN,
        dialysate_calcium=bath if chance.uniform() < 0.5 else UNKNOWN,
        blood_flow=Quantity(300, "mL/min") if chance.uniform() < 0.4 else UNKNOWN,
    )
    drugs = []
    for name, (dose, share) in TAKEN.items():
        if chance.uniform() >= share:
            continue
        began = int(chance.integers(2, 40))
        ended = int(chance.integers(0, began)) if chance.uniform() < 0.25 else 0
        given = Quantity.parse(dose) if chance.uniform() < 0.6 else UNKNOWN
        drugs.append(
            Drug(
                drug=name,
                dose=given,
                adherence=UNKNOWN,
                from_=_when(began) if began < 26 else START,
                until=_when(ended) if ended else None,
            )
        )
    return (dialysis, *drugs)


def _when(weeks: int) -> When:
    return When(after=Quantity(-weeks, "week"))


def _written(record: Record, items: tuple[Evidence, ...], values: Column) -> Record:
    """The record with what was reported in the place of each value that it waits for."""
    told = {id(item): float(value) for item, value in zip(items, values, strict=True)}
    laboratory = iter([i for i in items if i.kind in ("laboratory", "after dialysis")])
    constants = {i.name: told[id(i)] for i in items if i.kind == "parameter"}
    measurements = []
    for one in record.measurements:
        if one.analyte in constants:
            value = Quantity(constants[one.analyte], one.value.unit)
            measurements.append(replace(one, value=value))
            continue
        item = next(laboratory)
        measurements.append(_reported(one, told[id(item)], item.unit))
    masses = iter([i for i in items if i.kind in ("volume", "diameter")])
    lesions = tuple(
        replace(lesion, sizes=tuple(_sized(s, told[id(next(masses))]) for s in lesion.sizes))
        for lesion in record.lesions
    )
    return replace(record, measurements=tuple(measurements), lesions=lesions)


def _reported(one: Measurement, value: float, unit: str) -> Measurement:
    if one.analyte == "pth" and value < LOWEST_PTH:
        return replace(one, value=Quantity(LOWEST_PTH, unit), limit="below")
    if one.analyte == "pth" and value > HIGHEST_PTH:
        return replace(one, value=Quantity(HIGHEST_PTH, unit), limit="above")
    return replace(one, value=Quantity(value, unit))


def _sized(size: Size, value: float) -> Size:
    """A size of this volume (mL), or with lengths that are all this long (cm)."""
    if size.volume is not None:
        return replace(size, volume=Quantity(value, "mL"))
    return replace(size, axes=(Quantity(value, "cm"),) * len(size.axes))
