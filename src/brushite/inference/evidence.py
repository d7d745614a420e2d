"""What a record says of the patient that the model can be held against, and how closely.

Every piece of evidence is compared on a logarithmic scale. Values of one kind go astray together,
since the model's own error lasts: a patient whose calcium lies above the model's today will do so
next week. Bounds ("< 5", "> 2500") say on which side of them the value lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot, inf, sqrt
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brushite.laboratory import LASTING_SHARE, LASTING_WEEKS, READINGS
from brushite.record import GlandFinding, Lesion, Limit, Measurement, Record, Size

Column = NDArray[np.float64]
Kind = Literal[
    "laboratory", "after dialysis", "parameter", "volume", "diameter", "mineral", "glands", "growth"
]

WEEK = 168.0
LONGEST_PAST = 260  # weeks that are simulated at the most
CORRECTION, CORRECTED_TO = 0.02, 40.0  # mmol/L per g/L, and g/L: the usual correction for albumin

# Constants of the model that a laboratory measures: the parameter, its unit and the error of the
# logarithm, which is assumed.
CONSTANTS: Mapping[str, tuple[str, str, float]] = MappingProxyType(
    {
        "albumin": ("albumin", "g/L", 0.05),
        "magnesium": ("own_magnesium", "mmol/L", 0.05),
        "bicarbonate": ("bicarbonate_before_dialysis", "mmol/L", 0.08),
    }
)
# Standard deviations of logarithms; assumed, since no repeated measurement was read.
LENGTH_ERROR = 0.05  # of one diameter of a mass
REPEATED_MINERAL = 0.03  # of mineral by one scanner again: 2 to 3 % on the same tube voltage
GLAND_ERROR = 0.8  # of tissue by the length of glands: a cube, and their shapes differ
NORMAL_GLAND = 6.0  # mm, the length of a gland that holds one normal gland's tissue; assumed
GLANDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact that the model should give.

    `name` is a reading of `laboratory.READINGS`, a constant, or what of a mass was measured; a
    "diameter" is the mean of three, the longest standing in for those unreported. `quantity` is
    what the model calls it. `hour` (at most 0) is when it is read; `value` is in `unit`, `error`
    the standard deviation of the logarithm of all that separates the two. `limit` is set where
    `value` is only a bound. `slot` is that of a mass, of whose three diameters `unreported` are
    missing. `shared` is the part of the error that is one for all of a name with the same `sharer`.
    """

    kind: Kind
    name: str
    quantity: str
    hour: float
    value: float
    unit: str
    error: float
    limit: Limit | None = None
    slot: int = 0
    unreported: int = 0
    shared: float = 0.0
    sharer: str = ""

    @property
    def sign(self) -> int:
        """1 where the truth lies above the value, -1 where below, 0 where it was measured."""
        return {"above": 1, "below": -1, None: 0}[self.limit]


def evidence(record: Record) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """What the fit uses of a record, and a sentence for each fact that it cannot use or place."""
    used: list[Evidence] = []
    notes: list[str] = []
    for measurement in record.measurements:
        hour = record.hours(measurement.taken)
        if hour is not None and hour > 0:
            continue  # kept for judging forecasts
        name, value = measurement.analyte, measurement.value
        reason = _unusable(measurement, hour)
        if reason:
            notes.append(f"{name} {value} is not used: {reason}.")
            continue
        if hour is None:
            notes.append(f"{name} {value} has no known time: it is taken for the present.")
        if name in READINGS:
            used.append(_laboratory(record, measurement, hour or 0.0))
    used += _constants(record)
    for slot, lesion in enumerate(record.lesions, start=1):
        used += [
            item
            for size in lesion.sizes
            if (hour := _past(record, size)) is not None
            for item in _of_mass(lesion, size, slot, _laboratory_day(record, hour))
        ]
    used += [_growth(lesion, slot) for slot, lesion in enumerate(record.lesions, start=1)]
    used += _glands(record)
    return tuple(used), (*notes, *_unplaced(record))


def whole_molecule(record: Record, measurement: Measurement) -> bool:
    """Whether PTH was measured by an assay of the whole molecule, by the record's words."""
    return "1-84" in (measurement.assay or record.laboratory.pth_assay or "")


