"""CT scans of patients: taken in, measured, followed, and given to a record."""

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, final, overload

import numpy as np

from brushite.ct.measured import Candidate, Line, Measurement, Wishes
from brushite.ct.volume import LabelMap, Volume
from brushite.errors import BrushiteError, FileError, ImageError
from brushite.web.desk import Kept
from brushite.web.measurements import packed_masks, with_masks
from brushite.web.scan_store import BONE, MASKS, MEASUREMENT, Scan, ScanStore
from brushite.web.store import Missing
from brushite.web.uploads import Arrived, refuse_what_swells, unpacked
from brushite.web.workroom import Progress

if TYPE_CHECKING:
    from brushite.ct.followed import Followed

AT_HAND = 2  # volumes in memory; one of 512 x 512 x 400 voxels has 210 MB
TOLD = ("kilovolts", "thickness", "position", "taken", "kernel")
NUMBERS = ("kilovolts", "thickness")
CANDIDATES = 64  # scans whose candidates are at hand
OURS = ("files", "files-unpacked", "file", "file-unpacked")  # folders that the user never saw


@final
class Scans:
    """The scans of a server, and the few whose voxels are at hand; any thread may call."""

    def __init__(self, store: ScanStore) -> None:
        self.store = store
        self._volumes: OrderedDict[str, Volume] = OrderedDict()
        self._labels: OrderedDict[str, LabelMap] = OrderedDict()
        self._candidates: Kept[str, tuple[Candidate, ...]] = Kept(CANDIDATES)
        self._lock = threading.Lock()  # held while reading, so that nothing is read twice at once

    def take(self, patient: str, who: str, came: Arrived, folder: Path) -> Scan:
        """A scan from what was uploaded into its folder; nothing is kept of one that is refused.

        Raises `FileError` and `ImageError` in the words of the command line.
        """
        files = came.files.get("files", [])
        path, name = _one_place(files, folder)
        told = _told(came.said)
        series = came.said.get("series") or None
        with _without(folder):
            refuse_what_swells(each for each in _files(path) if each.is_file())
            volume = _read(path, told, series)
        return self.store.keep(
            Scan(
                id=folder.name,
                patient=patient,
                name=name,
                added=datetime.now(UTC).isoformat(timespec="seconds"),
                who=who,
                series=str(path.relative_to(folder)),
                told={**told, **({} if series is None else {"uid": series})},
                about={
                    **asdict(volume.acquisition),
                    "source": name,
                    "shape": list(volume.grid.shape),
                    "spacing": list(volume.grid.spacing),
                },
                folder=folder,
            )
        )

    def remove(self, scan: Scan) -> None:
        """Delete a scan, and let its voxels go."""
        with self._lock:
            self._volumes.pop(scan.id, None)
            self._forget_labels(scan)
            self.store.remove(scan)

    @property
    def at_hand(self) -> tuple[str, ...]:
        """The scans whose voxels are in memory."""
        return tuple(self._volumes)

    def volume(self, scan: Scan) -> Volume:
        """The voxels of a scan, read unless they are at hand."""
        with self._lock:
            if scan.id not in self._volumes:
                while len(self._volumes) >= AT_HAND:
                    self._volumes.popitem(last=False)
                uid = scan.told.get("uid")
                told = {n: v for n, v in scan.told.items() if n in TOLD}
                with _without(scan.folder):
                    found = _read(scan.series_path, told, uid)
                named = replace(found.acquisition, source=scan.name)
                self._volumes[scan.id] = replace(found, acquisition=named)
            self._volumes.move_to_end(scan.id)
            return self._volumes[scan.id]

    def labels(self, scan: Scan) -> LabelMap | None:
        """The label map of a scan, read unless it is at hand; None where none was sent."""
        if scan.labels_path is None:
            return None
        volume = self.volume(scan)
        with self._lock:
            if str(scan.labels_path) not in self._labels:
                while len(self._labels) >= AT_HAND:
                    self._labels.popitem(last=False)
                with _without(scan.folder):
                    self._labels[str(scan.labels_path)] = _read_labels(scan.labels_path, volume)
            return self._labels[str(scan.labels_path)]

    def take_labels(self, scan: Scan, came: Arrived, folder: Path) -> Scan:
        """Put a label map in the place of what a scan had; refused, nothing changes."""
        path, _ = _one_place(came.files.get("file", []), folder)
        names = came.files.get("names", [])
        with _without(folder):
            if names and path.is_file():
                stem = path.name.removesuffix(".gz").removesuffix(".nii")
                names[0].replace(path.with_name(f"{stem}.json"))
            refuse_what_swells(each for each in _files(path) if each.is_file())
            _read_labels(path, self.volume(scan))
        with self._lock:
            self._forget_labels(scan)
            return self.store.take_labels(scan, path)

    def _forget_labels(self, scan: Scan) -> None:
        self._labels.pop(str(scan.labels_path), None)

    def take_bone(self, scan: Scan, content: bytes) -> None:
        """Keep what somebody painted as bone: a NIfTI mask whose axes are those of the scan."""
        self.store.write(scan, BONE, content)
        try:
            self.bone(scan)
        except BrushiteError:
            (scan.folder / BONE).unlink(missing_ok=True)
            raise

    def bone(self, scan: Scan) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None":
        """What was painted, on the grid of the series; None where nothing was."""
        from brushite.web.views.nifti import painted_on

        path = scan.folder / BONE
        return painted_on(self.volume(scan).grid, path) if path.is_file() else None

    def candidates(self, scan: Scan) -> tuple[Candidate, ...]:
        """What is as bright as mineral outside the labelled bones, looked for once.

        Without a label map nothing tells bone from masses, and there are none.
        """
        labels = self.labels(scan)
        if labels is None:
            return ()
        kept = self._candidates.get(str(scan.labels_path))
        if kept is not None:
            return kept
        from brushite.ct.candidates import candidates

        return self._candidates.put(str(scan.labels_path), candidates(self.volume(scan), labels))

    def measure(self, scan: Scan, wishes: Wishes, progress: Progress) -> Measurement:
        """Measure the masses that are wished for, and keep the result in the last one's place."""
        from brushite.ct.entries import measurement_entries
        from brushite.ct.measure import measure

        found = measure(self.volume(scan), wishes, self.labels(scan), progress)
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

    def followed(self, scans: Sequence[Scan]) -> "Followed":
        """How the masses of one patient changed over scans that are measured."""
        from brushite.ct.follow import follow

        return follow(_Lazily(scans, lambda s: (self.volume(s), self.measurement(s))))


