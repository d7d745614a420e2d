"""CT scans of patients: taken in, measured, followed, and given to a record."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from brushite.ct.measured import Line, Measurement, Wishes
from brushite.ct.volume import Mask
from brushite.errors import BrushiteError, FileError, ImageError
from brushite.web.desk import Kept
from brushite.web.measurements import packed_masks, with_masks
from brushite.web.scan_store import BONE, MASKS, MEASUREMENT, Scan, ScanStore
from brushite.web.store import Missing
from brushite.web.uploads import Arrived, refuse_what_swells, unpacked
from brushite.web.voxels import TOLD, Voxels
from brushite.web.workroom import Progress

if TYPE_CHECKING:
    from brushite.ct.followed import Followed

FEWEST, FOLLOWED = 2, 8  # scans that can be followed; patients whose masses were
NUMBERS = ("kilovolts", "thickness")


@final
class Scans:
    """The scans of a server; any thread may call."""

    def __init__(self, store: ScanStore) -> None:
        self.store = store
        self.voxels = Voxels()
        self._followed: Kept[tuple[str, ...], Followed] = Kept(FOLLOWED)

    def take(self, patient: str, who: str, came: Arrived, folder: Path) -> Scan:
        """A scan from what was uploaded into its folder; nothing is kept of one that is refused.

        Raises `FileError` and `ImageError` in the words of the command line.
        """
        path, name = _one_place(came.files.get("files", []), folder)
        told = _told(came.said)
        if came.said.get("series"):
            told["uid"] = came.said["series"]
        refuse_what_swells(_files(path))
        scan = Scan(
            id=folder.name,
            patient=patient,
            name=name,
            added=datetime.now(UTC).isoformat(timespec="seconds"),
            who=who,
            series=str(path.relative_to(folder)),
            told=told,
            folder=folder,
        )
        volume = self.voxels.volume(scan)
        grid = {"shape": list(volume.grid.shape), "spacing": list(volume.grid.spacing)}
        return self.store.keep(replace(scan, about={**asdict(volume.acquisition), **grid}))

    def remove(self, scan: Scan) -> None:
        """Delete a scan, and let its voxels go."""
        self.voxels.forget(scan)
        self.store.remove(scan)

    def take_labels(self, scan: Scan, came: Arrived, folder: Path) -> Scan:
        """Put a label map in the place of what a scan had; refused, nothing changes."""
        path, _ = _one_place(came.files.get("file", []), folder)
        names = came.files.get("names", [])
        if names and path.is_file():
            stem = path.name.removesuffix(".gz").removesuffix(".nii")
            names[0].replace(path.with_name(f"{stem}.json"))
        refuse_what_swells(_files(path))
        self.voxels.labels(replace(scan, labels=str(path.relative_to(scan.folder))))
        return self.store.take_labels(scan, path)

    def take_bone(self, scan: Scan, content: bytes) -> None:
        """Keep what somebody painted as bone: a NIfTI mask whose axes are those of the scan."""
        new = f"new-{secrets.token_hex(4)}-{BONE}"
        self.store.write(scan, new, content)
        try:
            refuse_what_swells([scan.folder / new])
            self._painted(scan, new)
        except BrushiteError:
            (scan.folder / new).unlink(missing_ok=True)
            raise
        (scan.folder / new).replace(scan.folder / BONE)

    def bone(self, scan: Scan) -> Mask | None:
        """What was painted, on the grid of the series; None where nothing was."""
        return self._painted(scan, BONE)

    def _painted(self, scan: Scan, name: str) -> Mask | None:
        from brushite.web.views.nifti import painted_on

        path = scan.folder / name
        return painted_on(self.voxels.volume(scan).grid, path) if path.is_file() else None

    def measure(self, scan: Scan, wishes: Wishes, progress: Progress) -> Measurement:
        """Measure the masses that are wished for, and keep the result in the last one's place."""
        from brushite.ct.entries import measurement_entries
        from brushite.ct.measure import measure

        found = measure(self.voxels.volume(scan), wishes, self.voxels.labels(scan), progress)
        wished = asdict(replace(wishes, is_bone=None))
        number = secrets.token_hex(8)
        about = {
            "id": number,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "wishes": {**wished, "painted": wishes.is_bone is not None},
            "measurement": measurement_entries(found),
        }
        before = self.about_measurement(scan)
        self.store.write(scan, MASKS.format(number), packed_masks(found))
        self.store.write(scan, MEASUREMENT, _bytes(about))
        if before is not None:
            (scan.folder / MASKS.format(before["id"])).unlink(missing_ok=True)
        return found

    def about_measurement(self, scan: Scan) -> dict[str, object] | None:
        """The last measurement as it is shown, with what was wished for; None before the first."""
        kept = self.store.read(scan, MEASUREMENT)
        return None if kept is None else dict(json.loads(kept))

    def measurement(self, scan: Scan) -> Measurement:
        """The last measurement with its masks. Raises `Missing` before the first."""
        from brushite.ct.entries import measurement_in

        about = self.about_measurement(scan)
        if about is None:
            raise Missing("Nothing was measured in this scan yet. Measure it first.")
        bare = measurement_in(json.dumps(about["measurement"]), scan.name)
        return with_masks(bare, self.store.read(scan, MASKS.format(about["id"])))

    def lines(self, scan: Scan) -> tuple[Line, ...]:
        """The courses that were drawn for the last measurement."""
        about: dict[str, Any] = self.about_measurement(scan) or {"wishes": {"lines": []}}
        return tuple(
            Line(**{**each, "points": tuple((x, y, z) for x, y, z in each["points"])})
            for each in about["wishes"]["lines"]
        )

    def followed(self, patient: str) -> "Followed | None":
        """How the masses of a patient changed over measured scans; None for fewer than two.

        All of these scans are in memory meanwhile. Raises `ImageError` where they do not belong
        together or one has no date.
        """
        scans = [s for s in self.store.scans(patient) if self.about_measurement(s) is not None]
        if len(scans) < FEWEST:
            return None
        from brushite.ct.follow import follow

        key = tuple(str((self.about_measurement(each) or {}).get("id")) for each in scans)
        found = self._followed.get(key)
        if found is None:
            both = [(self.voxels.volume(scan), self.measurement(scan)) for scan in scans]
            found = follow(both, labels=[self.voxels.labels(scan) for scan in scans])
        return self._followed.put(key, found)


