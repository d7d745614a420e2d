"""`python -m benchmarks.ct`: measure phantoms and the real pelvis, and show what was asked."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

import click
from rich.console import Console
from rich.table import Table

from benchmarks.ct.real import pelvis
from benchmarks.ct.speed import speed
from benchmarks.ct.trials import Line, contact, many, written

TRIALS: Mapping[str, Callable[[Callable[[str], None]], Iterator[Line]]] = MappingProxyType(
    {"contact": contact, "many": many, "pelvis": pelvis, "speed": speed, "written": written}
)
UNMET = 1


@click.command()
@click.option(
    "--trial",
    "wanted",
    multiple=True,
    type=click.Choice(list(TRIALS)),
    help="Only this trial; may be given again.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("out/bench-ct.json"),
    show_default=True,
    help="Where the lines go.",
)
def main(*, wanted: tuple[str, ...], out: Path) -> None:
    """Measure, and end with 1 where a line is not met."""
    told = Console(stderr=True)
    lines: list[Line] = []
    for name in wanted or TRIALS:
        for line in TRIALS[name](lambda what: told.print(what, style="dim", highlight=False)):
            lines.append(line)
            told.print(f"{line.what}: {line.measured}", highlight=False)
    table = Table("what", "asked", "measured", "met")
    for line in lines:
        table.add_row(line.what, line.asked, line.measured, "yes" if line.is_met else "NO")
    console = Console() if sys.stdout.isatty() else Console(width=160, no_color=True)
    console.print(table)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", "utf-8")
    sys.exit(0 if all(line.is_met for line in lines) else UNMET)


if __name__ == "__main__":
    main()
