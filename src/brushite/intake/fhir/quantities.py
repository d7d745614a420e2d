"""Quantities of FHIR: a number with its UCUM code first, its written unit second."""

from brushite.errors import BrushiteError, UnitError
from brushite.intake.fhir import codes
from brushite.intake.fhir.parts import Part
from brushite.units import Quantity, spelled


def quantity_in(part: Part) -> Quantity | None:
    """The quantity that stands here, or None when there is no number.

    Raises `UnitError` when its unit is missing, not known, or said in two ways that differ.
    """
    value = part.number("value") if part else None
    if value is None:
        return None
    return Quantity(value, unit_in(part, value))


def unit_in(part: Part, value: float) -> str:
    """Our unit of a Quantity; the unit as it is written where that says the same."""
    code, written = part.text("code"), part.text("unit")
    is_ucum = part.text("system") in {"", codes.UCUM}
    coded = codes.unit_of(code) if code and is_ucum else None
    said = _spelled(written) or codes.unit_of(written)
    if code and is_ucum and coded is None:
        raise UnitError(
            f"{part.place}: {value:g} has the unit {code[:40]!r}, which brushite does not know."
        )
    if coded is None and said is None:
        if not written:
            raise UnitError(f"{part.place}: {value:g} has no unit.")
        raise UnitError(
            f"{part.place}: {value:g} has the unit {written[:40]!r}, which brushite does not know."
        )
    if coded is None:
        return str(said)
    if said is not None and Quantity(1, said) != Quantity(1, coded) and not _same(said, coded):
        raise UnitError(
            f"{part.place}: {value:g} has two units that differ, {written!r} and the code {code!r}."
        )
    is_kept = _spelled(written) == coded and written.lower() != coded.lower()
    return written if is_kept else coded


def _same(one: str, other: str) -> bool:
    try:
        return abs(Quantity(1, one).to(other) - 1) < 1e-9
    except UnitError:
        return False


def _spelled(written: str) -> str | None:
    try:
        return spelled(written) if 0 < len(written) <= 40 else None
    except BrushiteError:
        return None
