"""`brushite ct`: calcified masses on CT, from a series to a patient's record."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from brushite.cli.options import Choices, with_choices

if TYPE_CHECKING:
    from brushite.ct.measured import Line, Measurement, Wishes
    from brushite.ct.volume import LabelMap, Point, Volume

Command = TypeVar("Command", bound=Callable[..., Any])
FINDINGS = 1
OURS = r"mass-\d+-(mineral|envelope)\.mz3|segmentation\.dcm|report\.dcm"
FARTHEST = 10_000  # mm: no scanner counts farther
PLACE = "x,y,z in mm as DICOM has them: to the patient's left, to the back, to the head"


@click.group()
def ct() -> None:
    """Calcified masses on CT: measured, followed, and taken into a record.

    A SERIES is a folder of DICOM or a NIfTI file. Points are x,y,z in mm as DICOM has them (LPS): x
    to the patient's left, y to the back, z to the head.
    """


def _into_a_folder(command: click.Command) -> click.Command:
    """The command with a folder for its files in place of one file for the result."""
    folder = click.Option(
        ["-o", "--output", "folder"],
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Also write measurement.json, a picture, masks, surfaces, and DICOM SEG and SR.",
    )
    command.params = [folder if option.name == "out" else option for option in command.params]
    return command


def _told(command: Command) -> Command:
    """The options that say what the files of a series leave unsaid."""
    for option in (
        click.option("--date", "taken", metavar="DATE", help="When it was made (ISO)."),
        click.option("--kernel", metavar="TEXT", help="Its kernel."),
        click.option("--position", metavar="CODE", help="How the patient lay, as HFS (DICOM)."),
        click.option("--thickness", type=float, metavar="MM", help="Thickness of its slices."),
        click.option("--kvp", "kilovolts", type=float, metavar="KV", help="Its tube voltage."),
    ):
        command = option(command)
    return command


@_into_a_folder
@ct.command()
@click.argument("series", type=click.Path(path_type=Path))
@click.option(
    "--labels",
    "label_file",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="A label map of bones and vessels, as TotalSegmentator's: a file or its folder.",
)
@click.option(
    "--label-names",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help='Names of its numbers as JSON, {"1": "femur_left"}; else beside or inside the map.',
)
@click.option("--seed", "seeds", multiple=True, metavar="X,Y,Z", help="A point in a mass; again.")
@click.option(
    "--bone-seeds",
    "bone_seeds",
    multiple=True,
    metavar="X,Y,Z",
    help="A point in bone that touches the mass, where there is no label map; again.",
)
@click.option(
    "--bone-mask",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Strokes in that bone, painted on the grid of the series (NIfTI).",
)
@click.option(
    "--line",
    "lines",
    multiple=True,
    metavar="'NAME: X,Y,Z ...'",
    help="The course of a nerve or vessel, point by point; (radius 4) after the name is its own.",
)
@click.option(
    "--factor",
    type=float,
    metavar="MG/ML",
    help="Hydroxyapatite for each HU, from a phantom on this scanner.",
)
@click.option("--series", "uid", metavar="UID", help="Which series of a folder that has several.")
@_told
@with_choices(computes=False)
def measure(
    choices: Choices,
    series: Path,
    folder: Path | None,
    label_file: Path | None,
    label_names: Path | None,
    seeds: tuple[str, ...],
    bone_seeds: tuple[str, ...],
    bone_mask: Path | None,
    lines: tuple[str, ...],
    factor: float | None,
    uid: str | None,
    **told: Any,  # noqa: ANN401 - what _told has read
) -> int:
    """Measure the calcified masses in SERIES.

    With a label map all that nothing labelled explains is measured; without one, the masses at the
    seeds. Exit code 1 means: measured, but something that a flag tells spoils a number.
    """
    from brushite.ct.measure import measure as measured

    _refuse_files(folder)
    wishes = wishes_of(seeds, bone_seeds, lines, factor)
    volume = _volume(series, uid, told)
    labels = label_map(label_file, label_names, volume)
    wishes = _painted(wishes, bone_mask, volume)
    with choices.progress("Measuring") as progress:
        found = measured(volume, wishes, labels, progress)
    if folder is not None:
        _write(choices, folder, volume, found)
    _give(choices, found)
    flags = [*found.flags, *(flag for mass in found.masses for flag in mass.flags)]
    return FINDINGS if any(flag.spoils for flag in flags) else 0


@ct.command()
@click.argument("file")
@click.argument("measurement", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--mass", "name", metavar="NAME", help="Which of several, as 'mass 2'.")
@click.option("--lesion", required=True, metavar="NAME", help="What the record calls the mass.")
@click.option("--site", default="", metavar="TEXT", help="Where in the body, if it is new.")
@click.option(
    "--taken",
    metavar="WHEN",
    help="When the scan was made, as '3 months before now'; else the date of the series.",
)
@with_choices(computes=False)
def add(
    choices: Choices,
    file: str,
    measurement: Path,
    name: str | None,
    lesion: str,
    site: str,
    taken: str | None,
) -> None:
    """Add a mass of MEASUREMENT (measurement.json) to the record in FILE, as YAML.

    Its envelope is the volume and its hydroxyapatite the mineral of the lesion on that date, both
    with their standard errors; a fit uses them.
    """
    from brushite.cli.inputs import read_patient
    from brushite.ct.entries import measurement_in
    from brushite.ct.lesions import with_mass
    from brushite.errors import FileError
    from brushite.intake.records import record_text
    from brushite.plan import Moment

    record = read_patient(file)
    try:
        text = measurement.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise FileError(f"{measurement} cannot be read: {reason}.") from None
    found = measurement_in(text, measurement.name)
    when = None if taken is None else Moment.parse(taken)
    mass = _chosen(found, name)
    choices.give(record_text(with_mass(record, mass, found, lesion=lesion, site=site, taken=when)))


def _chosen(found: "Measurement", name: str | None) -> Any:  # noqa: ANN401
    names = [mass.name for mass in found.masses]
    if name is None and len(names) != 1:
        raise click.UsageError(
            f"The measurement has {len(names)} masses{': ' + ', '.join(names) if names else ''}. "
            "Choose one with --mass."
        )
    if name is not None and name not in names:
        raise click.UsageError(f"The measurement has no {name!r}. It has {', '.join(names)}.")
    return found.masses[0 if name is None else names.index(name)]


# --- what is read -------------------------------------------------------------------------------


def _volume(series: Path, uid: str | None, told: dict[str, Any]) -> "Volume":
    from brushite.ct.series import Said, read_series

    return read_series(series, series=uid, said=Said(**told))


def label_map(path: Path | None, names: Path | None, volume: "Volume") -> "LabelMap | None":
    """The label map of a series, if there is one."""
    if path is None:
        if names is not None:
            raise click.UsageError("--label-names names the numbers of a map. Give --labels too.")
        return None
    from brushite.ct.labels import read_labels

    return read_labels(path, volume, names=names)


def wishes_of(
    seeds: tuple[str, ...],
    bone_seeds: tuple[str, ...],
    lines: tuple[str, ...],
    factor: float | None,
) -> "Wishes":
    """What is to be measured, as it was written."""
    from brushite.ct.measured import Wishes

    if factor is not None and not 0.2 <= factor <= 2:
        raise click.UsageError(
            f"--factor {factor:g} is outside 0.2 to 2 mg/mL for each HU; at 120 kVp it is 0.78."
        )
    return Wishes(
        seeds=tuple(_point(each, "--seed") for each in seeds),
        bone_seeds=tuple(
            _point(each, "--bone-seeds") for given in bone_seeds for each in _split(given)
        ),
        lines=tuple(_line(each) for each in lines),
        factor=factor,
    )


def _split(given: str) -> list[str]:
    return given.replace(";", " ").split()


def _point(written: str, option: str) -> "Point":
    from math import isfinite

    try:
        x, y, z = (float(part) for part in written.split(","))
    except ValueError:
        raise click.UsageError(f"{option} {written!r} is no point. Write {PLACE}.") from None
    if not all(isfinite(value) and abs(value) < FARTHEST for value in (x, y, z)):
        raise click.UsageError(f"{option} {written!r} is no point. Write {PLACE}.")
    return x, y, z


def _line(written: str) -> "Line":
    import re

    from brushite.ct.measured import Line

    found = re.fullmatch(r"\s*([^:()]+?)\s*(?:\(radius\s+(\d+(?:\.\d*)?)\))?\s*:\s*(.+)", written)
    points = () if found is None else tuple(_point(p, "--line") for p in _split(found[3]))
    if found is None or len(points) < 2:
        raise click.UsageError(
            f"--line {written!r} is no course. Write for example 'sciatic nerve (radius 6): "
            "10,40,-30 12,42,0', with at least two points."
        )
    name = found[1]
    words = name.casefold()
    is_vessel = "arter" in words or "vein" in words
    kind: Any = "nerve" if "nerve" in words else "vessel" if is_vessel else "drawn"
    return Line(name=name, points=points, radius=float(found[2] or 0), kind=kind)


def _painted(wishes: "Wishes", path: Path | None, volume: "Volume") -> "Wishes":
    if path is None:
        return wishes
    from dataclasses import replace

    from brushite.ct.labels import read_mask

    return replace(wishes, is_bone=read_mask(path, volume))


# --- what is given ------------------------------------------------------------------------------


def _refuse_files(folder: Path | None) -> None:
    from brushite.errors import FileError

    if folder is not None and not folder.name:
        raise FileError("-o names no folder. Name one for what is written, as -o out.")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise FileError(f"{folder} is a file. Name a folder for what is written.")


def _write(choices: Choices, folder: Path, volume: "Volume", found: "Measurement") -> None:
    """All files, once all of them could be made."""
    import re

    from brushite.ct.files import files_of
    from brushite.report.files import refuse_unwritable, write_whole

    files = dict(files_of(volume, found))
    for name in files:
        refuse_unwritable(folder / name)
    for name, content in files.items():
        write_whole(folder / name, content)
    for old in folder.iterdir():
        if old.name not in files and re.fullmatch(OURS, old.name):
            old.unlink()  # of an earlier measurement, and true no more
    choices.say(f"Wrote {len(files)} files into {folder}.")


def _give(choices: Choices, found: "Measurement") -> None:
    from brushite.ct.entries import measurement_text
    from brushite.report.ct import measurement_rows, measurement_words
    from brushite.report.forms import in_form

    if choices.form == "json":
        choices.give(measurement_text(found))
    elif choices.form == "table":
        choices.give(measurement_words(found))
    else:
        head = ("mass", "what", "value", "error", "unit")
        choices.give(in_form(measurement_rows(found), choices.form, head=head))