class _Lazily(Sequence[tuple[Volume, Measurement]]):
    """Scans of which each is read when it is asked for, so that not all are in memory."""

    def __init__(
        self, scans: Sequence[Scan], read: Callable[[Scan], tuple[Volume, Measurement]]
    ) -> None:
        self._scans = scans
        self._read = read

    def __len__(self) -> int:
        return len(self._scans)

    @overload
    def __getitem__(self, index: int) -> tuple[Volume, Measurement]: ...
    @overload
    def __getitem__(self, index: slice) -> "_Lazily": ...
    def __getitem__(self, index: int | slice) -> "tuple[Volume, Measurement] | _Lazily":
        if isinstance(index, slice):
            return _Lazily(self._scans[index], self._read)
        return self._read(self._scans[index])


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
    return path.rglob("*") if path.is_dir() else iter((path,))


def _told(said: dict[str, str]) -> dict[str, object]:
    """What the user said of a series. Raises `ImageError` for a number that is none."""
    told: dict[str, object] = {}
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


def _read(path: Path, told: dict[str, object], series: str | None) -> Volume:
    from brushite.ct.series import Said, read_series

    return read_series(path, series=series, said=Said(**told))  # type: ignore[arg-type]


def _read_labels(path: Path, volume: Volume) -> LabelMap:
    from brushite.ct.labels import read_labels

    return read_labels(path, volume)


@contextmanager
def _without(folder: Path) -> Iterator[None]:
    """Let what is refused name files as the user knows them, not where the server put them."""
    try:
        yield
    except (FileError, ImageError) as error:
        words = str(error)
        for place in (*(f"{folder}/{name}/" for name in OURS), f"{folder}/"):
            words = words.replace(place, "")
        raise type(error)(words) from None
