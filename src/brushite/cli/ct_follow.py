"""`brushite ct follow`: what became of masses between scans."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brushite.cli.ct import FINDINGS, label_map, wishes_of
from brushite.cli.options import Choices, with_choices

if TYPE_CHECKING:
    from brushite.ct.measured import Measurement, Wishes
    from brushite.ct.volume import LabelMap, Volume

Given = TypeVar("Given")


@click.command()
@click.argument("series", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--labels",
    "maps",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="A label map for each series, in their order.",
)
@click.option("--seed", "seeds", multiple=True, metavar="X,Y,Z", help="A mass in the first series.")
@click.option(
    "--bone-seeds",
    multiple=True,
    metavar="X,Y,Z",
    help="Bone that it touches there, as in measure.",
)
@click.option("--date", "dates", multiple=True, metavar="DATE", help="When each was made (ISO).")
@click.option(
    "--kvp", "kilovolts", multiple=True, type=float, help="Tube voltage, once or of each."
)
@click.option("--thickness", multiple=True, type=float, help="Thickness (mm), once or of each.")
@click.option("--position", multiple=True, metavar="CODE", help="Position, once or of each.")
@with_choices(computes=False)
def follow(
    choices: Choices,
    series: tuple[Path, ...],
    maps: tuple[Path, ...],
    seeds: tuple[str, ...],
    bone_seeds: tuple[str, ...],
    dates: tuple[str, ...],
    kilovolts: tuple[float, ...],
    thickness: tuple[float, ...],
    position: tuple[str, ...],
) -> int:
    """Follow the masses through two or more SERIES of one patient.

    Each is measured on its own grid; laying bone on bone only tells which mass is which. With label
    maps all masses are followed, with seeds those of the first series. The answer is "changed",
    "not shown" or "not comparable", with the reason; exit code 1 means that something is not
    comparable.
    """
    from brushite.ct.follow import follow as followed
    from brushite.ct.followed import followed_rows
    from brushite.ct.series import Said, read_series

    if len(series) < 2:
        raise click.UsageError("One series has nothing to be compared with. Give two or more.")
    many = len(series)
    said = [
        Said(taken=taken, kilovolts=voltage, thickness=thick, position=lain)
        for taken, voltage, thick, lain in zip(
            _each("--date", dates, many, once=False),
            _each("--kvp", kilovolts, many),
            _each("--thickness", thickness, many),
            _each("--position", position, many),
            strict=True,
        )
    ]
    places = _each("--labels", maps, many, once=False)
    wishes = wishes_of(seeds, bone_seeds, (), None)
    scans: list[tuple[Volume, Measurement]] = []
    labels: list[LabelMap | None] = []
    with choices.progress("Following") as progress:
        for number, (path, told, place) in enumerate(zip(series, said, places, strict=True)):
            if progress is not None:
                progress(number, many + 1)
            volume = read_series(path, said=told)
            labels.append(label_map(place, None, volume))
            scans.append((volume, _measured(volume, labels, wishes, scans)))
        found = followed(scans, labels=labels)
    rows = followed_rows(found)
    _give(choices, found, rows)
    return FINDINGS if any(row["answer"] == "not comparable" for row in rows) else 0


def _each(
    option: str, given: tuple[Given, ...], many: int, *, once: bool = True
) -> list[Given | None]:
    """What was given for each series: nothing, one for all, or one for each."""
    if not given:
        return [None] * many
    if len(given) == many:
        return list(given)
    if once and len(given) == 1:
        return [given[0]] * many
    raise click.UsageError(
        f"{option} was given {len(given)} times for {many} series. Give it for each, in order."
    )


def _measured(
    volume: "Volume",
    labels: "list[LabelMap | None]",
    wishes: "Wishes",
    before: "list[tuple[Volume, Measurement]]",
) -> "Measurement":
    """The masses of one series; those at seeds are looked for where they were in the first."""
    from dataclasses import replace

    from brushite.ct.carried import carried
    from brushite.ct.measure import measure

    own = labels[-1]
    if not before or not wishes.seeds:
        return measure(volume, wishes, own)
    first, found = before[0]
    there = carried(wishes, (first, found, labels[0]), (volume, own))
    if there.seeds:
        return measure(volume, there, own)
    return replace(
        found, acquisition=volume.acquisition, grid=volume.grid, flags=volume.flags, masses=()
    )


def _give(choices: Choices, found: Any, rows: Any) -> None:  # noqa: ANN401
    from brushite.ct.entries import plain_json
    from brushite.report.ct import followed_words
    from brushite.report.forms import as_json, in_form

    if choices.form == "json":
        choices.give(as_json(plain_json(found)))
    elif choices.form == "table":
        choices.give(followed_words(found))
    else:
        choices.give(in_form(rows, choices.form, head=tuple(rows[0]) if rows else ("mass",)))
