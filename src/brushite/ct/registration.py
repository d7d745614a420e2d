"""Two series of one patient laid on each other by the bone next to a mass.

Posture moves bones against each other, so one bone, or a few, is aligned and not the whole body.
Calcified masses and metal change between dates and are left out. The movement only tells which
mass is which: nothing is measured on resampled images.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from brushite.ct.coarse import (
    Points,
    Rigid,
    laid_on,
    local_starts,
    sampled,
    searched,
    surface_of,
)
from brushite.ct.finely import Sight, clipped, refined
from brushite.ct.labels import is_bone
from brushite.ct.pieces import (
    BONE,
    Piece,
    beyond,
    box_around,
    nearest_bones,
    piece_of,
)
from brushite.ct.volume import Flag, LabelMap, Mask, Matrix, Point, Volume
from brushite.errors import ImageError

COARSE, FINE = 4.5, 1.5  # mm; voxels are joined as long as they stay smaller
NEAR = 70.0  # mm; what is near without labels
ENOUGH = 20.0  # mL of bone; less hardly tells how it is turned
LEAST = 3.0  # mL of a bone
BAND = 10.0  # mm; bone is compared with what surrounds it, which small bones need
MARGIN = 15.0  # mm; how far the rough alignment may be wrong

# On the real pelvis right alignments correlate by 0.96 and more, with noise of 60 HU, too; other
# bones by 0.5 at most, and mirror images of the bone by 0.78 to 0.95.
CREDIBLE, DOUBTFUL, CLEAR = 0.8, 0.93, 0.96
IN_VIEW, WELL_IN_VIEW = 0.35, 0.6
PLENTY = 100.0  # mL of bone in view, which do whatever their share is
BLUR = 2.0  # mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a point of one series is found in another.

    A point (mm, LPS) of the fixed series lies at `rotation @ point + translation` in the moving
    one. `structures` are the bones it rests on, `correlation` (−1 to 1) is that of their Hounsfield
    units in both series, `overlap` (0 to 1) the Dice coefficient of bone there, and `in_view` the
    share of that bone which the moving series shows.
    """

    rotation: Matrix
    translation: Point
    structures: tuple[str, ...]
    correlation: float
    overlap: float
    in_view: float
    flags: tuple[Flag, ...] = ()

    def onto_moving(self, points: Points) -> Points:
        """Positions (mm; shape (n, 3)) in the moving series of positions in the fixed one."""
        return np.asarray(points @ np.asarray(self.rotation).T + np.asarray(self.translation))

    def onto_fixed(self, points: Points) -> Points:
        """Positions (mm; shape (n, 3)) in the fixed series of positions in the moving one."""
        return np.asarray((points - np.asarray(self.translation)) @ np.asarray(self.rotation))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """A series with its labels and with what is no bone in it."""

    volume: Volume
    labels: LabelMap | None
    masked: Mask | None

    @property
    def name(self) -> str:
        """The name of the file or folder."""
        return self.volume.acquisition.source

    def piece(self, step: float, around: Points | None = None, margin: float = 0.0) -> Piece:
        """A part around points (mm; shape (n, 3)), or all, with voxels of up to `step` (mm)."""
        box = None
        if around is not None:
            box = box_around(self.volume.grid, around, margin)
            if box is None:
                raise unseen(self.name, 0.0)
        return piece_of(self.volume, self.labels, self.masked, step=step, box=box)


