"""Label maps: which structure each voxel of a series belongs to, and what structures are.

They come from elsewhere, as from TotalSegmentator, on the grid of the series: as one NIfTI file
with names, as a folder of one file for each structure, or as a DICOM segmentation.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from brushite.ct.headers import MARK, files_in
from brushite.ct.nifti import is_nifti, nifti_header, read_numbers
from brushite.ct.segments import Part, same_place, segments_of
from brushite.ct.volume import Flag, Grid, LabelMap, Volume
from brushite.errors import FileError, ImageError

Kind = Literal["bone", "vessel", "muscle", "bowel", "lung", "implant", "organ", "other"]
MOST_LABELS = 2**16 - 1
LARGEST_NAMES = 1_000_000  # bytes
SUFFIXES = (".nii.gz", ".nii")

# Words of TotalSegmentator's names, in the order in which they decide.
WORDS: tuple[tuple[Kind, str], ...] = (
    ("implant", "implant implants prosthesis screw"),
    ("other", "disc discs fat lens gland glands nodules effusion tumor nerve"),
    (
        "muscle",
        "muscle muscles gluteus iliopsoas psoas autochthon quadriceps compartment sartorius deltoid"
        " supraspinatus infraspinatus subscapularis coracobrachial trapezius pectoralis serratus"
        " teres triceps masseter temporalis pterygoid tongue digastric scalene constrictor"
        " sternocleidomastoid platysma levator thyrohyoid prevertebral",
    ),
    ("vessel", "aorta artery arteries vein veins vena vessel vessels trunk venous carotid"),
    (
        "bone",
        "femur hip pelvis sacrum coccyx vertebra vertebrae rib ribs costal sternum humerus scapula"
        " clavicula clavicle skull patella tibia fibula tarsal metatarsal phalanges ulna radius"
        " carpal metacarpal mandible maxilla jawbone teeth hyoid zygomatic styloid bone bones",
    ),
    ("bowel", "bowel duodenum colon stomach esophagus rectum intestine"),
    ("lung", "lung trachea bronchia"),
    (
        "organ",
        "spleen kidney liver gallbladder pancreas adrenal bladder prostate uterus heart atrial"
        " brain brainstem cerebellum spinal thyroid parotid breast eye eyeball",
    ),
)


def kind_of(name: str) -> Kind:
    """What a structure is by its name, as TotalSegmentator gives it: `"bone"` for `femur_left`."""
    words = set(re.split(r"[^a-z]+", name.casefold()))
    if "adrenal" in words or {"thyroid", "gland"} <= words:
        return "organ"
    return next((kind for kind, known in WORDS if words & set(known.split())), "other")


def is_bone(name: str) -> bool:
    """Whether a structure of this name is bone, or cartilage of a rib, which hardens with age."""
    return kind_of(name) == "bone"


def is_vessel(name: str) -> bool:
    """Whether a structure of this name is an artery or a vein."""
    return kind_of(name) == "vessel"


def read_labels(path: Path, volume: Volume, *, names: Path | None = None) -> LabelMap:
    """The label map of `volume` in a NIfTI file, a folder or a DICOM segmentation.

    A NIfTI file has its names in `names`, in a JSON file beside it, or in its header as
    TotalSegmentator writes them; names of structures that do not occur are left out. Where
    structures overlap, bone wins. Raises `FileError` for files that cannot be read, and
    `ImageError` for a map on another grid, without names, or whose labels are no whole numbers.
    """
    flags: tuple[Flag, ...] = ()
    if path.is_dir():
        images = [each for each in files_in(path) if each.name.endswith(SUFFIXES)]
        if images:
            _refuse_names(path, names)
            labels, told, flags = _joined(_structures(images, volume.grid), volume.grid)
            return _map(path, labels, told, flags)
        path = _only_segmentation(path)
    if _is_dicom(path):
        _refuse_names(path, names)
        labels, told, flags = _joined(segments_of(path, volume), volume.grid)
        return _map(path, labels, told, flags)
    numbers, grid, _ = read_numbers(path)
    same_place(path.name, grid, volume.grid)
    return _map(path, _whole(path.name, numbers), _names(path, names))


def _map(
    path: Path,
    labels: NDArray[np.uint8] | NDArray[np.uint16],
    names: Mapping[int, str],
    flags: tuple[Flag, ...] = (),
) -> LabelMap:
    occurs = np.zeros(int(labels.max(initial=0)) + 1, bool)
    for layer in labels:  # one at a time, since a series is large
        occurs[layer] = True
    present = np.flatnonzero(occurs)
    nameless = [int(each) for each in present if each and int(each) not in names]
    if nameless:
        few = ", ".join(map(str, nameless[:8])) + (" and more" if len(nameless) > 8 else "")
        raise ImageError(
            f"{path.name} has labels without a name: {few}. "
            "Each needs one, as in TotalSegmentator's, so that bone is known from vessel; "
            'write {"1": "femur_left"} into a JSON file beside it.'
        )
    return LabelMap(
        labels=labels,
        names={int(each): names[int(each)] for each in present if each},
        source=path.name,
        flags=flags,
    )


def _refuse_names(path: Path, names: Path | None) -> None:
    if names is not None:
        raise ImageError(
            f"{path.name} has names of its own, so that {names.name} is not needed. Leave it out."
        )


def _is_dicom(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(132)[128:] == MARK
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None


def _only_segmentation(folder: Path) -> Path:
    """The one DICOM file of a folder."""
    found = [each for each in files_in(folder) if _is_dicom(each)]
    if len(found) != 1:
        raise ImageError(
            f"{folder.name} holds {len(found) or 'no'} DICOM files and no NIfTI masks. "
            "Name one segmentation, or a folder with a NIfTI file for each structure."
        )
    return found[0]


# --- one file of numbers ------------------------------------------------------------------------


def _whole(name: str, numbers: NDArray[np.generic]) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Labels of as few bytes as they need.

    Raises `ImageError` when they are no whole numbers from 0 on.
    """
    is_whole = numbers.dtype.kind != "f" or (
        np.isfinite(numbers).all() and np.array_equal(numbers, np.rint(numbers))
    )
    if not is_whole:
        raise ImageError(
            f"{name} holds numbers that are not whole, so it is no label map. "
            "Resample label maps with nearest neighbours only."
        )
    lowest, highest = int(numbers.min()), int(numbers.max())
    if lowest < 0 or highest > MOST_LABELS:
        raise ImageError(
            f"{name} has labels from {lowest} to {highest}. "
            f"They must lie between 0, which is no structure, and {MOST_LABELS:,}."
        )
    if highest < 2**8:
        return numbers.astype(np.uint8, copy=False)
    return numbers.astype(np.uint16, copy=False)


