"""Measurements as plain mappings, as JSON has them, and back."""

import dataclasses
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from brushite.ct.measured import Measurement
from brushite.errors import ImageError

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "at": "mm (LPS)",
        "diameters": "mm",
        "candidates.volume": "mL",
        "levels.area": "mm²",
        "levels.tilt": "degrees",
        "distances.millimetres": "mm",
        "distances.contact": "mm²",
        "mean_hounsfield": "HU",
        "brightest": "HU",
        "calibration.factor": "mg/mL per HU",
    }
)
DIGITS = 6


def measurement_entries(measurement: Measurement) -> dict[str, Any]:
    """A measurement as plain mappings and lists, without masks; numbers have six digits."""
    entries = plain_json(measurement)
    return {"version": entries.pop("version"), "units": dict(UNITS), **entries}


def measurement_text(measurement: Measurement) -> str:
    """A measurement as JSON."""
    return json.dumps(measurement_entries(measurement), ensure_ascii=False, indent=1) + "\n"


def measurement_in(text: str, name: str) -> Measurement:
    """The measurement in a text of JSON, without masks. Raises `ImageError` for another text."""
    try:
        entries = json.loads(text)
        if entries.pop("version") != "ct-measurement/1":
            raise ValueError("version")
        entries.pop("units", None)
        found = _made(Measurement, entries)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ImageError(
            f"{name} is no measurement of brushite: {type(error).__name__} at {error}. "
            "Give the measurement.json that brushite ct measure wrote."
        ) from None
    assert isinstance(found, Measurement)
    return found


def plain_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON has
    """Records as mappings, without masks; numbers have six digits."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain_json(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name != "masks"
        }
    if isinstance(value, tuple | list):
        return [plain_json(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value


def _made(kind: Any, value: Any) -> Any:  # noqa: ANN401
    """A value of a type of `measured` from plain JSON."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _made(hints[name], each) for name, each in value.items()})
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_made(k, v) for k, v in zip(kinds, value, strict=True))
    choices = [k for k in get_args(kind) if k is not type(None)]
    if value is None:
        if choices and type(None) in get_args(kind):
            return None
        raise ValueError("nothing where a value is needed")
    if choices and get_origin(kind) is not None and any(isinstance(c, type) for c in choices):
        return _made(choices[0], value)
    if choices and any(get_origin(c) is tuple for c in choices):
        return _made(choices[0], value)
    if choices and value not in choices:
        raise ValueError(f"{value!r}")
    if kind is float:
        return float(value)
    if isinstance(kind, type) and not isinstance(value, kind):
        raise ValueError(f"{value!r}")
    return value
