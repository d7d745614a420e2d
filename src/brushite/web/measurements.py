"""The masks of a measurement as they are kept beside its numbers."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushite.ct.measured import MassMasks, Measurement
from brushite.ct.volume import Grid

PARTS = ("mineral", "envelope", "fluid")


def packed_masks(measurement: Measurement) -> bytes:
    """The masks of all masses, one bit for each voxel, with the places where they lie."""
    arrays: dict[str, NDArray[Any]] = {}
    places = []
    for number, mass in enumerate(measurement.masses):
        if mass.masks is None:
            continue
        box = [[int(each.start), int(each.stop)] for each in mass.masks.box]
        places.append({"mass": number, "box": box, "grid": asdict(mass.masks.grid)})
        for part in PARTS:
            arrays[f"{number}-{part}"] = np.packbits(getattr(mass.masks, part))
    arrays["places"] = np.frombuffer(json.dumps(places).encode("utf-8"), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def with_masks(measurement: Measurement, content: bytes | None) -> Measurement:
    """A measurement with the masks that were kept of it."""
    if content is None:
        return measurement
    masses = list(measurement.masses)
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        for place in json.loads(arrays["places"].tobytes()):
            grid = _grid(place["grid"])
            count = int(np.prod(grid.shape))
            mineral, envelope, fluid = (
                np.unpackbits(arrays[f"{place['mass']}-{part}"], count=count)
                .reshape(grid.shape)
                .astype(bool)
                for part in PARTS
            )
            first, second, third = (slice(start, stop) for start, stop in place["box"])
            found = MassMasks(
                grid=grid,
                box=(first, second, third),
                mineral=mineral,
                envelope=envelope,
                fluid=fluid,
            )
            masses[place["mass"]] = replace(masses[place["mass"]], masks=found)
    return replace(measurement, masses=tuple(masses))


def _grid(entries: Mapping[str, Any]) -> Grid:
    first, second, third = entries["direction"]
    return Grid(
        shape=tuple(entries["shape"]),
        spacing=tuple(entries["spacing"]),
        origin=tuple(entries["origin"]),
        direction=(tuple(first), tuple(second), tuple(third)),
    )