def _names(path: Path, names: Path | None) -> Mapping[int, str]:
    """The names of a NIfTI file's labels.

    Raises `ImageError` when nobody tells them.
    """
    beside = path.with_name(f"{_stem(path)}.json")
    if names is not None or beside.is_file():
        return _names_in_json(names or beside)
    for _, content in nifti_header(path).extensions:
        if b"<LabelTable" in content:
            return _names_in_xml(path.name, content)
    raise ImageError(
        f"Nobody names the structures of {path.name}. Write their names into {beside.name} as "
        '{"1": "femur_left"}, or let TotalSegmentator write one file with --ml.'
    )


def _stem(path: Path) -> str:
    suffix = next((each for each in SUFFIXES if path.name.endswith(each)), path.suffix)
    return path.name.removesuffix(suffix)


def _names_in_json(path: Path) -> Mapping[int, str]:
    try:
        if path.stat().st_size > LARGEST_NAMES:
            raise FileError(f"{path} is larger than the 1 MB that names may have.")
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise FileError(
            f'{path} is not JSON ({error}). Write it as {{"1": "femur_left"}}.'
        ) from None
    if not isinstance(told, dict):
        raise FileError(f'{path} does not map labels to names. Write it as {{"1": "femur_left"}}.')
    found = {}
    for label, name in told.items():
        is_number = label.strip().isdecimal() and len(label) <= 10
        if not is_number or not isinstance(name, str) or not name.strip():
            raise FileError(
                f"{path} says {label[:20]!r}: {repr(name)[:40]}, but must map numbers to names. "
                'Write it as {"1": "femur_left"}.'
            )
        found[int(label)] = name.strip()
    return found


