"""What the fit says of itself: what was learnt, how closely the data are met, what was assumed."""

from collections.abc import Sequence

import numpy as np

from brushite.inference.observations import Observation
from brushite.inference.prior import Column, last_size
from brushite.inference.versions import GLAND, Version
from brushite.laboratory import READINGS
from brushite.plan import Dialysis, Drug, Unknown
from brushite.population import Distribution, Population
from brushite.record import Record
from brushite.twin import Learnt, Match

FAR = 2.0  # standard errors between the middle of the draws and a value


def learnt(
    before: Sequence[Version], after: Sequence[Version], moves: Sequence[Distribution]
) -> tuple[Learnt, ...]:
    """Each quantity that could move, over all draws before and after."""
    return tuple(
        Learnt(
            name=d.name,
            meaning=d.meaning,
            unit=d.unit,
            before=_percentiles(np.array([_value(v, d.name) for v in before])),
            after=_percentiles(np.array([_value(v, d.name) for v in after])),
        )
        for d in moves
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
    said += [
        f"The dose of {drug} is not reported: drawn from the population."
        for drug in _unknown_doses(record)
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
                f"The measured {match.name} of {match.measured:.3g} {match.unit} lies {far:.0f} "
                f"standard errors from the middle of the draws ({match.computed[1]:.3g}): the "
                "population can hardly produce it together with the rest. Check the value."
            )
    if growing < 1:
        said.append(
            f"In {1 - growing:.0%} of the draws the masses would not have grown under the therapy "
            "so far: the model finds it hard to explain them there."
        )
    if record.person.residual_gfr is None:
        said.append("No residual kidney function is reported: none is assumed.")
    return tuple(said)


def unsettled(settled: Sequence[bool]) -> tuple[str, ...]:
    """A sentence when the fit of some draws had not come to rest."""
    open_draws = settled.count(False)
    if not open_draws:
        return ()
    return (
        f"In {open_draws} of {len(settled)} draws the fit had not come to rest when it stopped: "
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


def _unknown_doses(record: Record) -> list[str]:
    steps = record.therapy.continued().steps
    return [
        s.drug
        for s in steps
        if isinstance(s, Drug) and (s.dose is None or isinstance(s.dose, Unknown))
    ]


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _value(version: Version, name: str) -> float:
    if name == GLAND:
        return version.tissue
    return version.unsaid[name] if name in version.unsaid else version.parameters[name]


def _percentiles(values: Column) -> tuple[float, float, float]:
    low, middle, high = np.nanpercentile(values, [5, 50, 95])
    return float(low), float(middle), float(high)
