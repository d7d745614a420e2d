"""Measurements as they are kept and shown: plain mappings, with the masks packed beside them."""

import io
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from brushite.ct.measured import MassMasks, MeasuredMass, Measurement
from brushite.ct.volume import Grid

Made = TypeVar("Made")
PARTS = ("mineral", "envelope", "fluid")


def entries_of(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A record as mappings, lists, numbers and words; masks are left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: entries_of(getattr(value, each.name))
            for each in fields(value)
            if each.name != "masks"
        }
    if isinstance(value, Mapping):
        return {str(name): entries_of(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [entries_of(each) for each in value]
    if isinstance(value, np.generic):
        return entries_of(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def made_of(kind: type[Made], entry: object) -> Made:
    """The record of a kind that its mappings, lists, numbers and words stand for."""
    return cast("Made", _made(kind, entry))


def _made(kind: Any, entry: Any) -> object:  # noqa: ANN401 - a type, and what JSON holds
    origin, args = get_origin(kind), get_args(kind)
    if entry is None or origin is Literal or kind is object:
        return entry
    if origin in {Union, types.UnionType}:
        return _made(next(a for a in args if a is not types.NoneType), entry)
    if origin is tuple:
        if args[-1] is Ellipsis:
            return tuple(_made(args[0], each) for each in entry)
        return tuple(_made(a, each) for a, each in zip(args, entry, strict=True))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {n: _made(hints[n], each) for n, each in entry.items() if n in hints}
        return cast("Any", kind)(**known)
    return kind(entry)


def packed_masks(measurement: Measurement) -> bytes:
    """The masks of all masses, one bit for each voxel, with the places where they lie."""
    arrays: dict[str, NDArray[Any]] = {}
    places = []
    for number, mass in enumerate(measurement.masses):
        if mass.masks is None:
            continue
        box = [[each.start, each.stop] for each in mass.masks.box]
        places.append({"mass": number, "box": box, "grid": entries_of(mass.masks.grid)})
        for part in PARTS:
            arrays[f"{number}-{part}"] = np.packbits(getattr(mass.masks, part))
    arrays["places"] = np.frombuffer(json.dumps(places).encode("utf-8"), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def measurement_of(entries: object, masks: bytes | None) -> Measurement:
    """The measurement that was kept, with its masks."""
    bare = made_of(Measurement, entries)
    if masks is None:
        return bare
    masses: list[MeasuredMass] = list(bare.masses)
    with np.load(io.BytesIO(masks), allow_pickle=False) as arrays:
        for place in json.loads(arrays["places"].tobytes()):
            number, grid = place["mass"], made_of(Grid, place["grid"])
            count = int(np.prod(grid.shape))
            parts = {
                part: np.unpackbits(arrays[f"{number}-{part}"], count=count)
                .reshape(grid.shape)
                .astype(bool)
                for part in PARTS
            }
            first, second, third = (slice(start, stop) for start, stop in place["box"])
            found = MassMasks(grid=grid, box=(first, second, third), **parts)
            masses[number] = replace(masses[number], masks=found)
    return replace(bare, masses=tuple(masses))
