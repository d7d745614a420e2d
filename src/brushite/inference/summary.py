"""What the fit says of itself: what was learnt, how closely the data are met, what was assumed."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from brushite.engine.passage import SOLVED
from brushite.errors import FitError
from brushite.inference.beginning import PER_CALCIUM
from brushite.inference.evidence import Evidence
from brushite.inference.latent import GLAND_MASS, NODULAR_SHARE, Latent
from brushite.inference.pareto import TRUSTED, Weights
from brushite.inference.posterior import Posterior
from brushite.plan import Dialysis, Drug, Unknown
from brushite.population import Population
from brushite.record import Record
from brushite.twin import Draws, Learnt, Match, Trust

Column = NDArray[np.float64]
Triple = tuple[float, float, float]

_BOUNDS = MappingProxyType({"above": "> ", "below": "< ", None: ""})
CLEARLY = 2.0  # standard errors by which a value lies outside all draws of the prior
HOPELESS = 5.0  # standard errors by which even the nearest draw misses a value
UNLIKELY = 0.05  # chance that any value of a record is so far off, below which it is spoken of
LEAST = 10.0  # effective draws, below which nobody of the population is like the patient
FEWEST = 30  # effective draws, below which percentiles are coarse
STRAINED = 2.326  # spreads: an inclination to grow that one mass in a hundred has
NOTICED = 0.02  # nats that the data taught of a quantity, at the least, to be listed
CHANCE = 12.0  # times the nats that chance alone feigns


def matches(items: Sequence[Evidence], found: Posterior) -> tuple[Match, ...]:
    """Each value that was measured beside what the draws give, before and after it was seen."""
    return weighed(items, found.before.answers, found.found.answers, found.weights)


def weighed(
    items: Sequence[Evidence], before: Column, answers: Column, weights: Weights
) -> tuple[Match, ...]:
    """Each item beside equally weighted answers `before` and weighted `answers` (draw, item)."""
    usual = np.full(len(before), 1.0)
    return tuple(
        Match(
            name=item.name,
            hour=item.hour,
            unit=item.unit,
            measured=item.value,
            computed=_percentiles(np.exp(answers[:, k]), weights.of),
            before=_percentiles(np.exp(before[:, k]), usual),
            chance=np.nan if item.limit else _chance(item, answers[:, k], weights.of),
            limit=item.limit,
        )
        for k, item in _reported(items)
    )


def _reported(items: Sequence[Evidence]) -> list[tuple[int, Evidence]]:
    """What a report holds, with its place: that a mass once grew is a conclusion."""
    return [(k, item) for k, item in enumerate(items) if item.kind != "growth"]


def taught(of: Latent, found: Posterior, trust: Trust) -> tuple[Learnt, ...]:
    """The quantities of which the data taught something, those most of all first.

    What was learnt is the information (nats) of a normal distribution with the mean and the spread
    that the weighted normal numbers of a quantity have now.
    """
    weights = found.weights.of[:, None]
    numbers = np.where(weights > 0, found.found.numbers, 0.0)
    middle = (weights * numbers).sum(axis=0)
    variance = (weights * (numbers - middle) ** 2).sum(axis=0)
    nats = (middle**2 + variance - 1 - np.log(np.maximum(variance, 1e-12))) / 2
    least = max(NOTICED, CHANCE / trust.effective)
    usual = np.full(found.before.draws.size, 1.0)
    listed = []
    for place in np.argsort(-nats, kind="stable").tolist():
        name = of.names[place]
        if nats[place] < least or name not in of.spreads:
            continue
        before, after = (_column(name, d) for d in (found.before.draws, found.found.draws))
        if before is None or after is None:
            continue
        listed.append(
            Learnt(
                name=name,
                meaning=of.spreads[name].meaning,
                unit=of.spreads[name].unit,
                before=_percentiles(before, usual),
                after=_percentiles(after, found.weights.of),
            )
        )
    return tuple(listed)


def relearnt(before: Sequence[Learnt], draws: Draws) -> tuple[Learnt, ...]:
    """What was learnt of the same quantities once these draws stand for the patient."""
    usual = np.full(draws.size, 1.0)
    columns = [(each, _column(each.name, draws)) for each in before]
    return tuple(
        replace(each, after=_percentiles(column, usual))
        for each, column in columns
        if column is not None
    )


def _column(name: str, draws: Draws) -> Column | None:
    """A quantity in all draws, glands and masses as they are now; None for what no twin keeps."""
    states, parameters = draws.states, draws.parameters
    tissue = states["diffuse_mass"] + states["nodular_mass"]
    if name == GLAND_MASS:
        return np.asarray(tissue)
    if name == NODULAR_SHARE:
        return np.asarray(states["nodular_mass"] / tissue)
    if name.endswith(".volume"):
        mass = name.removesuffix(".volume")
        per_volume = parameters[f"{mass}_density"] / parameters[PER_CALCIUM]
        return np.asarray(states[f"{mass}_mineral"] / per_volume)
    if name in parameters:
        return parameters[name]
    return draws.unsaid.get(name)


def refuse_hopeless(items: Sequence[Evidence], found: Posterior, trust: Trust) -> None:
    """Raise `FitError` for a value that the population cannot give, or not with the others.

    That is one that every draw ends far from, on the same side, or one beyond all draws of the
    prior where next to no draw is left.
    """
    counts = found.weights.of > 0
    for k, item in _reported(items):
        prior = found.before.answers[found.before.solved, k]
        far, beyond = (
            item.sign * np.maximum(item.sign * misses, 0.0) if item.limit else misses
            for misses in (
                (np.log(item.value) - answers) / item.error
                for answers in (found.found.answers[counts, k], prior)
            )
        )
        is_hopeless = np.abs(far).min() >= HOPELESS and _one_sided(far)
        is_outside = _one_sided(beyond)
        is_far = is_outside and np.abs(beyond).min() >= CLEARLY
        if not (is_hopeless or (is_far and trust.effective < LEAST)):
            continue
        is_alone = len(items) == 1 or np.abs(beyond).min() >= HOPELESS or not is_hopeless
        is_above = bool(beyond.mean() > 0)
        side, most = ("above", "highest") if is_above else ("below", "lowest")
        furthest = float(np.exp(prior.max() if is_above else prior.min()))
        raise FitError(
            f"{item.name} {_BOUNDS[item.limit]}{spelled(item.value)} {item.unit} {_when(item)}"
            + (
                f"lies {side} all {len(prior)} draws of the prior ({most} {spelled(furthest)})."
                if is_outside and is_alone
                else "contradicts the other values of the record: no patient of the population "
                "comes near it together with them."
            )
            + " Check the value, its unit and its date, or choose another population."
        )


def _one_sided(misses: Column) -> bool:
    return bool(np.all(misses > 0) or np.all(misses < 0))


def notes(
    record: Record,
    population: Population,
    items: Sequence[Evidence],
    found: Posterior,
    trust: Trust,
) -> tuple[str, ...]:
    """What was filled in, and what the model finds hard to believe, in sentences."""
    said: list[str] = []
    if not _reported(items):
        said.append(
            "The record has no value that can be fitted: the forecast rests on the population "
            f"{population.name!r} alone."
        )
        said += [f"The record adds, without a number to fit: {record.note}"] if record.note else []
    said += _unsaid(record, population)
    said += _outside(items, found)
    said += _disagreeing(items, found)
    said += _of_masses(record, items, found)
    said += _of_trust(trust)
    failures = [o for o in found.before.outcomes if o != SOLVED]
    if failures:
        said.append(
            f"In {len(failures)} of {len(found.before.outcomes)} draws of the population the past "
            f"could not be computed, and they count for nothing; the first {failures[0]}"
        )
    return tuple(said)


def _unsaid(record: Record, population: Population) -> list[str]:
    said = []
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
    person = record.person
    if person.residual_gfr is None and person.residual_urine is not None:
        said.append(
            f"Urine of {person.residual_urine} is reported without a filtration: no kidney "
            "function is assumed."
        )
    elif person.residual_gfr is None:
        said.append("No residual kidney function is reported: none is assumed.")
    if any(m.first_noticed is not None for m in record.lesions):
        said.append("When a mass was first noticed is not used yet.")
    return said


def _outside(items: Sequence[Evidence], found: Posterior) -> list[str]:
    """A sentence for each value that no draw of the population gives before it is fitted."""
    said = []
    for k, item in _reported(items):
        prior = np.exp(found.before.answers[found.before.solved, k])
        if item.value > prior.max() and item.limit != "below":
            where = (
                f"above all {len(prior)} draws of the population (highest {spelled(prior.max())})"
            )
        elif item.value < prior.min() and item.limit != "above":
            where = (
                f"below all {len(prior)} draws of the population (lowest {spelled(prior.min())})"
            )
        else:
            continue
        said.append(
            f"{item.name} {spelled(item.value)} {item.unit} {_when(item)}lies {where}: the "
            "forecast rests on patients that the population hardly has. Check the value, or choose "
            "another population."
        )
    return said


def _disagreeing(items: Sequence[Evidence], found: Posterior) -> list[str]:
    """A sentence for each value that the draws would hardly give, alone or with the others."""
    said = []
    for match, (_, item) in zip(matches(items, found), _reported(items), strict=True):
        if not match.chance < UNLIKELY / len(items):
            continue
        said.append(
            f"The measured {match.name} of {spelled(match.measured)} {match.unit} {_when(item)}is "
            f"not what the model gives together with the rest ({spelled(match.computed[1])}): a "
            f"value as far off has a chance of {match.chance:.1g}. Check it."
        )
    return said


def _of_masses(record: Record, items: Sequence[Evidence], found: Posterior) -> list[str]:
    said = []
    sized: dict[int, int] = {}
    for item in items:
        if item.kind in ("volume", "diameter"):
            sized[item.slot] = min(sized.get(item.slot, item.unreported), item.unreported)
    for slot, lesion in enumerate(record.lesions, start=1):
        if slot not in sized:
            said.append(
                f"No size of the mass {lesion.name!r} is reported: drawn from the population."
            )
        elif sized[slot]:
            said.append(
                f"Of the mass {lesion.name!r} only {3 - sized[slot]} of three lengths is reported: "
                "the others are drawn, so its volume is known only roughly."
            )
        strained = found.found.strain[:, slot - 1] > STRAINED
        share = float(found.weights.of[strained].sum())
        if share >= 0.05:
            said.append(
                f"In {share:.0%} of the draws the mass {lesion.name!r} could only have grown with "
                "an inclination that one mass in a hundred has: the model finds it hard to explain."
            )
    return said


def _of_trust(trust: Trust) -> list[str]:
    if trust.effective < FEWEST:
        return [
            f"The forecast rests on about {trust.effective:.0f} independent draws of "
            f"{trust.of}, since few patients of the population are like this one: its percentiles "
            "are coarse. Ask for more draws."
        ]
    if trust.shape > TRUSTED:
        return [
            f"A few draws weigh much (Pareto k {trust.shape:.2f}, {TRUSTED} is the most that can "
            "be trusted): the tails of the forecast are rough. Ask for more draws."
        ]
    return []


def _chance(item: Evidence, answers: Column, weights: Column) -> float:
    """The chance of a report at least as far from the middle as the value, on either side."""
    from scipy.special import ndtr

    known = weights > 0
    below = ndtr((np.log(item.value) - answers[known]) / item.error)
    share = float((weights[known] * below).sum())
    return float(min(1.0, 2 * min(share, 1 - share)))


def _when(item: Evidence) -> str:
    weeks = round(-item.hour / 168)
    return f"{weeks} week{'s' * (weeks > 1)} ago " if weeks else ""


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


def spelled(value: float) -> str:
    """A number as a person writes it, without exponent."""
    return f"{value:.3g}" if 0.001 <= abs(value) < 1000 else f"{value:.0f}"


def _percentiles(values: Column, weights: Column) -> Triple:
    """The values below which 5, 50 and 95 % of the weight lies; NaN without any."""
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return (np.nan,) * 3
    order = np.argsort(values[known], kind="stable")
    rising, each = values[known][order], weights[known][order]
    middles = (np.cumsum(each) - each / 2) / each.sum()
    low, middle, high = np.interp((0.05, 0.5, 0.95), middles, rising)
    return float(low), float(middle), float(high)
