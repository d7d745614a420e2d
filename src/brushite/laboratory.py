"""What a laboratory or a scanner would report: the model's value, and how far a report misses."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from types import MappingProxyType
from typing import TYPE_CHECKING

from brushite.equations import Assumed, Cited

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

OUTPUTS = ("calcium", "phosphate", "pth", "mass volume", "alkaline phosphatase")  # in forecasts
STRAY_SOURCE = Assumed(
    "day-to-day variation and the model's own error, taken together by judgement"
)
# Of the squared stray, the share by which the model goes on missing a patient to the same side, and
# the weeks over which that dies away. Assumed: nobody has measured how long a model of ours errs.
LASTING_SHARE, LASTING_WEEKS = 0.3, 13.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reported value: the model's quantity behind it, its unit and how far a report misses it.

    `error` is the standard deviation of the logarithm by which reports of one sample differ, and
    `stray` that by which the patient strays from the model from one day to the next.
    `quantity` is empty for mass volume, which is the sum over the lesion slots.
    """

    name: str
    title: str
    quantity: str
    unit: str
    error: float
    stray: float
    source: Assumed | Cited
    stray_source: Assumed | Cited = STRAY_SOURCE

    @property
    def scatter(self) -> float:
        """Standard deviation of the logarithm of all that lies between the model and a report."""
        return hypot(self.error, self.stray)


_ANALYSER = "imprecision of the analyser and of the sampling taken together; no measurement read"
_SCAN = "repeated outlining of one mass on CT; no measurement read"

READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        reading.name: reading
        for reading in (
            Reading(
                name="calcium",
                title="Calcium (total)",
                quantity="observed_calcium",
                unit="mmol/L",
                error=0.02,
                stray=0.03,
                source=Assumed(_ANALYSER),
            ),
            Reading(
                name="corrected calcium",
                title="Calcium (corrected)",
                quantity="observed_calcium",
                unit="mmol/L",
                error=0.02,
                stray=0.04,
                source=Assumed(_ANALYSER + "; the model's albumin is normal"),
            ),
            Reading(
                name="ionised calcium",
                title="Calcium (ionised)",
                quantity="observed_ionised_calcium",
                unit="mmol/L",
                error=0.02,
                stray=0.03,
                source=Assumed(_ANALYSER),
            ),
            Reading(
                name="phosphate",
                title="Phosphate (pre-dialysis)",
                quantity="observed_phosphate",
                unit="mmol/L",
                error=0.06,
                stray=0.12,
                source=Assumed(_ANALYSER + "; meals and the days since dialysis widen it"),
            ),
            Reading(
                name="pth",
                title="PTH",
                quantity="observed_pth",
                unit="pg/mL",
                error=0.04,
                stray=0.25,
                source=Cited(
                    "Gardham2010",
                    "3.6 % between assays of one sample, as table 3 of PMC7396758 quotes it",
                ),
                stray_source=Cited(
                    "Gardham2010", "abstract: 25.6 % within stable people on haemodialysis"
                ),
            ),
            Reading(
                name="alkaline phosphatase",
                title="Alkaline phosphatase",
                quantity="observed_alkaline_phosphatase",
                unit="U/L",
                error=0.05,
                stray=0.15,
                source=Assumed(_ANALYSER),
            ),
            Reading(
                name="calcidiol",
                title="Calcidiol",
                quantity="observed_calcidiol",
                unit="ng/mL",
                error=0.10,
                stray=0.15,
                source=Assumed(_ANALYSER),
            ),
            Reading(
                name="calcitriol",
                title="Calcitriol",
                quantity="observed_calcitriol",
                unit="pg/mL",
                error=0.15,
                stray=0.20,
                source=Assumed(_ANALYSER + "; assays of the hormone are less precise"),
            ),
            Reading(
                name="fgf23",
                title="FGF23 (intact)",
                quantity="observed_fgf23",
                unit="pg/mL",
                error=0.10,
                stray=0.25,
                source=Assumed(_ANALYSER + "; it follows phosphate of the days before"),
            ),
            Reading(
                name="mass volume",
                title="Mass volume",
                quantity="",
                unit="mL",
                error=0.10,
                stray=0.0,
                source=Assumed(_SCAN),
            ),
        )
    }
)


def true_values(values: "Mapping[str, Values]", name: str) -> "Values | None":
    """The reading `name` without its scatter, from the model's `values`, in the reading's unit.

    None when the quantities it needs are not among `values`. Mass volume is the sum of
    `lesion_1_volume` and so on, as many as there are.
    """
    quantity = READINGS[name].quantity
    if quantity:
        return values.get(quantity)
    slots = [v for n, v in values.items() if n.startswith("lesion_") and n.endswith("_volume")]
    if not slots:
        return None
    total = slots[0]
    for volume in slots[1:]:
        total = total + volume
    return total


def reported(true: "Values", name: str, noise: "Values") -> "Values":
    """What would be reported on a day; `noise` is standard normal and of a shape that fits."""
    import numpy as np

    return np.asarray(true * np.exp(READINGS[name].scatter * noise), dtype=np.float64)
