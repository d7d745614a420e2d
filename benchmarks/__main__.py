"""`python -m benchmarks`: measure, show tables, and keep everything in out/bench.json."""

import sys
from pathlib import Path

import click
from rich.console import Console

from benchmarks.extent import FULL, QUICK
from benchmarks.report import shown
from benchmarks.results import Results
from benchmarks.run import SECTIONS, measured


@click.command()
@click.option("--quick", is_flag=True, help="Less of everything, in 2 to 3 minutes.")
@click.option(
    "--section",
    "sections",
    multiple=True,
    type=click.Choice(list(SECTIONS)),
    help="Only this section; may be given again.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("out/bench.json"),
    show_default=True,
    help="Where all numbers go.",
)
def main(*, quick: bool, sections: tuple[str, ...], out: Path) -> None:
    """Measure the engine, beside its peers, in one process tree."""
    told = Console(stderr=True)
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    results = Results(out, command, is_quick=quick)
    is_whole = measured(
        results,
        sections or tuple(SECTIONS),
        QUICK if quick else FULL,
        lambda what: told.print(what, style="dim", highlight=False),
    )
    console = Console() if sys.stdout.isatty() else Console(width=160, no_color=True)
    shown(results, console)
    told.print(f"Everything is in {out}.")
    sys.exit(0 if is_whole else 130)


if __name__ == "__main__":
    main()
