"""What was measured: tables of rows, kept on disk from the first row on."""

import json
import math
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from llvmlite import binding

LIBRARIES = ("brushite", "numpy", "scipy", "llvmlite", "numba", "casadi", "libroadrunner")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of `table`; one with the same `key` takes the place of the one before."""

    table: str
    key: tuple[object, ...]
    values: Mapping[str, object]


def demand(
    what: str,
    measured: float | None,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    note: str = "",
) -> Row:
    """A demand and what was measured; None where it could not be."""
    is_met = measured is not None
    if measured is not None and at_least is not None:
        is_met = is_met and measured >= at_least
    if measured is not None and at_most is not None:
        is_met = is_met and measured <= at_most
    demanded = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    values = {"what": what, "measured": measured, "demanded": demanded, "met": is_met}
    return Row("demands", (what,), {**values, "note": note})


@dataclass(slots=True)
class Results:
    """Everything measured so far; each new row is written to `path`."""

    path: Path
    command: str
    is_quick: bool
    tables: dict[str, dict[tuple[object, ...], Mapping[str, object]]] = field(default_factory=dict)
    state: str = "not finished"

    def put(self, row: Row) -> None:
        """Take a row and write the file anew."""
        self.tables.setdefault(row.table, {})[row.key] = row.values
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(_plain(self._content()), indent=1) + "\n", "utf-8")
        unfinished.replace(self.path)

    def _content(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "command": self.command,
            "quick": self.is_quick,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": versions(),
            "tables": {name: list(rows.values()) for name, rows in self.tables.items()},
        }


def machine() -> dict[str, object]:
    """What this was measured on."""
    return {
        "name": platform.node(),
        "processor": _processor(),
        "llvm_name": binding.get_host_cpu_name(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load": os.getloadavg()[0],
    }


def versions() -> dict[str, str]:
    """Python and every library that is installed."""
    found = {"python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _plain(value: object) -> object:
    """What JSON can hold: no NumPy numbers, no infinities."""
    if isinstance(value, Mapping):
        return {str(n): _plain(v) for n, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
