"""What is to be said of a table besides its facts: what was not used, what stands twice."""

from collections.abc import Iterator, Sequence

from brushite.intake.tables.grid import shown_cell
from brushite.intake.tables.habits import Habits, is_summary
from brushite.intake.tables.judged import Verdict
from brushite.intake.tables.layout import Layout
from brushite.intake.tables.results import Series, others_than_blood
from brushite.intake.tables.words import VALUES, unclear
from brushite.record import Measurement

_MOST = 5  # places that one remark names


def remarks_on(
    layout: Layout, series: Sequence[Series], verdict: Verdict, habits: Habits
) -> Iterator[str]:
    """The remarks on a table, in the order in which a reader wants them."""
    yield from _unused(layout, series)
    if verdict.words:
        yield f"Left out, since they are no numbers: {_some(verdict.words)}."
    if others := others_than_blood(layout):
        yield f"{_rows(others)} left out, of another fluid than blood."
    summaries: dict[str, list[str]] = {}
    for each in series:
        for entry in each.entries:
            if is_summary(entry, habits):
                told = f"{shown_cell(entry.cell)} in {entry.place}"
                summaries.setdefault(str(entry.moment), []).append(told)
    if summaries:
        named = tuple(f'"{words}" ({_some(values)})' for words, values in summaries.items())
        yield f"Left out, since words stand where a date should be: {_some(named)}."
    undated = _undated(series)
    if undated:
        yield f"No date stands beside {_some(undated)}; the time was taken to be unknown."
    yield from _twice(verdict)


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"


def _some(words: Sequence[str]) -> str:
    """The first five, and how many more there are."""
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return f"{', '.join(words[:_MOST])}{more}"


def _unused(layout: Layout, series: Sequence[Series]) -> Iterator[str]:
    names = [f'"{each.name}"' for each in series if not each.meaning.role and each.entries]
    if layout.shape == "long":
        names += [f'"{h.name}"' for h in layout.headings if not h.meaning.role]
    names = list(dict.fromkeys(names))
    if names:
        sort = "Tests and columns" if layout.shape == "long" else "Columns"
        shown = names[:40]
        more = f" and {len(names) - 40} more" if len(names) > 40 else ""
        yield f"{sort} that were not used: {', '.join(shown)}{more}."
    for each in series:
        if not each.meaning.role and each.entries and (either := unclear(each.name)):
            yield f'"{each.name}" may be {either}; say which with --columns.'


def _undated(series: Sequence[Series]) -> tuple[str, ...]:
    return tuple(
        entry.place
        for each in series
        if each.meaning.role == VALUES
        for entry in each.entries
        if entry.moment is None
    )


def _twice(verdict: Verdict) -> Iterator[str]:
    """Values of one analyte at one time: the same twice, or different ones."""
    found: dict[tuple[str, str, str], list[Measurement]] = {}
    for fact in verdict.facts:
        each = fact.content
        if isinstance(each, Measurement) and each.taken.is_known:
            found.setdefault((each.analyte, str(each.taken), each.timing), []).append(each)
    same: list[str] = []
    different: list[str] = []
    for (name, taken, _), values in found.items():
        if len(values) < 2:
            continue
        places = " and ".join(v.origin.place for v in values[:3] if v.origin is not None)
        written = {(round(v.standard_value, 9), v.limit) for v in values}
        line = f"{name} on {taken} ({places})"
        (same if len(written) == 1 else different).append(line)
    if different:
        yield f"Several values on one date, all kept: {_some(different)}."
    if same:
        yield f"The same value more than once, all kept: {_some(same)}."