def _names_in_xml(name: str, content: bytes) -> Mapping[int, str]:
    """The names in a header, as Connectome Workbench and TotalSegmentator write them."""
    text = content.rstrip(b"\0 \r\n")
    try:
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise ValueError
        table = ElementTree.fromstring(text)
        return {
            int(each.attrib["Key"]): (each.text or "").strip() or f"label {each.attrib['Key']}"
            for each in table.iter("Label")
        }
    except (ElementTree.ParseError, ValueError, KeyError):
        raise ImageError(
            f"The names in the header of {name} cannot be read. Write them into a JSON file beside "
            'it, as {"1": "femur_left"}.'
        ) from None


# --- one file for each structure ----------------------------------------------------------------


def _structures(images: Iterable[Path], grid: Grid) -> Iterable[Part]:
    """The masks of a folder, one after the other."""
    for path in images:
        if not is_nifti(path):
            raise FileError(f"{path} is not NIfTI, whatever its name says. Fetch it again.")
        numbers, own, _ = read_numbers(path)
        same_place(path.name, own, grid)
        mask = numbers != 0
        values = np.unique(numbers[mask][:1]) if mask.any() else np.ones(1)
        if (numbers[mask] != values[0]).any():
            raise ImageError(
                f"{path.name} has more labels than one, where a folder needs one file for each "
                "structure. Name that file itself, with the names of its labels."
            )
        yield Part(name=_stem(path), start=(0, 0, 0), mask=mask)


def _joined(
    parts: Iterable[Part], grid: Grid
) -> tuple[NDArray[np.uint16], Mapping[int, str], tuple[Flag, ...]]:
    """One map of masks that may overlap; where they do, bone wins, and else what came first."""
    labels = np.zeros(grid.shape, np.uint16)
    names: dict[int, str] = {}
    numbers: dict[str, int] = {}
    overlap, between = 0, set()
    for part in parts:
        number = numbers.setdefault(part.name, len(numbers) + 1)
        names[number] = part.name
        box = tuple(
            slice(start, start + size)
            for start, size in zip(part.start, part.mask.shape, strict=True)
        )
        here = labels[box]
        taken = part.mask & (here != 0) & (here != number)
        if taken.any():
            overlap += int(taken.sum())
            owners = [int(each) for each in np.unique(here[taken])]
            between |= {f"{names[each]} and {part.name}" for each in owners}
            loses = not is_bone(part.name)
            kept = [each for each in owners if loses or is_bone(names[each])]
            here[part.mask & ~(taken & np.isin(here, kept))] = number
        else:
            here[part.mask] = number
    if not overlap:
        return labels, names, ()
    some = "; ".join(sorted(between)[:3])
    text = f"Structures overlap in {overlap:,} voxels, which were given to bone first ({some})."
    return labels, names, (Flag(name="overlap", text=text),)


def read_mask(path: Path, volume: Volume) -> NDArray[np.bool_]:
    """A painted mask (not 0 where painted) on the grid of `volume`, from a NIfTI file.

    Raises `FileError` for a file that cannot be read, and `ImageError` for one on another grid.
    """
    numbers, grid, _ = read_numbers(path)
    same_place(path.name, grid, volume.grid)
    return np.asarray(numbers != 0)