def registered(
    fixed: Volume,
    moving: Volume,
    *,
    near: Point | None = None,
    fixed_labels: LabelMap | None = None,
    moving_labels: LabelMap | None = None,
    masked: tuple[Mask | None, Mask | None] = (None, None),
) -> Alignment:
    """Where the bone nearest to a point of one series lies in another of the same patient.

    `near` (mm, LPS) is the point in `fixed`; without it all bone is aligned. Labels name the bones;
    without them bone is what is bright within 70 mm. `masked` are what is no bone on the grids of
    `fixed` and `moving`, as calcified masses. Raises `ImageError` if there is too little bone, or
    if bone does not lie on bone afterwards.
    """
    first = Series(volume=fixed, labels=fixed_labels, masked=masked[0])
    second = Series(volume=moving, labels=moving_labels, masked=masked[1])
    refuse_misfits(first)
    refuse_misfits(second)
    wide = first.piece(COARSE), second.piece(COARSE)
    names = nearest_bones(wide, near, enough=ENOUGH, least=LEAST)
    region = region_of(wide[0], names, near)
    if region.sum() * wide[0].grid.voxel_volume < LEAST:
        raise boneless(first.name, near)
    start, has_rival = roughly(wide, region, names, second.name)

    around = wide[0].grid.points(np.argwhere(region).astype(float))
    volume = float(region.sum()) * wide[0].grid.voxel_volume
    refuse_unseen(seen_share(around, start, second), volume, second.name)
    pieces = first.piece(FINE, around, BAND), second.piece(FINE, start.moved(around), MARGIN)
    bone = region_of(pieces[0], names, near)
    sights = sight_of(pieces[0], bone, names), whole_sight(pieces[1])
    try:
        found = refined(*sights, start)
    except RuntimeError as problem:  # SimpleITK's only error, as for images that do not meet
        raise unlike(first.name, second.name, 0.0) from problem
    correlation, overlap = likeness(sights, found)
    if not correlation >= CREDIBLE:
        raise unlike(first.name, second.name, correlation)
    view = seen_share(around, found, second)
    refuse_unseen(view, volume, second.name)
    turn = found.rotation.tolist()
    x, y, z = found.translation.tolist()
    return Alignment(
        rotation=(tuple(turn[0]), tuple(turn[1]), tuple(turn[2])),
        translation=(x, y, z),
        structures=names,
        correlation=correlation,
        overlap=overlap,
        in_view=view,
        flags=(
            *rivals(correlation, has_rival=has_rival),
            *doubts(correlation, view, volume),
            *untold(names),
        ),
    )


def refuse_misfits(series: Series) -> None:
    """Refuse labels or a mask that are not on the series' grid."""
    shape = series.volume.hounsfield.shape
    labels = series.labels.labels.shape if series.labels else shape
    masked = shape if series.masked is None else series.masked.shape
    for what, found in (("label map", labels), ("mask of masses", masked)):
        if found != shape:
            raise ImageError(
                f"The {what} of {series.name} has the shape {found}, and the series {shape}. "
                "It must lie on the grid of the series. Make it from the series itself."
            )


def region_of(piece: Piece, names: tuple[str, ...], near: Point | None) -> Mask:
    """The bone that is aligned: that of the names, or what is bright near the point, or all."""
    if names:
        return np.asarray(piece.named(names) & ~piece.is_hidden)
    bone = piece.bone
    if near is None:
        return bone
    voxels = np.argwhere(bone)
    away = piece.grid.points(voxels.astype(float)) - np.asarray(near)
    is_near = np.zeros(bone.shape, bool)
    is_near[tuple(voxels[(away**2).sum(axis=1) <= NEAR**2].T)] = True
    return is_near


def roughly(
    wide: tuple[Piece, Piece], region: Mask, names: tuple[str, ...], source: str
) -> tuple[Rigid, bool]:
    """The movement of all bone onto all bone from anywhere, then that of the region alone.

    And whether all bone fits in another way nearly as well.
    """
    fixed, moving = wide
    body = surface_of(moving.bone, moving.grid)
    if not len(body.points):
        raise boneless(source, None)
    start, has_rival = searched(surface_of(fixed.bone | region, fixed.grid).points, body)
    is_named = names and moving.labels is not None
    target = surface_of(moving.named(names), moving.grid) if is_named else body
    part = region if is_named or not names else region & fixed.bone
    points = sampled(surface_of(part, fixed.grid).points)
    if len(points):
        starts = local_starts(start, points.mean(axis=0))
        ends = [laid_on(points, target, each) for each in starts]
        start = min(ends, key=lambda end: end[1])[0]
    return start, has_rival


def sight_of(piece: Piece, bone: Mask, names: tuple[str, ...]) -> Sight:
    """What is compared: bone and its rim, without what is nearer to another bone."""
    away = beyond(bone, piece.grid)
    is_open = (away <= BAND) & piece.is_open
    if names and piece.labels is not None:
        others = {name for name in piece.labels.names.values() if is_bone(name)} - {*names}
        is_open &= away < beyond(piece.named(tuple(others)), piece.grid)
    return Sight(hounsfield=piece.hounsfield, grid=piece.grid, is_open=is_open)


def whole_sight(piece: Piece) -> Sight:
    """All of a piece that may be compared."""
    return Sight(hounsfield=piece.hounsfield, grid=piece.grid, is_open=piece.is_open)


def seen_share(points: Points, movement: Rigid, series: Series) -> float:
    """The share of points that lie in a series after a movement."""
    voxels = series.volume.grid.voxels(movement.moved(points))
    last = np.asarray(series.volume.grid.shape) - 0.5
    return float(((voxels >= -0.5) & (voxels <= last)).all(axis=1).mean())