def covariance(items: tuple[Evidence, ...]) -> Column:
    """Covariances (item, item) of the errors of logarithms.

    Of what the model misses from day to day a share lasts, and dies away over weeks. Minerals by
    one scanner go astray together. A bound stands by itself.
    """
    found = np.diag([item.error**2 for item in items])
    for i, first in enumerate(items):
        for j, second in enumerate(items[:i]):
            alike = first.name == second.name and first.kind == second.kind == "laboratory"
            if alike and not first.limit and not second.limit:
                apart = abs(first.hour - second.hour) / WEEK
                lasting = LASTING_SHARE * READINGS[first.name].stray ** 2
                found[i, j] = found[j, i] = lasting * np.exp(-apart / LASTING_WEEKS)
            if first.sharer and (first.name, first.sharer) == (second.name, second.sharer):
                found[i, j] = found[j, i] = first.shared * second.shared
    return found


def _laboratory(record: Record, measurement: Measurement, hour: float) -> Evidence:
    name = measurement.analyte
    reading = READINGS[name]
    intact = name == "pth" and not whole_molecule(record, measurement)
    day = _laboratory_day(record, hour)
    is_after = measurement.timing == "after dialysis"
    return Evidence(
        kind="after dialysis" if is_after else "laboratory",
        name=name,
        quantity="pth" if intact else reading.quantity,
        hour=min(day, -WEEK) if is_after else day,  # the session at the present is still to come
        value=measurement.standard_value,
        unit=reading.unit,
        error=hypot(reading.error, reading.stray),
        limit=measurement.limit,
    )


def _laboratory_day(record: Record, hour: float) -> float:
    """The laboratory day nearest to an hour of the past on the same side of all that was changed.

    What begins or ends on a date does so after the values of that date. The hour itself, where no
    laboratory day lies between two changes.
    """
    whens = [w for s in record.therapy.steps for w in (s.from_, s.until) if w is not None]
    changes = [h for w in whens if (h := w.hours(record.now)) is not None]
    first = max((h for h in changes if h < hour), default=-inf)
    last = min((h for h in changes if h >= hour), default=inf)
    nearest = round(hour / WEEK) * WEEK
    days = (nearest + k * WEEK for k in (0, -1, 1))
    possible = [day for day in days if first < day <= last and day <= 0]
    return min(possible, key=lambda day: abs(day - hour), default=hour)


def _unusable(measurement: Measurement, hour: float | None) -> str:
    if hour is None and measurement.taken.is_known:
        return f"{measurement.taken} cannot be placed before or after the record's now"
    if hour is not None and hour < -LONGEST_PAST * WEEK:
        return f"it is older than the {LONGEST_PAST} weeks of past that are simulated"
    if measurement.standard_value <= 0:
        return "it has no logarithm"
    if measurement.analyte in CONSTANTS and measurement.limit is not None:
        return "a bound of it says too little"
    if measurement.analyte in CONSTANTS and measurement.timing == "after dialysis":
        return "the model has it as it is before a session"
    return ""


def _constants(record: Record) -> list[Evidence]:
    """What is measured of constants of the model: the newest value counts."""
    newest: dict[str, tuple[float, Measurement]] = {}
    for measurement in record.measurements:
        hour = record.hours(measurement.taken)
        if measurement.analyte not in CONSTANTS or (hour or 0.0) > 0:
            continue
        if _unusable(measurement, hour):
            continue
        at, _ = newest.get(measurement.analyte, (-inf, measurement))
        if (hour or 0.0) >= at:
            newest[measurement.analyte] = (hour or 0.0, measurement)
    return [
        Evidence(
            kind="parameter",
            name=name,
            quantity=CONSTANTS[name][0],
            hour=0.0,
            value=measurement.standard_value,
            unit=CONSTANTS[name][1],
            error=CONSTANTS[name][2],
        )
        for name, (_, measurement) in newest.items()
    ]


def _past(record: Record, fact: Size | GlandFinding) -> float | None:
    """Hours since now, 0 where nobody says when; None for what is later or too old."""
    hour = record.hours(fact.taken)
    if hour is None:
        return None if fact.taken.is_known else 0.0
    return hour if -LONGEST_PAST * WEEK <= hour <= 0 else None


