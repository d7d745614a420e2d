"""What the fit says of itself: what was learnt, how closely the data are met, what was assumed."""

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, sqrt

import numpy as np

from brushite.engine.passage import SOLVED
from brushite.errors import FitError
from brushite.inference.observations import Observation
from brushite.inference.prior import Column, last_size
from brushite.inference.pull import Task, misfits
from brushite.inference.search import Flags
from brushite.inference.versions import Versions, moved, value_of
from brushite.laboratory import READINGS
from brushite.plan import Dialysis, Drug, Unknown
from brushite.population import Population
from brushite.record import Record
from brushite.twin import Learnt, Match

HOPELESS = 5.0  # standard errors by which even the nearest draw misses a value
FEWEST = 3  # draws from which on it is the value that is far off, and not the draws
RARE = 0.01  # chance of a distance from data and prior, below which it is spoken of
FAR = 2.0  # standard errors between the middle of the draws and a value


def learnt(among: Versions, offsets: Column, solved: Flags) -> tuple[Learnt, ...]:
    """Each quantity that could move: in all draws as drawn, and at `offsets` in those `solved`."""
    after = moved(among, offsets)
    return tuple(
        Learnt(
            name=d.name,
            meaning=d.meaning,
            unit=d.unit,
            before=_percentiles(value_of(among.drawn, d.name)),
            after=_percentiles(value_of(after, d.name)[solved]),
        )
        for d in among.moves
    )


def matches(wanted: Sequence[Observation], computed: Column) -> tuple[Match, ...]:
    """Each observation beside the draws; `computed` has shape (draw, observation)."""
    return tuple(
        Match(
            name=o.name,
            hour=o.hour,
            unit=READINGS[o.name].unit,
            measured=o.value,
            computed=_percentiles(computed[:, k]),
        )
        for k, o in enumerate(wanted)
    )


def notes(
    record: Record,
    population: Population,
    wanted: Sequence[Observation],
    matched: Sequence[Match],
    growing: float,
) -> tuple[str, ...]:
    """What was filled in, and what the model finds hard to believe, in sentences."""
    said: list[str] = []
    if not wanted:
        said.append(
            "The record has no laboratory value that can be fitted: the forecast rests on the "
            f"population {population.name!r} alone."
        )
        said += [f"The record adds, without a number to fit: {record.note}"] if record.note else []
    unknown = _unknown_prescription(record)
    if unknown:
        said.append(
            f"The record does not say {_list(unknown)}: drawn from the population "
            f"{population.name!r}."
        )
    for what in ("dose", "adherence"):
        said += [
            f"The {what} of {drug} is not reported: drawn from the population."
            for drug in _unknown(record, what)
        ]
    for lesion in record.lesions:
        size = last_size(lesion, record)
        if size is None:
            said.append(
                f"No size of the mass {lesion.name!r} is reported: drawn from the population."
            )
        elif size.volume is None and len(size.axes) < 3:
            said.append(
                f"Of the mass {lesion.name!r} only {len(size.axes)} of three lengths is reported: "
                "the others are drawn, so its volume is known to a factor of about three."
            )
    for observation, match in zip(wanted, matched, strict=True):
        far = abs(np.log(match.computed[1] / match.measured)) / observation.error
        if far > FAR:
            said.append(
                f"The measured {match.name} of {_spelled(match.measured)} {match.unit} lies "
                f"{far:.0f} standard errors from the middle of the draws "
                f"({_spelled(match.computed[1])}): the population can hardly produce it together "
                "with the rest. Check the value."
            )
    if growing < 1:
        said.append(
            f"In {1 - growing:.0%} of the draws the masses would not have grown under the therapy "
            "so far: the model finds it hard to explain them there."
        )
    person = record.person
    if person.residual_gfr is None and person.residual_urine is not None:
        said.append(
            f"Urine of {person.residual_urine} is reported without a filtration: no kidney "
            "function is assumed."
        )
    elif person.residual_gfr is None:
        said.append("No residual kidney function is reported: none is assumed.")
    if any(g.size is not None for g in record.glands):
        said.append("The reported size of parathyroid glands is not used yet.")
    if any(m.first_noticed is not None for m in record.lesions):
        said.append("When a mass was first noticed is not used yet.")
    return tuple(said)


