"""What a study may observe: quantities by their usual names, and how each comes from the model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from brushite.analytes import ANALYTES, MASS_VOLUME, Analyte
from brushite.errors import UnitError
from brushite.units import CALCIUM, PHOSPHATE, Quantity, Substance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = Mapping[str, NDArray[np.float64]]
    Formula = Callable[[Values], NDArray[np.float64]]
    Opening = float | NDArray[np.float64]

CORRECTION, NORMAL_ALBUMIN = 0.02, 40.0  # mmol/L per g/L, and g/L: the usual correction
PRODUCT = Quantity(1.0, "mg/dL").to("mmol/L", of=CALCIUM) * Quantity(1.0, "mg/dL").to(
    "mmol/L", of=PHOSPHATE
)  # mmol²/L² in 1 mg²/dL²
SLOTS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A quantity that studies report.

    `needs` are names of the model, and `formula` makes of their values (person, time) this
    quantity in `unit`. `absolute` is how far a prediction may be off, in `unit`; where it is None,
    `relative` is, as a share of what was printed. `reading` is the laboratory's reading whose
    scatter lies between the quantity and a report of it, if it has one. What `is_counted` counts
    from the start of a plan.
    """

    name: str
    unit: str
    needs: tuple[str, ...]
    formula: "Formula"
    substance: Substance | None = None
    relative: float = 0.15
    absolute: float | None = None
    reading: str | None = None
    is_counted: bool = False

    def value(self, quantity: Quantity) -> float:
        """`quantity` in the unit of the subject.

        Raises `UnitError` when its unit does not fit.
        """
        if self.name == "calcium phosphate product":
            return _product(quantity)
        if self.unit == quantity.unit:
            return quantity.value
        try:
            return quantity.to(self.unit, of=self.substance)
        except UnitError:
            raise UnitError(
                f"{self.name} {quantity} has a unit that does not fit. Write it in {self.unit}."
            ) from None

    def closeness(self, printed: float) -> float:
        """How far a prediction of `printed` (in the subject's unit) may be off and still hit."""
        return self.relative * abs(printed) if self.absolute is None else self.absolute


def _product(quantity: Quantity) -> float:
    """Calcium times phosphate in mmol²/L², from that or from mg²/dL²."""
    unit = quantity.unit.replace("²", "2").replace("^", "").replace(" ", "")
    if unit == "mmol2/L2":
        return quantity.value
    if unit == "mg2/dL2":
        return quantity.value * PRODUCT
    raise UnitError(
        f"calcium phosphate product {quantity.value:g} {quantity.unit} has a unit that does not "
        "fit. Write it in mmol2/L2 or mg2/dL2."
    )


def _same(name: str) -> "Formula":
    return lambda values: values[name]


def _corrected(values: "Values") -> "NDArray[np.float64]":
    shortage = NORMAL_ALBUMIN - values["albumin"]
    return values["observed_calcium"] + CORRECTION * shortage


def _set_point(values: "Values") -> "NDArray[np.float64]":
    return values["set_point"] / values["calcium_receptor"]


def _open_to(values: "Values", diffuse: "Opening", nodular: "Opening") -> "NDArray[np.float64]":
    """PTH if the openings of diffuse and nodular tissue were these, with the store as it is."""
    tissue = values["diffuse_mass"] + values["nodular_mass"]
    opened = (diffuse * values["diffuse_mass"] + nodular * values["nodular_mass"]) / tissue
    released = values["pth_release"] * values["stored_pth"] * opened
    return released / values["pth_clearance"]


def _greatest(values: "Values") -> "NDArray[np.float64]":
    return _open_to(values, 1.0, 1.0)


def _least(values: "Values") -> "NDArray[np.float64]":
    return _open_to(values, values["release_floor"], values["nodular_floor"])


def _all_masses(values: "Values") -> "NDArray[np.float64]":
    first, *others = (values[f"lesion_{slot}_volume"] for slot in SLOTS)
    for volume in others:
        first = first + volume
    return first


_GLAND = ("diffuse_mass", "nodular_mass", "pth_release", "stored_pth", "pth_clearance")
_CALCIUM_LIMIT = Quantity(0.3, "mg/dL").to("mmol/L", of=CALCIUM)
_PHOSPHATE_LIMIT = Quantity(0.5, "mg/dL").to("mmol/L", of=PHOSPHATE)
_LIMITS = MappingProxyType(
    {
        "calcium": _CALCIUM_LIMIT,
        "corrected calcium": _CALCIUM_LIMIT,
        "ionised calcium": _CALCIUM_LIMIT / 2,
        "phosphate": _PHOSPHATE_LIMIT,
    }
)
_OBSERVED = (
    "calcium",
    "ionised calcium",
    "phosphate",
    "pth",
    "alkaline phosphatase",
    "calcidiol",
    "calcitriol",
    "fgf23",
)


def _laboratory(analyte: Analyte) -> Subject:
    measure, name = analyte.measure, f"observed_{analyte.name.replace(' ', '_')}"
    return Subject(
        name=analyte.name,
        unit=measure.units[0],
        needs=(name,),
        formula=_same(name),
        substance=measure.substance,
        relative=0.25 if analyte.name == "pth" else 0.15,
        absolute=_LIMITS.get(analyte.name),
        reading=analyte.name,
    )


SUBJECTS: tuple[Subject, ...] = (
    *(_laboratory(analyte) for analyte in ANALYTES if analyte.name in _OBSERVED),
    Subject(
        name="corrected calcium",
        unit="mmol/L",
        needs=("observed_calcium", "albumin"),
        formula=_corrected,
        substance=CALCIUM,
        absolute=_CALCIUM_LIMIT,
        reading="corrected calcium",
    ),
    Subject(
        name="calcium phosphate product",
        unit="mmol2/L2",
        needs=("observed_calcium", "observed_phosphate"),
        formula=lambda values: values["observed_calcium"] * values["observed_phosphate"],
    ),
    Subject(
        name="set point",
        unit="mmol/L",
        needs=("set_point", "calcium_receptor"),
        formula=_set_point,
        substance=CALCIUM,
        absolute=_CALCIUM_LIMIT / 2,
    ),
    Subject(name="maximal pth", unit="pg/mL", needs=_GLAND, formula=_greatest, relative=0.25),
    Subject(
        name="minimal pth",
        unit="pg/mL",
        needs=(*_GLAND, "release_floor", "nodular_floor"),
        formula=_least,
        relative=0.25,
    ),
    Subject(
        name="phosphate removed",
        unit="mmol",
        needs=("dialysed_phosphate",),
        formula=_same("dialysed_phosphate"),
        substance=PHOSPHATE,
        is_counted=True,
    ),
    Subject(
        name="calcium gained",
        unit="mmol",
        needs=("dialysed_calcium",),
        formula=lambda values: -values["dialysed_calcium"],
        substance=CALCIUM,
        is_counted=True,
    ),
    Subject(
        name=MASS_VOLUME.name,
        unit="mL",
        needs=tuple(f"lesion_{slot}_volume" for slot in SLOTS),
        formula=_all_masses,
        reading=MASS_VOLUME.name,
    ),
)


def of_model(name: str, unit: str) -> Subject:
    """The subject that a quantity of the model is, in its own unit."""
    return Subject(name=name.replace("_", " "), unit=unit, needs=(name,), formula=_same(name))