def _unplaced(record: Record) -> list[str]:
    """A sentence for each size that cannot be placed in the past that is simulated."""
    facts: list[tuple[str, Size | GlandFinding]] = [
        (m.name, size) for m in record.lesions for size in m.sizes
    ]
    facts += [(f"the gland {g.gland}", g) for g in record.glands if g.size is not None]
    said = []
    for what, fact in facts:
        hour = record.hours(fact.taken)
        if hour is None and fact.taken.is_known:
            said.append(
                f"The size of {what} is not used: {fact.taken} cannot be placed before or after "
                "the record's now."
            )
        elif hour is not None and hour < -LONGEST_PAST * WEEK:
            said.append(
                f"The size of {what}, {fact.taken}, is not used: it is older than the "
                f"{LONGEST_PAST} weeks of past that are simulated."
            )
    return said


def _of_mass(lesion: Lesion, size: Size, slot: int, hour: float) -> list[Evidence]:
    """The volume or the mean diameter of a mass, and its mineral, at an hour of the past."""
    scan = READINGS["mass volume"].scatter
    usual = Evidence(
        kind="volume",
        name=f"volume of {lesion.name}",
        quantity=f"lesion_{slot}_volume",
        hour=hour,
        value=1.0,
        unit="mL",
        error=scan,
        slot=slot,
    )
    found = []
    if size.volume is not None:
        volume = size.volume.to("mL")
        own = scan if size.volume_error is None else size.volume_error.to("mL") / volume
        found.append(replace(usual, value=volume, error=own))
    elif size.axes:
        lengths = sorted((a.to("cm") for a in size.axes), reverse=True)
        missing = 3 - len(lengths)
        product = float(np.prod(lengths)) * lengths[0] ** missing
        often = sqrt((1 + missing) ** 2 + len(lengths) - 1)  # the longest stands for the missing
        diameter = replace(
            usual,
            kind="diameter",
            name=f"diameter of {lesion.name}",
            value=product ** (1 / 3),
            unit="cm",
            error=often * LENGTH_ERROR / 3,
            unreported=missing,
        )
        found.append(diameter)
    if size.mineral is not None:
        found.append(_mineral(lesion.name, size, size.mineral.to("g"), usual))
    return found


def _mineral(mass: str, size: Size, mineral: float, usual: Evidence) -> Evidence:
    """The mineral of a mass; what its scanner reads wrong, it reads wrong on every date."""
    error = usual.error if size.mineral_error is None else size.mineral_error.to("g") / mineral
    return replace(
        usual,
        kind="mineral",
        name=f"mineral of {mass}",
        quantity=f"lesion_{usual.slot}_mineral",
        value=mineral,
        unit="g",
        error=error,
        shared=sqrt(max(0.0, error**2 - REPEATED_MINERAL**2)) if size.scanner else 0.0,
        sharer=size.scanner or "",
    )


def _growth(lesion: Lesion, slot: int) -> Evidence:
    """That a mass is there, so that it once grew: how inclined it has to be, in spreads.

    Of masses a share grows that falls with the inclination they need as a normal distribution does.
    """
    return Evidence(
        kind="growth",
        name=f"growth of {lesion.name}",
        quantity="",
        hour=0.0,
        value=1.0,
        unit="spreads",
        error=1.0,
        limit="below",
        slot=slot,
    )


def _glands(record: Record) -> list[Evidence]:
    """Parathyroid tissue by the lengths of glands: at least theirs, since some are not seen."""
    newest: dict[str, tuple[float, float]] = {}
    for finding in record.glands:
        hour = _past(record, finding)
        if finding.size is None or hour is None:
            continue
        if hour >= newest.get(finding.gland, (-inf, 0.0))[0]:
            newest[finding.gland] = hour, finding.size.to("mm")
    if not newest:
        return []
    return [
        Evidence(
            kind="glands",
            name="parathyroid glands",
            quantity="diffuse_mass",
            hour=_laboratory_day(record, max(h for h, _ in newest.values())),
            value=sum((length / NORMAL_GLAND) ** 3 for _, length in newest.values()),
            unit="normal glands",
            error=GLAND_ERROR,
            limit=None if len(newest) >= GLANDS else "above",
        )
    ]
