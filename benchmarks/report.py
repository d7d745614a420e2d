"""Results as tables on a terminal, or as plain text."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.results import Results, machine

FIRST = ("demands", "left out")


def shown(results: Results, console: Console) -> None:
    """Print every table; what is demanded and what is missing come last, where one looks first."""
    about = machine()
    console.print(f"{about['processor']}, {about['cores']} cores; {results.state}")
    console.print(
        "py: patient-years; on 1, on 2: cores; error: relative, largest of states and segment ends"
    )
    names = [n for n in results.tables if n not in FIRST]
    for name in [*names, *(n for n in reversed(FIRST) if n in results.tables)]:
        console.print(_table(name, list(results.tables[name].values())))


def _table(title: str, rows: list[Mapping[str, object]]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title, title_justify="left", title_style="bold", header_style="")
    for name in columns:
        is_number = all(isinstance(r.get(name), float | int | None) for r in rows)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_written(row.get(name)) for name in columns))
    return table


def _written(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