def likeness(sights: tuple[Sight, Sight], movement: Rigid) -> tuple[float, float]:
    """The correlation of Hounsfield units after a movement, and the Dice coefficient of bone."""
    fixed, moving = sights
    voxels = np.argwhere(fixed.is_open)
    there = moving.grid.voxels(movement.moved(fixed.grid.points(voxels.astype(float))))
    nearest = np.rint(there).astype(int)
    is_in = ((nearest >= 0) & (nearest < moving.grid.shape)).all(axis=1)
    voxels, there, nearest = voxels[is_in], there[is_in], nearest[is_in]
    is_open = moving.is_open[tuple(nearest.T)]
    here = blurred(fixed)[tuple(voxels[is_open].T)]
    found = ndimage.map_coordinates(blurred(moving), there[is_open].T, order=1, mode="nearest")
    if not here.size or not np.ptp(here) or not np.ptp(found):
        return 0.0, 0.0
    both = int(((here >= BONE) & (found >= BONE)).sum())
    either = int((here >= BONE).sum() + (found >= BONE).sum())
    return float(np.corrcoef(here, found)[0, 1]), 2 * both / max(either, 1)


def blurred(sight: Sight) -> NDArray[np.float32]:
    """Hounsfield units without the grain, and without air and metal that would outweigh bone."""
    widths = [BLUR / each for each in sight.grid.spacing[::-1]]
    return np.asarray(ndimage.gaussian_filter(clipped(sight), widths, mode="nearest"))


def refuse_unseen(view: float, volume: float, source: str) -> None:
    """Refuse an alignment that too little of the bone (a share, and mL of it all) rests on."""
    if view < IN_VIEW and view * volume < PLENTY:
        raise unseen(source, view)


def doubts(correlation: float, view: float, volume: float) -> tuple[Flag, ...]:
    """What is to be said of an alignment that is credible."""
    is_shown = view >= WELL_IN_VIEW or view * volume >= PLENTY
    if correlation >= CLEAR or (correlation >= DOUBTFUL and is_shown):
        return ()
    text = (
        f"After the alignment bone correlates by {correlation:.2f}, and {100 * view:.0f} % of it "
        f"are in view, where {DOUBTFUL} and {100 * WELL_IN_VIEW:.0f} % or more are expected."
    )
    return (Flag(name="alignment doubtful", text=text, spoils=("comparison",)),)


def rivals(correlation: float, *, has_rival: bool) -> tuple[Flag, ...]:
    """What is to be said when bone fits in two ways, and the better does not settle it."""
    if not has_rival or correlation >= CLEAR:
        return ()
    text = (
        "The bones of both series fit each other in two ways nearly as well, "
        f"and the better one correlates by {correlation:.2f} only."
    )
    return (Flag(name="two alignments", text=text, spoils=("comparison",)),)


def untold(names: tuple[str, ...]) -> tuple[Flag, ...]:
    """What is to be said when no labels tell bones apart."""
    text = (
        "Without labels of bones, what is bright was aligned as one piece, "
        "as if no joint had moved."
    )
    return () if names else (Flag(name="bones not told apart", text=text),)


def boneless(source: str, near: Point | None) -> ImageError:
    """What is raised when nothing can be aligned."""
    if near is None:
        where = source
    else:
        where = f"{source} within {NEAR:g} mm of ({near[0]:.0f}, {near[1]:.0f}, {near[2]:.0f})"
    return ImageError(
        f"There are less than {LEAST:g} mL of bone in {where}. "
        "Series are laid on each other by bone that both show. "
        "Give series that show it, or labels of bones."
    )


def unseen(source: str, view: float) -> ImageError:
    """What is raised when the other series does not show the bone."""
    return ImageError(
        f"Only {100 * view:.0f} % of the bone near the mass are in view in {source}. "
        f"At least {100 * IN_VIEW:.0f} % are needed. Give a series that shows the same bone."
    )


def unlike(first: str, second: str, correlation: float) -> ImageError:
    """What is raised when bone does not lie on bone."""
    return ImageError(
        f"The bones of {first} and {second} do not lie on each other: after the alignment their "
        f"Hounsfield units correlate by {correlation:.2f}, not by {CREDIBLE} or more. "
        "Two series of one patient that show the same bone are expected. "
        "See whether the patient and the side are the same."
    )
