"""Typical values of parameters, estimated together on the published studies.

The values beside the equations are what was believed before; `estimates.toml` has what the studies
made of them, and what each of five folds of studies left out would have made. The file is written
by `python -m calibration` and by nothing else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("estimates.toml")
FOLDS = 5
NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Typical values by parameter: from all studies, and from all but those of each fold.

    `fold_of` says in which fold a study is, by its name; what is not named took no part.
    """

    values: Mapping[str, float]
    without: tuple[Mapping[str, float], ...]
    fold_of: Mapping[str, int]

    def blind_to(self, study: str) -> Mapping[str, float]:
        """The values that were estimated without that study."""
        fold = self.fold_of.get(study)
        return self.values if fold is None else self.without[fold]


@cache
def estimates() -> Estimates:
    """What was estimated; nothing, where the file is not there yet."""
    if not FILE.is_file():
        return Estimates(values={}, without=({},) * FOLDS, fold_of={})
    return read_estimates(FILE.read_text(encoding="utf-8"))


def read_estimates(text: str) -> Estimates:
    """The estimates of a TOML text."""
    table = tomllib.loads(text)
    rows = table.get("parameter", [])
    return Estimates(
        values={row["name"]: float(row["estimate"]) for row in rows},
        without=tuple(
            {row["name"]: float(row["without"][fold]) for row in rows} for fold in range(FOLDS)
        ),
        fold_of={s["name"]: int(s["fold"]) for s in table.get("study", [])},
    )