def refuse_hopeless(task: Task, seen: Column) -> None:
    """Raise `FitError` for a value that every draw ends far from; `seen` (draw, observation)."""
    for k, observation in enumerate(task.wanted):
        computed = np.isfinite(seen[:, k])
        if computed.sum() < FEWEST:
            return  # one or two draws may all lie far off by chance
        values = seen[computed, k]
        far = (task.among.aims[computed, k] - values) / observation.error
        if np.abs(far).min() < HOPELESS or not (np.all(far > 0) or np.all(far < 0)):
            continue
        above = far[0] > 0
        nearest = float(np.exp(values.max() if above else values.min()))
        unit = READINGS[observation.name].unit
        raise FitError(
            f"{observation.name} {_spelled(observation.value)} {unit} lies "
            f"{'above' if above else 'below'} all {len(values)} draws that the population could "
            f"be pulled to (nearest {_spelled(nearest)}). Check the value and its unit."
        )


def strained(task: Task, offsets: Column, seen: Column) -> tuple[str, ...]:
    """Sentences about draws that data and population pull apart, and quantities at their bounds.

    `offsets` (draw, quantity) are where the draws are, `seen` (draw, observation) what they give.
    """
    said = []
    many, count = len(offsets), max(len(task.wanted), 1)
    torn = sum(beyond(squares, count) < RARE for squares in misfits(task, offsets, seen))
    if torn:
        said.append(
            f"In {torn} of {many} draws the data and the population pull so far apart that such a "
            "patient would be one in a hundred: the forecast lies between them."
        )
    stuck = task.among.at_bound(offsets).sum(axis=0)
    for distribution, draws in zip(task.among.moves, stuck, strict=True):
        if draws:
            said.append(
                f"In {draws} of {many} draws {distribution.meaning[0].lower()}"
                f"{distribution.meaning[1:]} stands at the bound of what is plausible."
            )
    return tuple(said)


def beyond(squares: float, count: int) -> float:
    """The chance that `count` squared standard normal numbers come to more than `squares`.

    This tail of chi-squared is a finite sum, since `count` is whole.
    """
    half = squares / 2
    if half <= 0:
        return 1.0
    powers = (count / 2 - i for i in range(1, count // 2 + 1))
    terms = sum(exp(p * log(half) - half - lgamma(p + 1)) for p in powers)
    return terms + (erfc(sqrt(half)) if count % 2 else 0.0)


def uncomputed(outcomes: Sequence[str]) -> tuple[str, ...]:
    """A sentence when the past of some draws could not be computed."""
    reasons = [outcome for outcome in outcomes if outcome != SOLVED]
    if not reasons:
        return ()
    return (
        f"In {len(reasons)} of {len(outcomes)} draws the past could not be computed, so they have "
        f"no forecast; the first {reasons[0]}",
    )


def unsettled(is_settled: Flags) -> tuple[str, ...]:
    """A sentence when the fit of some draws had not come to rest."""
    open_draws = int(np.sum(~is_settled))
    if not open_draws:
        return ()
    return (
        f"In {open_draws} of {len(is_settled)} draws the fit was not at rest when it stopped: "
        "they may lie further from the data than they should.",
    )


def _unknown_prescription(record: Record) -> list[str]:
    words = {
        "sessions": "how many sessions a week",
        "hours": "how long a session lasts",
        "dialysate_calcium": "the dialysate calcium",
        "blood_flow": "the blood flow",
    }
    steps = [s for s in record.therapy.continued().steps if isinstance(s, Dialysis)]
    dialysis = steps[-1] if steps else Dialysis()
    per_week = dialysis.hours_per_week is not None
    return [
        text
        for field, text in words.items()
        if getattr(dialysis, field) is None or isinstance(getattr(dialysis, field), Unknown)
        if not (field == "hours" and per_week)
    ]


def _unknown(record: Record, what: str) -> list[str]:
    """The drugs of which the record does not say `what`."""
    drugs = [s for s in record.therapy.continued().steps if isinstance(s, Drug)]
    return [
        s.drug for s in drugs if getattr(s, what) is None or isinstance(getattr(s, what), Unknown)
    ]


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _spelled(value: float) -> str:
    """A number as a person writes it, without exponent."""
    return f"{value:.3g}" if 0.001 <= abs(value) < 1000 else f"{value:.0f}"


def _percentiles(values: Column) -> tuple[float, float, float]:
    known = np.sort(values[np.isfinite(values)])
    if not known.size:
        return (np.nan,) * 3
    ranks = np.arange(known.size)
    low, middle, high = np.interp([f * ranks[-1] for f in (0.05, 0.5, 0.95)], ranks, known)
    return float(low), float(middle), float(high)