def _bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _one_place(files: Sequence[Path], folder: Path) -> tuple[Path, str]:
    """The file or folder in which what was sent lies, unpacked, and what it is called."""
    if not files:
        raise FileError(
            "No file was sent. Send a NIfTI file, DICOM files, or a ZIP archive of DICOM files."
        )
    first = files[0]
    if len(files) > 1:
        return first.parent, f"{len(files)} files"
    if first.suffix.lower() != ".zip":
        return first, first.name
    inside = folder / f"{first.parent.name}-unpacked"
    inside.mkdir()
    unpacked(first, inside)
    first.unlink()
    while len(only := list(inside.iterdir())) == 1:
        inside = only[0]
        if inside.is_file():
            break
    return inside, first.name


def _files(path: Path) -> Iterator[Path]:
    return (each for each in (path, *path.rglob("*")) if each.is_file())


def _told(said: Mapping[str, str]) -> dict[str, Any]:
    """What the user said of a series. Raises `ImageError` for a number that is none."""
    told: dict[str, Any] = {}
    for name in TOLD:
        word = said.get(name, "")
        if not word:
            continue
        if name not in NUMBERS:
            told[name] = word
            continue
        try:
            told[name] = float(word)
        except ValueError:
            raise ImageError(f"{name} {word[:40]!r} is no number. Write for example 120.") from None
    return told
