"""Trajectories of any number of draws in one Parquet file, with a few of them in memory."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from brushite.errors import FileError
from brushite.report.files import refuse_unwritable, take_its_place
from brushite.report.forms import refuse_without_polars
from brushite.report.paths import WEEK
from brushite.twin import Trajectories

if TYPE_CHECKING:
    import polars


def write_parts(path: Path, parts: Iterable[Trajectories]) -> int:
    """Write the parts of a simulation, one row per draw and time, draws numbered from 1 throughout.

    The file appears when it is whole. An interrupt (Ctrl-C) ends the work, and the file holds the
    parts that were finished. The number of draws written; 0, and no file, if there were none.
    Raises `FileError` without polars, and where nothing can be written.
    """
    refuse_without_polars()
    refuse_unwritable(path)
    if path.exists() and not path.is_file():
        raise FileError(
            f"{path} cannot take Parquet in parts: it is no ordinary file. Name another."
        )
    import polars

    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.resolve().parent, prefix=".brushite-") as name:
            folder, written = Path(name), 0
            try:
                for number, run in enumerate(parts):
                    frame(run, written).write_parquet(folder / f"{number:09}.parquet")
                    written += len(run.outcome)
            except KeyboardInterrupt:
                pass
            if written:
                polars.scan_parquet(folder / "*.parquet").sink_parquet(folder / "whole")
                take_its_place(folder / "whole", path.resolve())
            return written
    except (OSError, polars.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0].rstrip(".")
        raise FileError(f"{path} cannot be written: {reason}.") from None


def frame(run: Trajectories, before: int = 0) -> "polars.DataFrame":
    """The trajectories as a table; `before` draws were written before the first of these."""
    import polars

    draws, times = len(run.outcome), len(run.hours)
    return polars.DataFrame(
        {
            "draw": np.repeat(np.arange(before + 1, before + draws + 1), times),
            "week": np.tile(run.hours / WEEK, draws),
            "outcome": polars.Series(run.outcome).gather(np.repeat(np.arange(draws), times)),
            **{name: values.ravel() for name, values in run.values.items()},
        }
    )
